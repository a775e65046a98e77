"""The views of an inbox that people keep under a name, and the columns that they want to see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, or_, select
from sqlalchemy.orm import aliased

from workflow.storage import dialect
from workflow.storage.desk import InboxColumns, SavedFilter
from workflow.storage.people import Officer


def arranged_for(connection: Connection, *, officer: int, agency: str) -> list[Row[Any]]:
    """List the filters that an officer has in an agency, with the chosen columns."""
    return list(connection.execute(arranged(officer, agency)))


def arranged(officer: Any, agency: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401 - values, or what stands for them
    """Select the filters that an officer has in an agency and those shared there, by name.

    Each comes with the columns that the officer has chosen; without any filter they come alone.
    """
    owner = aliased(Officer)
    return (
        select(
            *(SavedFilter.id, SavedFilter.officer_id, SavedFilter.name, SavedFilter.query),
            *(SavedFilter.is_shared, owner.name.label("owner"), InboxColumns.columns),
        )
        .select_from(Officer)
        .outerjoin(InboxColumns, InboxColumns.officer_id == Officer.id)
        .outerjoin(SavedFilter, offered_to(officer, agency))
        .outerjoin(owner, owner.id == SavedFilter.officer_id)
        .where(Officer.id == officer)
        .order_by(func.lower(SavedFilter.name), SavedFilter.id)
    )


def offered_to(officer: Any, agency: Any) -> ColumnElement[bool]:  # noqa: ANN401 - as above
    """Select the filters that an officer has in an agency and those shared there."""
    mine_or_shared = or_(SavedFilter.officer_id == officer, SavedFilter.is_shared)
    return and_(SavedFilter.agency == agency, mine_or_shared)


def keep_filter(
    connection: Connection,
    *,
    officer: int,
    agency: str,
    name: str,
    query: str,
    is_shared: bool,
    at: datetime,
) -> None:
    """Keep a filter; one of that name that the officer has already is replaced."""
    values = {"query": query, "is_shared": is_shared, "at": at}
    insert = dialect.insert(connection)(SavedFilter).values(
        officer_id=officer, agency=agency, name=name, **values
    )
    key = [SavedFilter.officer_id, SavedFilter.agency, SavedFilter.name]
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=values))


def drop_filter(connection: Connection, filter_id: int, *, officer: int) -> bool:
    """Delete a filter of an officer's own; return whether there was one."""
    dropped = delete(SavedFilter).where(
        SavedFilter.id == filter_id, SavedFilter.officer_id == officer
    )
    return connection.execute(dropped).rowcount == 1


def keep_columns(connection: Connection, officer: int, columns: str) -> None:
    """Keep the columns that an officer has chosen."""
    insert = dialect.insert(connection)(InboxColumns).values(officer_id=officer, columns=columns)
    key, values = [InboxColumns.officer_id], {"columns": columns}
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=values))

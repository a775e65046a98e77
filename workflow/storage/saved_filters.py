"""The views of an inbox that people keep under a name, and the columns that they want to see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select

from workflow.storage import dialect
from workflow.storage.desk import InboxColumns, SavedFilter
from workflow.storage.people import Officer


def filters_for(connection: Connection, *, officer: int, agency: str) -> list[Row[Any]]:
    """List the filters that an officer has in an agency and those shared there, by name."""
    wanted = (
        select(
            *(SavedFilter.id, SavedFilter.officer_id, SavedFilter.name, SavedFilter.query),
            *(SavedFilter.is_shared, Officer.name.label("owner")),
        )
        .join(Officer, Officer.id == SavedFilter.officer_id)
        .where(
            SavedFilter.agency == agency,
            or_(SavedFilter.officer_id == officer, SavedFilter.is_shared),
        )
        .order_by(func.lower(SavedFilter.name), SavedFilter.id)
    )
    return list(connection.execute(wanted))


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


def columns_of(connection: Connection, officer: int) -> str | None:
    """Return the columns that an officer has chosen, or None."""
    wanted = select(InboxColumns.columns).where(InboxColumns.officer_id == officer)
    return connection.execute(wanted).scalar_one_or_none()


def keep_columns(connection: Connection, officer: int, columns: str) -> None:
    """Keep the columns that an officer has chosen."""
    insert = dialect.insert(connection)(InboxColumns).values(officer_id=officer, columns=columns)
    key, values = [InboxColumns.officer_id], {"columns": columns}
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=values))

"""What entries owe to the cases that made or wrote them, as conditions on rows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, union

from workflow.core.registers.entries import FROM_CASE, Status
from workflow.storage.asked_as_owner import case_is_open, case_is_sealed
from workflow.storage.case import Case
from workflow.storage.registers import RegisterEntry

_MAKER: Final = func.substr(RegisterEntry.source, len(FROM_CASE) + 1)
"""Number of the case that made an entry."""


def is_sealed() -> ColumnElement[bool]:
    """Select what a case made of which only few may know now; it follows the case both ways."""
    return and_(RegisterEntry.source.startswith(FROM_CASE), case_is_sealed(_MAKER))


def is_fed() -> ColumnElement[bool]:
    """Select what a case that is still open made, or wrote last."""
    return case_is_open(RegisterEntry.case_number, _MAKER)


def named_elsewhere(
    connection: Connection,
    source: str,
    *,
    entries: Collection[tuple[str, str]],
    cases: Collection[tuple[str, str]],
) -> list[str]:
    """List what came from a source and is named by other entries or by cases.

    `entries` and `cases` are the fields that may name it, each with its register or request type.
    """
    row = RegisterEntry
    came = select(row.number).where(row.source == source)
    naming: list[Select[Any]] = []
    for register, field in entries:
        value = row.data[field].as_string()
        others = (row.type == register, row.source != source, row.status != Status.UNDONE.value)
        naming.append(select(value.label("number")).where(*others, value.in_(came)))
    for type_key, field in cases:
        value = Case.data[field].as_string()
        here = Case.definition_key == type_key
        naming.append(select(value.label("number")).where(here, value.in_(came)))
    return sorted(connection.execute(union(*naming)).scalars()) if naming else []

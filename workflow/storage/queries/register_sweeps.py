"""Entries of whatever register, whoever may see them: for the clock, imports and verification."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from workflow.core.registers.entries import Entry
from workflow.storage.queries.registers import Found, found_in, selected
from workflow.storage.registers import RegisterEntry

_E = RegisterEntry


def entries_to_wake(
    connection: Connection, now: datetime, *, after: int = 0, limit: int = 100
) -> list[tuple[int, str]]:
    """List ids and numbers of entries at which the clock has to look by now, behind an id."""
    due = _E.wake_at.is_not(None), _E.wake_at <= now, _E.id > after
    wanted = select(_E.id, _E.number).where(*due).order_by(_E.id).limit(limit)
    return [(row.id, row.number) for row in connection.execute(wanted)]


def entry_of(connection: Connection, entry_id: int) -> Entry:
    """Return the entry of a row, whoever may see it."""
    return found_in(connection.execute(selected().where(_E.id == entry_id)).one()).entry


def count_all(connection: Connection) -> int:
    """Count the entries of all registers."""
    return int(connection.execute(select(func.count()).select_from(_E)).scalar_one())


def entries_of_source(connection: Connection, source: str) -> list[Found]:
    """List what came in from one source, as an import, in the order it came."""
    wanted = selected().where(_E.source == source, _E.source != "").order_by(_E.id)
    return [found_in(row) for row in connection.execute(wanted)]

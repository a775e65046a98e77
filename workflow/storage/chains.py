"""The last seal of every case and entry, and the root over all events: what the history is."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, inspect, select

from workflow.core.merkle import root
from workflow.storage.case import Case
from workflow.storage.history_log import LogLeaf, hashes_from
from workflow.storage.registers import RegisterEntry


class LogEnd(NamedTuple):
    """How many events the log holds, and the root of the tree over them."""

    size: int
    root: str


class Ends(NamedTuple):
    """In what a whole history ends: two databases with the same ends hold the same."""

    seals: dict[str, str]
    """The last seal of each case and register entry by its number, in their order."""
    entries: int
    """How many of them are entries of registers."""
    log: LogEnd | None
    """None in a database from before there was a log."""


def ends_of(connection: Connection) -> Ends:
    """Return in what the history ends, of a database of this revision or of an earlier one."""
    there = inspect(connection).get_table_names()
    cases = [*connection.execute(select(Case.number, Case.head))]
    entries = []
    if RegisterEntry.__tablename__ in there:
        entries = [*connection.execute(select(RegisterEntry.number, RegisterEntry.head))]
    log = None
    if LogLeaf.__tablename__ in there:
        size = connection.execute(select(func.count()).select_from(LogLeaf)).scalar_one()
        log = LogEnd(size, root(size, hashes_from(connection)).hex())
    rows = sorted(cases + entries, key=lambda row: row.number)
    return Ends({row.number: row.head for row in rows}, len(entries), log)


def is_empty(connection: Connection) -> bool:
    """Say whether the database has no tables at all."""
    return not inspect(connection).get_table_names()

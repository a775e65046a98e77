"""The last seal of every case and entry: together they say what the whole history is."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, select

from workflow.storage.case import Case
from workflow.storage.registers import RegisterEntry


def chain_heads(connection: Connection) -> dict[str, str]:
    """Return the last seal of each case and register entry by its number, in their order."""
    rows = [
        *connection.execute(select(Case.number, Case.head).order_by(Case.number)),
        *connection.execute(select(RegisterEntry.number, RegisterEntry.head)),
    ]
    return {row.number: row.head for row in sorted(rows, key=lambda row: row.number)}


def is_empty(connection: Connection) -> bool:
    """Say whether the database has no tables at all."""
    return not inspect(connection).get_table_names()

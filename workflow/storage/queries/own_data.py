"""Everything that is kept of one officer, row by row, without what only proves who they are."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from workflow.storage.models import METADATA

WITHHELD: Final = frozenset(
    {"password_hash", "token_hash", "csrf", "secret", "credential", "subject", "kept"}
)
"""Columns that would let somebody else in, or that only the installation itself can read."""
SOURCES: Final = {
    "memberships": ("membership", ("officer_id",)),
    "substitutions": ("substitution", ("absent_id", "substitute_id", "created_by")),
    "sessions": ("session", ("officer_id",)),
    "invitations": ("invitation", ("officer_id",)),
    "second_factors": ("factor", ("officer_id",)),
    "identities": ("identity", ("officer_id",)),
    "errands": ("errand", ("officer_id",)),
    "preferences": ("notice_wish", ("officer_id",)),
    "inbox_columns": ("inbox_columns", ("officer_id",)),
    "saved_filters": ("saved_filter", ("officer_id",)),
    "calendars": ("feed", ("officer_id",)),
    "following": ("case_follower", ("officer_id",)),
    "readable_by_name": ("case_reader", ("officer_id",)),
    "drafts": ("draft", ("officer_id",)),
    "notices": ("notice", ("officer_id",)),
    "digests": ("digest", ("officer_id",)),
    "readings": ("reading", ("officer_id",)),
    "what_was_done_about_them": ("staff_event", ("officer_id",)),
    "departures": ("departure", ("officer_id",)),
}
"""By its name in an export: the table, and the columns that name the officer."""
ACTS: Final = ("seq", "kind", "at", "agency", "on_behalf_of", "hash")
"""What is told of an act; what it says is the business of the case."""


def rows_about(connection: Connection, officer_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return the account of an officer and every row that names them, by kind."""
    account = _rows(connection, METADATA.tables["officer"], ("id",), officer_id)
    found = {"account": account}
    for name, (table, columns) in SOURCES.items():
        found[name] = _rows(connection, METADATA.tables[table], columns, officer_id)
    return {**found, "acts": _acts(connection, officer_id)}


def _rows(
    connection: Connection, table: Table, columns: tuple[str, ...], officer_id: int
) -> list[dict[str, Any]]:
    told = [column for column in table.columns if column.name not in WITHHELD]
    named: list[ColumnElement[bool]] = [table.c[name] == officer_id for name in columns]
    wanted = select(*told).where(or_(*named)).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _acts(connection: Connection, officer_id: int) -> list[dict[str, Any]]:
    event, case = METADATA.tables["event"], METADATA.tables["case"]
    wanted = (
        select(case.c.number, *(event.c[name] for name in ACTS))
        .join(case, case.c.id == event.c.case_id)
        .where(or_(event.c.officer == officer_id, event.c.on_behalf_of == officer_id))
        .order_by(event.c.case_id, event.c.seq)
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]

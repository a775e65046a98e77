"""Note once for each task that an act moves from where to where it is counted.

A claim took one away from among the free and brought one to whoever claimed it: two rows.
"""

# ruff: noqa: S608 - every word is our own

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId

revision = "0045"
down_revision = "0043"
branch_labels = None
depends_on = None

_BEFORE = (
    "SELECT agency, officer, due_on, type, opener, n,"
    " CASE WHEN done THEN 'done' WHEN waits THEN 'waiting' ELSE 'open' END AS kind FROM queue_move"
)
_NOW = " UNION ALL ".join(
    f"SELECT agency, {side}_officer AS officer, {side}_due_on AS due_on, type, opener, {n} AS n,"
    f" {side}_as AS kind FROM queue_move WHERE {side}_as IS NOT NULL"
    for side, n in (("gone", -1), ("come", 1))
)
_SHELVES = {
    "'all'": "kind <> 'done'",
    "CASE officer WHEN 0 THEN 'free' ELSE CAST(officer AS varchar) END": "kind <> 'done'",
    "'waiting'": "kind = 'waiting'",
    "'done'": "kind = 'done'",
    "'done:' || officer": "kind = 'done' AND officer <> 0",
}


def upgrade() -> None:
    """Go on to this revision."""
    _count_in(_BEFORE)
    op.drop_table("queue_move")
    sides = [
        column
        for side in ("gone", "come")
        for column in (
            sa.Column(f"{side}_as", sa.String()),
            sa.Column(f"{side}_officer", BigId),
            sa.Column(f"{side}_due_on", sa.Date()),
        )
    ]
    _create(sides)


def downgrade() -> None:
    """Go back to the one before."""
    _count_in(_NOW)
    op.drop_table("queue_move")
    _create(
        [
            sa.Column("revision", sa.Integer(), nullable=False),
            sa.Column("place", sa.Integer(), nullable=False),
            sa.Column("officer", BigId, nullable=False),
            sa.Column("due_on", sa.Date(), nullable=False),
            sa.Column("waits", sa.Boolean(), nullable=False),
            sa.Column("done", sa.Boolean(), nullable=False),
            sa.Column("n", sa.Integer(), nullable=False),
        ]
    )


def _create(columns: Sequence[sa.Column[Any]]) -> None:
    op.create_table(
        "queue_move",
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        *columns,
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("opener", sa.String(), nullable=False),
    )


def _count_in(moves: str) -> None:
    """Count in all that acts have moved so far."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute("LOCK TABLE queue_move IN ACCESS EXCLUSIVE MODE")
    op.execute(
        "INSERT INTO queue_count (agency, assignee, due_on, n)"
        f" SELECT agency, officer, due_on, sum(n) FROM ({moves}) AS moved WHERE kind <> 'done'"
        " GROUP BY agency, officer, due_on"
        " ON CONFLICT (agency, assignee, due_on) DO UPDATE SET n = queue_count.n + excluded.n"
    )
    shelves = " UNION ALL ".join(
        f"SELECT agency, {shelf} AS shelf, type, opener, n FROM ({moves}) AS moved WHERE {which}"
        for shelf, which in _SHELVES.items()
    )
    op.execute(
        "INSERT INTO queue_tally (agency, shelf, type, opener, n)"
        f" SELECT agency, shelf, type, opener, sum(n) FROM ({shelves}) AS placed WHERE true"
        " GROUP BY agency, shelf, type, opener"
        " ON CONFLICT (agency, shelf, type, opener) DO UPDATE SET n = queue_tally.n + excluded.n"
    )

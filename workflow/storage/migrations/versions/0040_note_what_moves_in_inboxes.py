"""Have acts note what moves in inboxes, and count it in later."""

# ruff: noqa: S608 - every word is our own

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId

revision = "0040"
down_revision = "0036"
branch_labels = None
depends_on = None

_COUNTED = (
    "INSERT INTO queue_count (agency, assignee, due_on, n)"
    " SELECT agency, officer, due_on, sum(n) FROM queue_move WHERE NOT done"
    " GROUP BY agency, officer, due_on"
    " ON CONFLICT (agency, assignee, due_on) DO UPDATE SET n = queue_count.n + excluded.n"
)
_SHELVES = {
    "'all'": "NOT done",
    "CASE officer WHEN 0 THEN 'free' ELSE CAST(officer AS varchar) END": "NOT done",
    "'waiting'": "NOT done AND waits",
    "'done'": "done",
    "'done:' || officer": "done AND officer <> 0",
}
_TALLIED = (
    "INSERT INTO queue_tally (agency, shelf, type, opener, n)"
    " SELECT agency, shelf, type, opener, sum(n) FROM ("
    + " UNION ALL ".join(
        f"SELECT agency, {shelf} AS shelf, type, opener, n FROM queue_move WHERE {which}"
        for shelf, which in _SHELVES.items()
    )
    + ") AS moved WHERE true GROUP BY agency, shelf, type, opener"
    " ON CONFLICT (agency, shelf, type, opener) DO UPDATE SET n = queue_tally.n + excluded.n"
)


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "queue_move",
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("officer", BigId, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("opener", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "case_id", "revision", "place", name="pk_queue_move"),
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.execute(_COUNTED)
    op.execute(_TALLIED)
    op.drop_table("queue_move")

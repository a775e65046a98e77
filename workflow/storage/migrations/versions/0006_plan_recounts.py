"""Keep plans of recounting, and tell since when each version of a counting rule holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, Json, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("recount_plan", "recount_move", "recount_failure")


def upgrade() -> None:
    """Go on to this revision."""
    since = sa.Column("added_in", sa.Integer(), server_default="0", nullable=False)
    op.add_column("counting_rule", since)
    _plan()
    _move()
    _failure()


def downgrade() -> None:
    """Go back to the one before."""
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("counting_rule", "added_in")


def _plan() -> None:
    op.create_table(
        "recount_plan",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("new_version", sa.Integer(), nullable=True),
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        sa.Column("applied_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("cursor", BigId, nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recount_plan"),
        sa.UniqueConstraint("key", name="uq_recount_plan_key"),
    )


def _move() -> None:
    op.create_table(
        "recount_move",
        sa.Column("plan_id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("clock_key", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("due_from", sa.Date(), nullable=False),
        sa.Column("due_to", sa.Date(), nullable=False),
        sa.Column("kept", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_recount_move_case_id"),
        _of_plan("recount_move"),
        sa.PrimaryKeyConstraint("plan_id", "case_id", "clock_key", name="pk_recount_move"),
    )


def _failure() -> None:
    op.create_table(
        "recount_failure",
        sa.Column("plan_id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_recount_failure_case_id"),
        _of_plan("recount_failure"),
        sa.PrimaryKeyConstraint("plan_id", "case_id", name="pk_recount_failure"),
    )


def _of_plan(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_plan_id"
    return sa.ForeignKeyConstraint(["plan_id"], ["recount_plan.id"], name=name, ondelete="CASCADE")

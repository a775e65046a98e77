"""Let named people read a case for a time, keep who read restricted ones, and what stands still."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    _case_reader()
    _reading()
    _stuck_case()


def downgrade() -> None:
    """Go back to the one before."""
    for table in ("stuck_case", "reading", "case_reader"):
        op.drop_table(table)


def _case_reader() -> None:
    op.create_table(
        "case_reader",
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_reader_case_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_case_reader_officer_id"),
        sa.PrimaryKeyConstraint("case_id", "officer_id", name="pk_case_reader"),
    )
    op.create_index("ix_case_reader_officer_id", "case_reader", ["officer_id"])


def _reading() -> None:
    op.create_table(
        "reading",
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_reading_case_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_reading_officer_id"),
        sa.PrimaryKeyConstraint("case_id", "day", "officer_id", "kind", name="pk_reading"),
    )
    op.create_index("ix_reading_day", "reading", ["day"])


def _stuck_case() -> None:
    op.create_table(
        "stuck_case",
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("task_no", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_stuck_case_case_id"),
        sa.PrimaryKeyConstraint("case_id", "kind", "task_no", name="pk_stuck_case"),
    )
    op.create_index("ix_stuck_case_owner_case_id", "stuck_case", ["owner", "case_id"])

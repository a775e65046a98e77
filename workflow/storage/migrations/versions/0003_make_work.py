"""Make the tables of work to be done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, Json, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("job", "notice", "delivery", "schedule")


def upgrade() -> None:
    """Go on to this revision."""
    _job()
    _notice()
    _delivery()
    _schedule()


def downgrade() -> None:
    """Go back to the one before."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _job() -> None:
    op.create_table(
        "job",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("case_id", BigId, nullable=True),
        sa.Column("payload", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("run_at", UtcDateTime(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("failed_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_job_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("key", name="uq_job_key"),
    )
    op.create_index("ix_job_case_id", "job", ["case_id"])
    op.create_index(
        "ix_job_waiting",
        "job",
        ["run_at"],
        postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
    )


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("task_no", sa.Integer(), nullable=True),
        sa.Column("clock_key", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("params", Json, nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_notice_case_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_notice_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint(
            "case_id",
            "clock_key",
            "generation",
            "rung",
            "occurrence",
            "officer_id",
            "channel",
            name="uq_notice_once",
        ),
    )
    op.create_index("ix_notice_officer", "notice", ["officer_id", "issued_at"])
    op.create_index(
        "ix_notice_unread",
        "notice",
        ["officer_id"],
        postgresql_where=sa.text("read_at IS NULL AND withdrawn_at IS NULL AND channel = 'app'"),
        sqlite_where=sa.text("read_at IS NULL AND withdrawn_at IS NULL AND channel = 'app'"),
    )


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", BigId, nullable=False),
        sa.Column("notice_id", BigId, nullable=True),
        sa.Column("job_id", BigId, nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_delivery_job_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_delivery_notice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
    )
    op.create_index("ix_delivery_notice_id", "delivery", ["notice_id"])


def _schedule() -> None:
    op.create_table(
        "schedule",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("last_fired_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_schedule"),
    )

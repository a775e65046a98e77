"""Let what falls due be listed by request type, and be told to calendars outside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OPEN = sa.text("status IN ('open', 'claimed')")


def upgrade() -> None:
    """Go on to this revision."""
    key = sa.Column("definition_key", sa.String(), server_default="", nullable=False)
    op.add_column("task", key)
    op.execute(
        'UPDATE task SET definition_key = (SELECT definition_key FROM "case"'
        ' WHERE "case".id = task.case_id)'
    )
    op.create_index(
        "ix_task_type",
        "task",
        ["definition_key", "order_at", "case_id", "no"],
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    _feed()
    _feed_entry()


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("feed_entry")
    op.drop_table("feed")
    op.drop_index("ix_task_type", table_name="task")
    op.drop_column("task", "definition_key")


def _feed() -> None:
    op.create_table(
        "feed",
        sa.Column("id", BigId, nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("fetched_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_feed_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        sa.UniqueConstraint("officer_id", "agency", name="uq_feed_officer_id_agency"),
        sa.UniqueConstraint("token_hash", name="uq_feed_token_hash"),
    )


def _feed_entry() -> None:
    op.create_table(
        "feed_entry",
        sa.Column("feed_id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_feed_entry_case_id"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_feed_entry_feed_id"),
        sa.PrimaryKeyConstraint("feed_id", "case_id", "key", name="pk_feed_entry"),
    )

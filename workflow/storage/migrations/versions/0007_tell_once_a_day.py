"""Tell once a day what is not urgent, as each person wishes, and climb as each type allows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FOR_A_DIGEST = sa.text("channel = 'digest' AND digest_on IS NULL AND withdrawn_at IS NULL")
NOT_QUEUED = sa.text("queued_at IS NULL")


def upgrade() -> None:
    """Go on to this revision."""
    op.add_column("task", sa.Column("reached_at", UtcDateTime(), nullable=True))
    op.add_column("notice", sa.Column("digest_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_notice_digest",
        "notice",
        ["officer_id"],
        postgresql_where=FOR_A_DIGEST,
        sqlite_where=FOR_A_DIGEST,
    )
    _digest()
    _notice_wish()
    _ladder_switch()


def downgrade() -> None:
    """Go back to the one before."""
    for table in ("ladder_switch", "notice_wish", "digest"):
        op.drop_table(table)
    op.drop_index("ix_notice_digest", table_name="notice")
    op.drop_column("notice", "digest_on")
    op.drop_column("task", "reached_at")


def _digest() -> None:
    op.create_table(
        "digest",
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("queued_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_digest_officer_id"),
        sa.PrimaryKeyConstraint("officer_id", "day", name="pk_digest"),
    )
    op.create_index(
        "ix_digest_due",
        "digest",
        ["due_at"],
        postgresql_where=NOT_QUEUED,
        sqlite_where=NOT_QUEUED,
    )


def _notice_wish() -> None:
    op.create_table(
        "notice_wish",
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_notice_wish_officer_id"),
        sa.PrimaryKeyConstraint("officer_id", "topic", name="pk_notice_wish"),
    )


def _ladder_switch() -> None:
    op.create_table(
        "ladder_switch",
        sa.Column("id", BigId, nullable=False),
        sa.Column("definition_key", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("by", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["officer.id"], name="fk_ladder_switch_by"),
        sa.PrimaryKeyConstraint("id", name="pk_ladder_switch"),
    )
    op.create_index("ix_ladder_switch_definition_key", "ladder_switch", ["definition_key"])

"""Let what falls due be listed for coordinators, and be told to calendars outside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, Json, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OPEN = sa.text("status IN ('open', 'claimed')")
OPEN_FREE = sa.text("status IN ('open', 'claimed') AND assignee IS NULL")
INDEXES = {
    "ix_task_owner": (["owner", "order_at", "case_id", "no"], OPEN),
    "ix_task_free": (["agency", "order_at", "case_id", "no"], OPEN_FREE),
}


def upgrade() -> None:
    """Go on to this revision."""
    owner = sa.Column("owner", sa.String(), server_default="", nullable=False)
    op.add_column("task", owner)
    _fill_owner()
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, "task", columns, postgresql_where=where, sqlite_where=where)
    _feed()
    _feed_entry()


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("feed_entry")
    op.drop_table("feed")
    for name in INDEXES:
        op.drop_index(name, table_name="task")
    op.drop_column("task", "owner")


def _fill_owner() -> None:
    """Copy to each task the agency that answers for its request type."""
    connection = op.get_bind()
    definition = sa.table(
        "definition", sa.column("key"), sa.column("version"), sa.column("normal", Json)
    )
    fill = sa.text(
        "UPDATE task SET owner = :owner WHERE case_id IN"
        ' (SELECT id FROM "case" WHERE definition_key = :key AND definition_version = :version)'
    )
    for row in connection.execute(sa.select(definition)).all():
        given = {"owner": row.normal["owner"], "key": row.key, "version": row.version}
        connection.execute(fill, given)


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

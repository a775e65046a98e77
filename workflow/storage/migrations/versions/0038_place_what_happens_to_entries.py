"""Give events of register entries places in the log of all events, those so far by the next clock.

An entry counts how many of its events have places; none have yet.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId

revision = "0038"
down_revision = "0035"
branch_labels = None
depends_on = None

OF_AN_ENTRY = sa.text("entry_id IS NOT NULL")
UNLOGGED = sa.text("logged < revision")


def upgrade() -> None:
    """Go on to this revision."""
    logged: sa.Column[int] = sa.Column(
        "logged", sa.Integer(), nullable=False, server_default=sa.text("0")
    )
    op.add_column("register_entry", logged)
    op.create_index(
        "ix_register_entry_unlogged",
        "register_entry",
        ["id"],
        postgresql_where=UNLOGGED,
        sqlite_where=UNLOGGED,
    )
    with op.batch_alter_table("log_leaf") as leaf:
        leaf.alter_column("case_id", existing_type=BigId, nullable=True)
        leaf.add_column(sa.Column("entry_id", BigId, nullable=True))
    op.create_index(
        "uq_log_leaf_entry_id_seq",
        "log_leaf",
        ["entry_id", "seq"],
        unique=True,
        postgresql_where=OF_AN_ENTRY,
        sqlite_where=OF_AN_ENTRY,
    )


def downgrade() -> None:
    """Go back to the one before, where a log that holds events of entries cannot be."""
    placed = sa.text("SELECT count(*) FROM log_leaf WHERE entry_id IS NOT NULL")
    if op.get_bind().execute(placed).scalar_one():
        raise RuntimeError("events of register entries have places, which are never taken back")
    op.drop_index("uq_log_leaf_entry_id_seq", "log_leaf")
    with op.batch_alter_table("log_leaf") as leaf:
        leaf.drop_column("entry_id")
        leaf.alter_column("case_id", existing_type=BigId, nullable=False)
    op.drop_index("ix_register_entry_unlogged", "register_entry")
    op.drop_column("register_entry", "logged")

"""Keep one log of the events of all cases, and signed heads of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

UNLOGGED = sa.text("NOT logged")

EARLIER_ACTS = sa.text("UPDATE act_key SET logged = true")
EARLIER_CASES = sa.text(
    "INSERT INTO act_key (key, case_id, seq, at, logged)"
    " SELECT number || '\\:log', id, seq, updated_at, false FROM \"case\""
)
"""One key for each case there is: its lines so far get their places by the first clock."""


def upgrade() -> None:
    """Go on to this revision."""
    logged: sa.Column[bool] = sa.Column(
        "logged", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("act_key", logged)
    op.create_index(
        "ix_act_key_unlogged",
        "act_key",
        ["case_id"],
        postgresql_where=UNLOGGED,
        sqlite_where=UNLOGGED,
    )
    op.execute(EARLIER_ACTS)
    op.execute(EARLIER_CASES)
    _log()
    op.execute(sa.text("INSERT INTO log_size (id, size) VALUES (1, 0)"))


def _log() -> None:
    op.create_table(
        "log_leaf",
        sa.Column("place", BigId, nullable=False, autoincrement=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_log_leaf"),
        sa.UniqueConstraint("case_id", "seq", name="uq_log_leaf_case_id_seq"),
    )
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("place", BigId, nullable=False, autoincrement=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name="pk_log_node"),
    )
    op.create_table(
        "log_size",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("size", BigId, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_size"),
    )
    op.create_table(
        "log_head",
        sa.Column("id", BigId, nullable=False),
        sa.Column("size", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_log_head"),
    )
    op.create_index("ix_log_head_size", "log_head", ["size"])


def downgrade() -> None:
    """Go back to the one before."""
    for table in ("log_head", "log_size", "log_node", "log_leaf"):
        op.drop_table(table)
    op.execute(sa.text("DELETE FROM act_key WHERE key LIKE '%\\:log'"))
    op.drop_index("ix_act_key_unlogged", "act_key")
    op.drop_column("act_key", "logged")

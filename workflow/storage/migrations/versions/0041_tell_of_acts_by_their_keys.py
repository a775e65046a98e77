"""Have the keys of acts ask to tell people of them, so that no act writes a job for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import UtcDateTime

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision; jobs that tell of acts are done as ever."""
    op.add_column("act_key", sa.Column("tell_from", sa.Integer(), nullable=True))
    op.add_column("act_key", sa.Column("asked_at", UtcDateTime(), nullable=True))
    op.drop_index("ix_act_key_unlogged", "act_key")
    op.create_index(
        "ix_act_key_waiting",
        "act_key",
        ["case_id"],
        postgresql_where=sa.text("NOT logged OR tell_from IS NOT NULL"),
        sqlite_where=sa.text("logged = 0 OR tell_from IS NOT NULL"),
    )


def downgrade() -> None:
    """Go back to the one before, where a job tells of what is still untold."""
    of = "json_object" if op.get_bind().dialect.name == "sqlite" else "jsonb_build_object"
    op.execute(
        sa.text(
            "INSERT INTO job (kind, key, case_id, payload, created_at, run_at)"  # noqa: S608
            " SELECT 'tell', number || '\\:tell\\:' || tell_from, case_id,"
            f" {of}('from_seq', tell_from, 'to_seq', act_key.seq), asked_at, asked_at"
            ' FROM act_key JOIN "case" ON "case".id = case_id WHERE tell_from IS NOT NULL'
        )
    )
    op.drop_index("ix_act_key_waiting", "act_key")
    op.drop_column("act_key", "asked_at")
    op.drop_column("act_key", "tell_from")
    op.create_index(
        "ix_act_key_unlogged",
        "act_key",
        ["case_id"],
        postgresql_where=sa.text("NOT logged"),
        sqlite_where=sa.text("logged = 0"),
    )

"""Have the acts that people are to be told of found in the order in which they have waited."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    _find_by("asked_at")


def downgrade() -> None:
    """Go back to the one before."""
    _find_by("case_id")


def _find_by(column: str) -> None:
    op.drop_index("ix_act_key_waiting", "act_key")
    op.create_index(
        "ix_act_key_waiting",
        "act_key",
        [column],
        postgresql_where=sa.text("NOT logged OR tell_from IS NOT NULL"),
        sqlite_where=sa.text("logged = 0 OR tell_from IS NOT NULL"),
    )

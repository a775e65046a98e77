"""Find the ended cases whose personal data go next by an index, the first that ended first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_ENDED = sa.text("closed_at IS NOT NULL")


def upgrade() -> None:
    """Go on to this revision."""
    op.create_index(
        "ix_case_ended",
        "case",
        ["definition_key", "closed_at"],
        postgresql_where=_ENDED,
        sqlite_where=_ENDED,
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index("ix_case_ended", "case")

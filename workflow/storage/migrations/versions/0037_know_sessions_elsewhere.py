"""Know a session by the one at the provider of identity with which it began, to end both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    op.add_column("session", sa.Column("elsewhere", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("session", "elsewhere")

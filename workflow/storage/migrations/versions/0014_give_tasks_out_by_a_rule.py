"""Let each agency say who gets the tasks that come to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    rule = sa.Column("distribution", sa.String(), nullable=False, server_default="by_hand")
    op.add_column("agency", rule)


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("agency", "distribution")

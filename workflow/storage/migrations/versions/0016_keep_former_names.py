"""Keep what agencies were called, so that what is old shows the name that was valid then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "agency_name",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", "valid_to", name="pk_agency_name"),
    )


def downgrade() -> None:
    """Go back to the one before; the former names are lost."""
    op.drop_table("agency_name")

"""Find the cases of a request type without reading all cases."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    op.create_index("ix_case_definition_key_id", "case", ["definition_key", "id"])


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index("ix_case_definition_key_id", "case")

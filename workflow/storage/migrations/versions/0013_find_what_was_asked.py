"""Let an agency find what it was asked, and the clock find requests that were sent long ago."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ASKED = sa.text("status <> 'stopped' AND substr(key, 1, 9) = 'question:'")
ON_NO_CASE = sa.text("case_number IS NULL")


def upgrade() -> None:
    """Go on to this revision."""
    op.create_index(
        "ix_case_deadline_asked",
        "case_deadline",
        ["agency", "due_at", "case_id", "key"],
        postgresql_where=ASKED,
        sqlite_where=ASKED,
    )
    op.create_index(
        "ix_draft_request",
        "draft",
        ["saved_at"],
        postgresql_where=ON_NO_CASE,
        sqlite_where=ON_NO_CASE,
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index("ix_draft_request", table_name="draft")
    op.drop_index("ix_case_deadline_asked", table_name="case_deadline")

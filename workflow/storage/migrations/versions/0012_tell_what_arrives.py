"""Let an inbox tell what has arrived since it was looked at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = sa.text("status IN ('open', 'claimed')")


def upgrade() -> None:
    """Go on to this revision."""
    op.add_column("task", sa.Column("arrived_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE task SET arrived_at = coalesce(reached_at, opened_at)")
    order = ["agency", "arrived_at"]
    op.create_index("ix_task_arrived", "task", order, postgresql_where=OPEN, sqlite_where=OPEN)


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index("ix_task_arrived", table_name="task")
    op.drop_column("task", "arrived_at")

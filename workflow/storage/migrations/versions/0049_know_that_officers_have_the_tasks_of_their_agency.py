"""Tell PostgreSQL that officers hold, and complete, the tasks of their own agency.

It would take both for chance otherwise, expect a fiftieth of what somebody holds or did there, and
rather sort all of it than read a page of it in the order of the index.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        return
    op.execute("CREATE STATISTICS task_holder (dependencies) ON assignee, agency FROM task")
    op.execute("CREATE STATISTICS task_doer (dependencies) ON ended_by, agency FROM task")
    # Of a table that is known to be empty it would expect that it stays so.
    if connection.execute(sa.text("SELECT EXISTS (SELECT FROM task)")).scalar():
        op.execute("ANALYZE task")


def downgrade() -> None:
    """Go back to the one before."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP STATISTICS task_holder, task_doer")

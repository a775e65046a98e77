"""Tell PostgreSQL that officers complete the tasks of their own agency, as 0049 does of the open.

A page of what somebody did is then read in the order of the index, and the rest of it is not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.execute("CREATE STATISTICS task_doer (dependencies) ON ended_by, agency FROM task")
        # Of a table that is known to be empty it would expect that it stays so.
        if connection.execute(sa.text("SELECT EXISTS (SELECT FROM task)")).scalar():
            op.execute("ANALYZE task")


def downgrade() -> None:
    """Go back to the one before."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP STATISTICS task_doer")

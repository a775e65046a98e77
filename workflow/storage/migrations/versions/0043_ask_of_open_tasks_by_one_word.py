"""Know open tasks by that they have not ended, which the indexes of every act ask in one step.

A list of statuses was made into a value anew for each index of tasks, by each act.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0046"
branch_labels = None
depends_on = None

BEFORE: Final = "status IN ('open', 'claimed')"
NOW: Final = "ended_at IS NULL"
_ORDER: Final = ("order_at", "case_id", "no")
INDEXES: Final = {
    "ix_task_owner": (("owner", *_ORDER), ""),
    "ix_task_free": (("agency", *_ORDER), " AND assignee IS NULL"),
    "ix_task_type": (("agency", "type", *_ORDER), ""),
    "ix_task_opener": (("agency", "opener", *_ORDER), ""),
    "ix_task_first": (("agency", *_ORDER), " AND rank = 0"),
    "ix_task_waiting": (("agency", *_ORDER), " AND (request IS NOT NULL OR child IS NOT NULL)"),
    "ix_task_child": (("child",), " AND child IS NOT NULL"),
    "ix_task_arrived": (("agency", "arrived_at"), ""),
    "ix_task_inbox": (("agency", *_ORDER), ""),
    "ix_task_open": (("case_id",), ""),
    "ix_task_mine": (("assignee", *_ORDER), " AND assignee IS NOT NULL"),
}
"""Their columns, and what they ask of open tasks.

While they are empty they cost PostgreSQL the same, whatever is asked, and it takes the newest that
could answer: the tasks of a case are to be found by the case, those of an officer by the officer.
"""


def upgrade() -> None:
    """Go on to this revision."""
    _make(NOW)


def downgrade() -> None:
    """Go back to the one before."""
    _make(BEFORE)


def _make(is_open: str) -> None:
    for name, (columns, narrowed) in INDEXES.items():
        op.drop_index(name, "task")
        where = sa.text(is_open + narrowed)
        op.create_index(name, "task", list(columns), postgresql_where=where, sqlite_where=where)

"""Keep the JSON that acts write as it was written, on PostgreSQL.

No statement that is often asked looks inside it: it was taken apart as it was written, and put
together again for each act that read it. Forms of cases are counted by what is in them, and stay.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0045"
branch_labels = None
depends_on = None

COLUMNS: Final = {
    "case": ("participants", "clocks", "last_event"),
    "task": ("clock", "proposal", "request"),
    "event": ("body",),
    "job": ("payload",),
}
_ORDER: Final = ("order_at", "case_id", "no")
INDEXES: Final = {
    "ix_task_inbox": (("agency", *_ORDER), ""),
    "ix_task_open": (("case_id",), ""),
    "ix_task_mine": (("assignee", *_ORDER), " AND assignee IS NOT NULL"),
}
"""They stay the newest of their table, as 0043 has it."""


def upgrade() -> None:
    """Go on to this revision; each table is written anew, and locked meanwhile."""
    _turn_into("json")


def downgrade() -> None:
    """Go back to the one before."""
    _turn_into("jsonb")


def _turn_into(kind: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for name in INDEXES:
        op.drop_index(name, "task")
    for table, columns in COLUMNS.items():
        turned = ", ".join(f"ALTER COLUMN {column} TYPE {kind}" for column in columns)
        op.execute(f'ALTER TABLE "{table}" {turned}')
    for name, (columns, narrowed) in INDEXES.items():
        where = sa.text("ended_at IS NULL" + narrowed)
        op.create_index(name, "task", list(columns), postgresql_where=where)

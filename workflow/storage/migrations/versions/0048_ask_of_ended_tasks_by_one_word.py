"""Know completed tasks by that they have ended, which their indexes ask in one step.

They have how a task ended behind their order. No two tasks are alike in an index in which lists
are read, so PostgreSQL is told not to look for such as are each time that a page of it is full.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_APART: Final = {"postgresql_with": {"deduplicate_items": "off"}}
_OTHERS: Final = ("inbox", "held", "owner", "waiting")


def upgrade() -> None:
    """Go on to this revision."""
    _make("ended_at IS NOT NULL", "status", **_APART)
    _alter_others("SET (deduplicate_items = off)")


def downgrade() -> None:
    """Go back to the one before."""
    _make("status = 'completed'")
    _alter_others("RESET (deduplicate_items)")


def _make(has_ended: str, *behind: str, **how: Any) -> None:  # noqa: ANN401 - options of an index
    where = sa.text(has_ended)
    for name, whose in (("done", "agency"), ("done_by", "ended_by")):
        op.drop_index(f"ix_task_{name}", "task")
        columns = [whose, "ended_at", "case_id", "no", *behind]
        op.create_index(
            f"ix_task_{name}", "task", columns, postgresql_where=where, sqlite_where=where, **how
        )


def _alter_others(change: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        for name in _OTHERS:
            op.execute(f"ALTER INDEX ix_task_{name} {change}")

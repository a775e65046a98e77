"""Have what every act writes kept with its case by the guard of the write, not by foreign keys.

Tasks, lines of history, parts of agencies and jobs are written in one transaction with their case,
by the one write that has just found it at its revision, and cases are never deleted: the database
looked each of them up a second time, and locked the case for each. `tramita verify` finds rows
whose case is not there.

An inbox narrowed by type and opener, or by one of them to what nobody has taken, is read along the
index of the one that it names: four indexes fewer are kept by every act that moves a task.

Cases are changed by every act, mostly without a change to their indexes: with room left on the
page of a case, they need not be touched then.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0034"
branch_labels = None
depends_on = None

TABLES = ("task", "event", "case_agency", "job")
_OPEN = "status IN ('open', 'claimed')"
_FREE = f"{_OPEN} AND assignee IS NULL"
INDEXES = {
    "ix_task_type_opener": (_OPEN, ["agency", "type", "opener"]),
    "ix_task_free_type": (_FREE, ["agency", "type"]),
    "ix_task_free_opener": (_FREE, ["agency", "opener"]),
    "ix_task_free_type_opener": (_FREE, ["agency", "type", "opener"]),
}


def upgrade() -> None:
    """Go on to this revision."""
    for name in INDEXES:
        op.drop_index(name, "task")
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            table.drop_constraint(f"fk_{name}_case_id", type_="foreignkey")
    if not _is_sqlite():
        op.execute('ALTER TABLE "case" SET (fillfactor = 70)')


def downgrade() -> None:
    """Go back to the one before."""
    if not _is_sqlite():
        op.execute('ALTER TABLE "case" RESET (fillfactor)')
    for name in reversed(TABLES):
        with op.batch_alter_table(name) as table:
            table.create_foreign_key(f"fk_{name}_case_id", "case", ["case_id"], ["id"])
    for name, (only, columns) in INDEXES.items():
        order, where = [*columns, "order_at", "case_id", "no"], sa.text(only)
        op.create_index(name, "task", order, postgresql_where=where, sqlite_where=where)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"

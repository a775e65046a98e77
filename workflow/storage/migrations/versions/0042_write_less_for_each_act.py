"""Write less for each act on PostgreSQL.

Texts that are searched and clocks are kept with their case by the guard of the write, as 0030 has
it of tasks and lines of history: a foreign key looked their case up a second time, and locked it.

The log leaves out what a row and the row before it begin and end with alike. The clock of a task,
by far the longest of it, stood between its status and its outcome and was logged as it ended.

What a case remembers is kept as it was written, what changes last: the log leaves out the rest.

What moves in inboxes is read and counted in as a whole, so no act keeps an index of it.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

TABLES = ("passage", "case_deadline")
MOVED = ("agency", "case_id", "revision", "place")


def upgrade() -> None:
    """Go on to this revision."""
    for name in TABLES:
        _alter(name, lambda table, key: table.drop_constraint(key, type_="foreignkey"))
    with op.batch_alter_table("queue_move") as table:
        table.drop_constraint("pk_queue_move", type_="primary")
    if not _is_sqlite():
        op.add_column("task", sa.Column("clock_", postgresql.JSONB()))
        op.execute("UPDATE task SET clock_ = clock WHERE clock IS NOT NULL")
        op.drop_column("task", "clock")
        op.alter_column("task", "clock_", new_column_name="clock")
        op.execute('ALTER TABLE "case" ALTER COLUMN memory TYPE json')


def downgrade() -> None:
    """Go back to the one before, which takes columns in any order."""
    if not _is_sqlite():
        op.execute('ALTER TABLE "case" ALTER COLUMN memory TYPE jsonb')
    with op.batch_alter_table("queue_move") as table:
        table.create_primary_key("pk_queue_move", list(MOVED))
    for name in reversed(TABLES):
        _alter(name, lambda table, key: table.create_foreign_key(key, "case", ["case_id"], ["id"]))


def _alter(name: str, change: Callable[[BatchOperations, str], object]) -> None:
    """Change the foreign key of a table; SQLite makes it anew, and its triggers with it."""
    connection = op.get_bind()
    triggers: list[tuple[str, str]] = []
    if _is_sqlite():
        made = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE :what"
        found = connection.execute(sa.text(made), {"what": f"%{name}%"})
        triggers = [(row.name, row.sql) for row in found]
    for trigger, _ in triggers:
        op.execute(f"DROP TRIGGER {trigger}")
    with op.batch_alter_table(name) as table:
        change(table, f"fk_{name}_case_id")
    for _, trigger in triggers:
        connection.exec_driver_sql(trigger)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"

"""Let an inbox be narrowed and counted at once, and let people arrange what is on their desks."""

from __future__ import annotations

from collections import Counter
from itertools import product

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN = "status IN ('open', 'claimed')"
FREE = f"{OPEN} AND assignee IS NULL"
WAITING = f"{OPEN} AND (request IS NOT NULL OR child IS NOT NULL)"
INDEXES = {
    "ix_task_type": (OPEN, ["agency", "type", "order_at"]),
    "ix_task_opener": (OPEN, ["agency", "opener", "order_at"]),
    "ix_task_type_opener": (OPEN, ["agency", "type", "opener", "order_at"]),
    "ix_task_free_type": (FREE, ["agency", "type", "order_at"]),
    "ix_task_free_opener": (FREE, ["agency", "opener", "order_at"]),
    "ix_task_free_type_opener": (FREE, ["agency", "type", "opener", "order_at"]),
    "ix_task_first": (f"{OPEN} AND rank = 0", ["agency", "order_at"]),
    "ix_task_waiting": (WAITING, ["agency", "order_at"]),
    "ix_task_done": ("status = 'completed'", ["agency", "ended_at"]),
    "ix_task_done_by": ("status = 'completed'", ["ended_by", "ended_at"]),
}
COPIED = {"type": "definition_key", "opener": "opener"}
"""What a task copies of its case."""
COUNTED = (
    f"SELECT agency, assignee, {WAITING} AS waits, status, ended_by, type, opener, count(*) AS n"  # noqa: S608 - words of this file
    f" FROM task WHERE {OPEN} OR status = 'completed'"
    " GROUP BY 1, 2, 3, 4, 5, 6, 7"
)


def upgrade() -> None:
    """Go on to this revision."""
    for name in ("type", "opener", "priority"):
        op.add_column("task", sa.Column(name, sa.String(), server_default="", nullable=False))
    op.add_column("task", sa.Column("rank", sa.Integer(), server_default="1", nullable=False))
    for name, of_case in COPIED.items():
        copied = f'SELECT {of_case} FROM "case" WHERE "case".id = task.case_id'  # noqa: S608 - words of this file
        op.execute(f"UPDATE task SET {name} = ({copied})")  # noqa: S608 - words of this file
    for name, (where, columns) in INDEXES.items():
        only = sa.text(where)
        order = [*columns, "case_id", "no"]
        op.create_index(name, "task", order, postgresql_where=only, sqlite_where=only)
    _queue_tally()
    _task_snooze()
    _case_follower()
    _saved_filter()
    op.create_table(
        "inbox_columns",
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("columns", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_inbox_columns_officer_id"),
        sa.PrimaryKeyConstraint("officer_id", name="pk_inbox_columns"),
    )


def downgrade() -> None:
    """Go back to the one before."""
    tables = ("inbox_columns", "saved_filter", "case_follower", "task_snooze", "queue_tally")
    for table in tables:
        op.drop_table(table)
    for name in INDEXES:
        op.drop_index(name, table_name="task")
    for name in ("rank", "priority", "opener", "type"):
        op.drop_column("task", name)


def _queue_tally() -> None:
    """Make the counts that acts keep, and count what there is."""
    made = op.create_table(
        "queue_tally",
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("shelf", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("opener", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "shelf", "type", "opener", name="pk_queue_tally"),
    )
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for row in op.get_bind().execute(sa.text(COUNTED)).all():
        if row.status == "completed":
            shelves = ["done", *([f"done:{row.ended_by}"] if row.ended_by else [])]
        else:
            holder = str(row.assignee) if row.assignee else "free"
            shelves = ["all", holder, *(["waiting"] if row.waits else [])]
        for shelf, type_, opener in product(shelves, ("", row.type), ("", row.opener)):
            counted[row.agency, shelf, type_, opener] += row.n
    names = ("agency", "shelf", "type", "opener", "n")
    if counted:
        rows = [dict(zip(names, (*key, n), strict=True)) for key, n in counted.items()]
        op.bulk_insert(made, rows)


def _task_snooze() -> None:
    op.create_table(
        "task_snooze",
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("holder", BigId, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "no"], ["task.case_id", "task.no"], name="fk_task_snooze_case_id_no"
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_task_snooze_officer_id"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_task_snooze"),
    )
    op.create_index("ix_task_snooze_agency_until", "task_snooze", ["agency", "until"])


def _case_follower() -> None:
    op.create_table(
        "case_follower",
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_follower_case_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_case_follower_officer_id"),
        sa.PrimaryKeyConstraint("officer_id", "case_id", name="pk_case_follower"),
    )
    op.create_index("ix_case_follower_case_id", "case_follower", ["case_id"])


def _saved_filter() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", BigId, nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_saved_filter_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_filter"),
        sa.UniqueConstraint(
            "officer_id", "agency", "name", name="uq_saved_filter_officer_id_agency_name"
        ),
    )
    op.create_index("ix_saved_filter_agency_is_shared", "saved_filter", ["agency", "is_shared"])

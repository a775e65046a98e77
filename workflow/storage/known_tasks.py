"""What an act changes of the tasks that are there, column by column: few of thirty, mostly.

SQLite writes an entry of an index anew for each column that a statement names, whether the value is
another or not, and a task stands in a dozen; PostgreSQL makes ready for each value it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from operator import is_, itemgetter
from typing import Final, TypeAlias

from workflow.core.change import Change, TaskRecord
from workflow.core.snapshot import Task
from workflow.storage.rows import Row

Known: TypeAlias = Mapping[tuple[str, ...], list[Row]]
"""Rows of tasks by the columns that change in them."""

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("key",),
    "slot": ("slot",),
    "agency": ("agency",),
    "visit": ("visit",),
    "opened_at": ("opened_at", "arrived_at"),
    "assignee": ("assignee",),
    "claimed_at": ("claimed_at",),
    "received_at": ("received_at",),
    "reached_at": ("reached_at", "arrived_at"),
    "clock": ("clock", "due_on", "due_at", "order_at"),
    "proposal": ("proposal",),
    "request": ("request",),
    "review_on": ("review_on",),
    "child": ("child",),
    "priority": ("priority", "rank"),
}
"""The columns that each part of a task is written to; its number is never another."""
ENDED: Final = ("outcome", "reason", "ended_at", "ended_by")
"""The columns that are empty while a task is open."""
_parts_of = itemgetter(*COLUMNS)


def known_tasks(change: Change, rows: dict[str, list[Row]]) -> Known:
    """Take the tasks that were open before an act out of its rows, by the columns that change."""
    before, listed = change.before, rows.get("task")
    if before is None or listed is None or before.definition is not change.after.definition:
        return {}
    open_before = {task.no: task for task in before.tasks}
    known: dict[tuple[str, ...], list[Row]] = {}
    others = []
    for record, row in zip(change.tasks, listed, strict=True):
        task = open_before.get(record.task.no)
        if task is None:
            others.append(row)
        elif columns := _changed(task, record):
            known.setdefault(columns, []).append(row)
    rows["task"] = others
    return known


def _changed(before: Task, record: TaskRecord) -> tuple[str, ...]:
    """Return the columns of an open task that are others after an act."""
    same = tuple(map(is_, _parts_of(vars(before)), _parts_of(vars(record.task))))
    return _columns(same, record.status is not before.status, record.ended_at is not None)


@lru_cache(maxsize=256)
def _columns(same: tuple[bool, ...], moved: bool, ended: bool) -> tuple[str, ...]:
    parts = zip(COLUMNS.values(), same, strict=True)
    named = {column: None for columns, is_same in parts if not is_same for column in columns}
    return (*(("status",) if moved else ()), *named, *(ENDED if ended else ()))

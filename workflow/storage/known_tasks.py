"""What an act changes of the tasks that are there, column by column: few of thirty, mostly.

SQLite writes an entry of an index anew for each column that a statement names, whether the value is
another or not, and a task stands in several; PostgreSQL makes ready for each value it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from operator import is_, itemgetter
from typing import Final

from workflow.core.change import Change, TaskRecord
from workflow.core.snapshot import Task
from workflow.storage.task_rows import KnownTask

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


def known_tasks(change: Change) -> tuple[list[KnownTask], list[TaskRecord]]:
    """Part the tasks of an act: those there already that it changes, and those written whole."""
    before, after = change.before, change.after
    if before is None or before.definition is not after.definition:
        return [], [*change.tasks]
    open_before = {task.no: task for task in before.tasks}
    known, others = [], []
    for record in change.tasks:
        task = open_before.get(record.task.no)
        if task is None:
            others.append(record)
        elif columns := _changed(task, record):
            known.append(KnownTask(columns, record, after))
    return known, others


def _changed(before: Task, record: TaskRecord) -> tuple[str, ...]:
    """Return the columns of an open task that are others after an act."""
    same = tuple(map(is_, _parts_of(vars(before)), _parts_of(vars(record.task))))
    return _columns(same, record.status is not before.status, record.ended_at is not None)


@lru_cache(maxsize=256)
def _columns(same: tuple[bool, ...], moved: bool, ended: bool) -> tuple[str, ...]:
    parts = zip(COLUMNS.values(), same, strict=True)
    named = {column: None for columns, is_same in parts if not is_same for column in columns}
    return (*(("status",) if moved else ()), *named, *(ENDED if ended else ()))

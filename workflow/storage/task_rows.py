"""Tasks as the rows they are kept as: whole, or only what an act changes of one that is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, NamedTuple

from workflow.core.change import TaskRecord, running_clock
from workflow.core.snapshot import CaseSnapshot, Task
from workflow.core.spelling import spell_clock, spell_proposal, spell_request
from workflow.storage.base import NEVER
from workflow.storage.case import FIRST, ORDINARY


def task_row(record: TaskRecord, case: CaseSnapshot) -> dict[str, Any]:
    """Return the whole row of a task of a case."""
    task = record.task
    due = running_clock(task)
    return {
        "no": task.no,
        "key": task.key,
        "slot": task.slot,
        "agency": task.agency,
        "visit": task.visit,
        "status": str(record.status),
        "assignee": task.assignee,
        "opened_at": task.opened_at,
        "claimed_at": task.claimed_at,
        "received_at": task.received_at,
        "reached_at": task.reached_at,
        "due_on": due.due_on if due else None,
        "due_at": due.due_at if due else None,
        "order_at": due.due_at if due else NEVER,
        "clock": spell_clock(task.clock),
        "proposal": spell_proposal(task.proposal),
        "request": spell_request(task.request),
        "review_on": task.review_on,
        "child": task.child,
        "outcome": record.outcome,
        "reason": record.reason,
        "ended_at": record.ended_at,
        "ended_by": record.ended_by,
        "owner": case.definition.owner,
        "type": case.definition.key,
        "opener": case.opener,
        "priority": task.priority,
        "arrived_at": _arrived_at(task),
        "rank": _rank(task),
    }


def _arrived_at(task: Task) -> datetime:
    return task.reached_at or task.opened_at


def _rank(task: Task) -> int:
    return FIRST if task.priority else ORDINARY


def _due(part: str, otherwise: Any = None) -> Callable[[TaskRecord], Any]:  # noqa: ANN401
    """Return what reads a part of the deadline of a task, where it has one that runs."""
    read = attrgetter(part)

    def of_task(record: TaskRecord) -> Any:  # noqa: ANN401
        due = running_clock(record.task)
        return read(due) if due else otherwise

    return of_task


_OF_TASK: Final = (
    *("no", "key", "slot", "agency", "visit", "opened_at", "assignee", "claimed_at"),
    *("received_at", "reached_at", "review_on", "child", "priority"),
)
_OF_RECORD: Final = ("outcome", "reason", "ended_at", "ended_by")
_VALUES: Final[Mapping[str, Callable[[TaskRecord], Any]]] = {
    **{name: attrgetter(f"task.{name}") for name in _OF_TASK},
    **{name: attrgetter(name) for name in _OF_RECORD},
    "status": lambda record: str(record.status),
    "clock": lambda record: spell_clock(record.task.clock),
    "due_on": _due("due_on"),
    "due_at": _due("due_at"),
    "order_at": _due("due_at", NEVER),
    "proposal": lambda record: spell_proposal(record.task.proposal),
    "request": lambda record: spell_request(record.task.request),
    "arrived_at": lambda record: _arrived_at(record.task),
    "rank": lambda record: _rank(record.task),
}
"""What of a task any act may change, each by itself."""


class KnownTask(NamedTuple):
    """A task that is there already, of which an act changes some columns."""

    columns: tuple[str, ...]
    record: TaskRecord
    case: CaseSnapshot

    def values(self) -> list[Any]:
        """Return its number, then what its columns become."""
        record = self.record
        return [value_of(record) for value_of in _values_of(self.columns)]

    def changed(self) -> dict[str, Any]:
        """Return the same by the names of the columns."""
        return dict(zip(("no", *self.columns), self.values(), strict=True))

    def whole(self) -> dict[str, Any]:
        """Return its whole row."""
        return task_row(self.record, self.case)


@lru_cache(maxsize=256)
def _values_of(columns: tuple[str, ...]) -> tuple[Callable[[TaskRecord], Any], ...]:
    return tuple(_VALUES[name] for name in ("no", *columns))

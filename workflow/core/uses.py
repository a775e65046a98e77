"""What is due to one agency: the days on which it uses what others prepare, and its own tasks.

A day of use is a date of the case from which the definition counts deadlines back: whoever
prepares must be ready by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from workflow.core.definition import Definition
from workflow.core.snapshot import CaseSnapshot, ClockStatus, Task
from workflow.core.waiting import since


@dataclass(frozen=True, slots=True)
class Use:
    """A day on which something must be ready for an agency, or done by it."""

    on: date
    field: str = ""
    """The date of the case that it is; empty for a task."""
    task: Task | None = None
    """What the agency itself has to do by that day."""


def uses_of(case: CaseSnapshot, agency: str, data: Mapping[str, Any]) -> Iterator[Use]:
    """Go through what is due to an agency in a case; `data` is what the reader may read of it."""
    for key in use_fields(case.definition):
        if data.get(key):
            yield Use(date.fromisoformat(data[key][:10]), field=key)
    for task in case.tasks:
        if task.agency == agency and task.clock and task.clock.status is ClockStatus.RUNNING:
            yield Use(task.clock.due_on, task=task)


def owed_by_others(case: CaseSnapshot, agency: str) -> tuple[Task, ...]:
    """Return what others still have to do, those who have had it longest first."""
    others = (task for task in case.tasks if task.agency != agency)
    return tuple(sorted(others, key=lambda task: (since(task), task.no)))


@lru_cache(maxsize=256)
def use_fields(definition: Definition) -> tuple[str, ...]:
    """Return the date fields from which a type counts deadlines back."""
    specs = [clock.deadline for clock in definition.deadlines.values()]
    specs += [task.deadline for _, task in definition.tasks() if task.deadline]
    counted = (spec.of.removeprefix("data.") for spec in specs if spec.of)
    return tuple(dict.fromkeys(key for key in counted if key in definition.data))


def is_for(definition: Definition, agency: str) -> bool:
    """Say whether a type exists for an agency: it is among those named to open its cases."""
    return agency in definition.opened_by

"""Answers that depart from what was asked for: kept with their reasons, also once overtaken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workflow.core.definition import Definition
from workflow.core.snapshot import TaskStatus
from workflow.core.track import TaskLine


@dataclass(frozen=True, slots=True)
class Dissent:
    """An answer that had to say why, and the later one that took its place, if one has."""

    task: TaskLine
    overtaken_by: TaskLine | None = None


def dissents(definition: Definition, tasks: Sequence[TaskLine]) -> tuple[Dissent, ...]:
    """Return what departed in the rounds of a case: what still stands first, then the latest."""
    asked: dict[int, int] = {}
    for task in tasks:
        asked[task.visit] = asked.get(task.visit, 0) + 1
    found = [
        Dissent(task, _overtaken(definition, task, tasks))
        for task in tasks
        if departs(definition, task) and (asked[task.visit] > 1 or _is_opinion(definition, task))
    ]
    return tuple(sorted(found, key=lambda one: (one.overtaken_by is not None, -one.task.no)))


def departs(definition: Definition, task: TaskLine) -> bool:
    """Say whether a task ended in a way that has to be explained."""
    outcome = definition.task(task.key).outcomes.get(task.outcome or "")
    return task.status is TaskStatus.COMPLETED and bool(outcome and outcome.asks_reason)


def _is_opinion(definition: Definition, task: TaskLine) -> bool:
    spec = definition.task(task.key)
    return spec.binding or spec.each is not None


def _overtaken(
    definition: Definition, task: TaskLine, tasks: Sequence[TaskLine]
) -> TaskLine | None:
    """Return the last answer after it that speaks for the same: of who alone holds a part, any."""
    each = definition.task(task.key).each is not None
    later = [
        other
        for other in tasks
        if other.key == task.key
        and other.no > task.no
        and other.status is TaskStatus.COMPLETED
        and (other.slot == task.slot or not each)
    ]
    return max(later, key=lambda one: one.no, default=None)

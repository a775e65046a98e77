"""Agencies asked one after another: whose turn it is, and who comes after.

Whoever chooses the agencies of a part may have them asked in turn, in the order chosen. All of
them are asked on entering the state, as when they are asked at once: joins count every one of
them from the start, and those whose turn has not come stand as open. Only their tasks open one
at a time: the first at once, each other when the one before has ended, whichever way.

Why a definition that is proven for asking at once needs no other proof. What moves a case is a
join over the tasks of the visit, which sees of each only whether and how it has ended. A task
whose turn has not come is to it what a task is that nobody has ended yet. So every play in turn
is a play at once in which the agencies happen to answer in the order chosen: the same outcomes
in the same order, the same joins met at the same moments. It reaches no position that a play at
once does not reach, and what the proof calls impossible stays so. It cannot hang where that does
not: in every position that waits, the play at once has an open task of the same part, and as
long as one waits for its turn, the first of those that are left is open (`next_up` is called
whenever a case has settled). What time answers, it answers later, as each term starts with its
own turn; that only takes longer, and the proof asks nothing of how long silence takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from workflow.core.clocks import start_clock
from workflow.core.definition import Definition, TaskSpec
from workflow.core.snapshot import CaseSnapshot, ClockStatus, Scheduled
from workflow.core.world import World

_AFTER = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """The place of one who waits: the how manieth of those asked, and after whom."""

    place: int
    after: str
    """The agency before it."""


def is_in_turn(case: CaseSnapshot, spec: TaskSpec) -> bool:
    """Say whether the agencies that do a task are asked one after another."""
    return spec.each is not None and not spec.by_rows and spec.each in case.in_turn


def may_be_in_turn(definition: Definition, role: str) -> bool:
    """Say whether some task asks each agency of a part, so that an order makes sense."""
    tasks = (task for state in definition.states.values() for task in state.tasks.values())
    return any(task.each == role for task in tasks)


def is_busy(case: CaseSnapshot, key: str) -> bool:
    """Say whether somebody does a task just now, or waits for it, so that others come after."""
    held = {task.key for task in case.tasks} | {waiting.key for waiting in case.scheduled}
    return key in held


def next_up(case: CaseSnapshot) -> Iterator[Scheduled]:
    """Go through those whose turn has come: the first of each task that nobody does just now."""
    busy = {task.key for task in case.tasks} if case.scheduled else set()
    for waiting in case.scheduled:
        if waiting.in_turn and waiting.key not in busy:
            busy.add(waiting.key)
            yield waiting


def has_come(case: CaseSnapshot, waiting: Scheduled) -> bool:
    """Say whether nobody comes before a task that is not yet open."""
    return not waiting.in_turn or waiting in next_up(case)


def queue(case: CaseSnapshot, key: str) -> tuple[Scheduled, ...]:
    """Return who waits for the turn to do a task, in their order."""
    return tuple(waiting for waiting in case.scheduled if waiting.in_turn and waiting.key == key)


def turn_of(case: CaseSnapshot, waiting: Scheduled) -> Turn | None:
    """Return the place of one who waits among all who were asked the same in this visit."""
    ahead = queue(case, waiting.key)
    if waiting not in ahead:
        return None
    ahead = ahead[: ahead.index(waiting)]
    answered = [one.slot for one in case.ended if one.key == waiting.key]
    asked = [task.agency for task in case.tasks if task.key == waiting.key]
    before = [*answered, *asked, *(one.agency for one in ahead)]
    return Turn(len(before) + 1, before[-1]) if before else None


def last_due(case: CaseSnapshot, key: str, world: World) -> date | None:
    """Return by when the last in turn answers if each takes its whole term.

    None while nobody waits, or where that cannot be told.
    """
    later, spec = queue(case, key), case.definition.task(key)
    clocks = [task.clock for task in case.tasks if task.key == key]
    due = [c.due_at for c in clocks if c and c.status is ClockStatus.RUNNING]
    if not later or not due or len(due) < len(clocks):
        return None
    at = max(due)
    for waiting in later:
        clock = start_clock(
            spec.deadline,
            key,
            agency=waiting.agency,
            now=at + _AFTER,
            data=case.data,
            world=world,
        )
        if clock is None:
            return None
        at = max(at, clock.due_at)
    return world.day(at)

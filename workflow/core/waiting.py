"""Tasks that nobody has taken up, and when their agency's head is told of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from workflow.core.deadlines.calendar import Calendar
from workflow.core.deadlines.counting import day_of
from workflow.core.deadlines.rules import HOUSE
from workflow.core.forgetting import forgetful
from workflow.core.office_hours import next_morning
from workflow.core.snapshot import CaseSnapshot, ClockStatus, Task
from workflow.core.terms import Term, Unit
from workflow.core.world import World


class Neglect(StrEnum):
    """What has not been done with a task that stands open."""

    UNASSIGNED = "unassigned"
    UNRECEIVED = "unreceived"


TERMS: Final = {
    Neglect.UNASSIGNED: Term(1, Unit.WORKING_DAYS),
    Neglect.UNRECEIVED: Term(2, Unit.WORKING_DAYS),
}
"""How long an agency has; its head is told on the first morning after (house rule)."""


class Waiting(NamedTuple):
    """A task that is left lying, and the instant at which that is told."""

    at: datetime
    neglect: Neglect
    task: Task

    @property
    def since(self) -> datetime:
        """Since when the agency has had the task."""
        return since(self.task)


def since(task: Task) -> datetime:
    """Return since when its agency has had a task."""
    return task.reached_at or task.opened_at


def waitings(case: CaseSnapshot, world: World) -> list[Waiting]:
    """Return what the heads of agencies are told if nobody takes a task up."""
    lying = _left_lying(case)
    return [Waiting(at, neglect, t) for t in lying for neglect, at in _told_of(t, world)]


def told_at(case: CaseSnapshot, world: World) -> list[datetime]:
    """Return at which instants heads are told what `waitings` returns."""
    return [at for task in _left_lying(case) for _, at in _told_of(task, world)]


def _left_lying(case: CaseSnapshot) -> list[Task]:
    if not case.is_open or case.suspension:
        return []
    return [task for task in case.tasks if _is_left_lying(case, task)]


def _is_left_lying(case: CaseSnapshot, task: Task) -> bool:
    """Leave out what waits for others, and what people may do but need not."""
    if task.assignee is not None or task.request or task.proposal:
        return False
    if task.clock and task.clock.status is ClockStatus.PAUSED:
        return False
    return task.key in case.definition.to_be_done


def _told_of(task: Task, world: World) -> tuple[tuple[Neglect, datetime], ...]:
    """Return when each neglect of a task is told, as long as it goes on."""
    began, calendar = world.day(since(task)), world.calendar(task.agency)
    return _told(began, calendar, world.zone, task.received_at is not None)


@forgetful
@lru_cache(maxsize=4096)
def _told(
    began: date,
    calendar: Calendar,
    zone: ZoneInfo,
    received: bool,
) -> tuple[tuple[Neglect, datetime], ...]:
    last = {
        neglect: day_of(term, of=began, rule=HOUSE, calendar=calendar)
        for neglect, term in TERMS.items()
        if neglect is Neglect.UNASSIGNED or not received
    }
    return tuple((neglect, next_morning(day, calendar, zone)) for neglect, day in last.items())

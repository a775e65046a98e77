"""Warnings: what a case owes its people up to an instant, each once, while they are at work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias

from workflow.core import ladder
from workflow.core.audience import ABOVE_THE_HEAD, Audience
from workflow.core.deadlines.calendar import Calendar
from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.rules import HOUSE
from workflow.core.ladder import WarningKind, calendar_of, warnings
from workflow.core.office_hours import in_office_hours, morning, next_opening
from workflow.core.snapshot import CaseSnapshot, Suspension, Task
from workflow.core.timers import timers
from workflow.core.topics import REVIEW_DUE, SOON, Topic
from workflow.core.waiting import Waiting, waitings
from workflow.core.world import World
from workflow.services.audience import People
from workflow.services.issuing import Batch, Occasion, about_clock, about_task, waiting_key

Key: TypeAlias = tuple[str, int, str, int]
"""Clock, generation, rung and occurrence."""
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Call:
    """One thing to be told to one audience of an agency, as soon as that audience is at work."""

    at: datetime
    occasion: Occasion
    audience: Audience
    agency: str
    task: Task | None = None

    @property
    def key(self) -> Key:
        """What makes it be told once."""
        told = self.occasion
        return told.clock_key, told.generation, told.rung, told.occurrence


@dataclass(frozen=True, slots=True)
class Calls:
    """What is to be told now, and what waits until somebody is at work to hear it."""

    now: tuple[Call, ...] = ()
    later: tuple[Call, ...] = ()

    def seen_until(self, at: datetime) -> datetime:
        """Return until when everything has been told, if what is due now is told."""
        return min((call.at - _MOMENT for call in self.later), default=at)


def calls(
    case: CaseSnapshot, world: World, *, now: datetime, climbs: Collection[str] = ()
) -> Calls:
    """Return what a case owes its people by now; what was missed becomes the last of it."""
    due = list(_latest(_owed_calls(case, world, now, climbs)))
    later = tuple(call for call in due if not _is_heard(call, case, world, now))
    return Calls(tuple(call for call in due if call not in later), later)


def owed(
    case: CaseSnapshot, world: World, *, now: datetime, climbs: Collection[str] = ()
) -> list[ladder.Warning]:
    """Return the warnings of clocks not issued yet, of each clock and audience the last."""
    since = case.noticed_until or case.opened_at
    above = [audience for audience in ABOVE_THE_HEAD if audience in climbs]
    covered: set[tuple[str, Audience]] = set()
    found: list[ladder.Warning] = []
    for warning in reversed(warnings(case, world, climbs=above)):
        if since < warning.rung.at <= now:
            asked = [(warning.clock.key, audience) for audience in _audiences(warning)]
            fresh = tuple(audience for key, audience in asked if (key, audience) not in covered)
            covered.update(asked)
            if fresh:
                found.append(warning._replace(rung=replace(warning.rung, audiences=fresh)))
    return found[::-1]


def next_look(
    case: CaseSnapshot, world: World, *, now: datetime, later: Iterable[Call] = ()
) -> datetime | None:
    """Return when the clock must look at a case again, once all that was due has been done."""
    instants = [timer.at for timer in timers(case, world)]
    instants += [warning.rung.at for warning in warnings(case, world, climbs=ABOVE_THE_HEAD)]
    instants += [waiting.at for waiting in waitings(case, world)]
    instants += [next_opening(now, _heard_by(call, case, world), world.zone) for call in later]
    return min((at for at in instants if at > now), default=None)


def warn(found: Sequence[Call], people: People, batch: Batch) -> None:
    """Add what is owed to a batch; nobody is told twice of one clock."""
    told: set[tuple[str, int]] = set()
    for call in sorted(found, key=lambda call: call.at, reverse=True):
        assignee = call.task.assignee if call.task else None
        officers = people.of((call.audience,), call.agency, assignee=assignee)
        clock_key = call.occasion.clock_key
        fresh = [officer for officer in officers if (clock_key, officer) not in told]
        told.update((clock_key, officer) for officer in fresh)
        batch.add(call.occasion, fresh)


# --- What is owed ------------------------------------------------------------------------------


def _owed_calls(
    case: CaseSnapshot, world: World, now: datetime, climbs: Collection[str]
) -> Iterator[Call]:
    since = case.noticed_until or case.opened_at
    for warning in owed(case, world, now=now, climbs=climbs):
        occasion = _occasion(case, warning, world, today=world.day(now))
        for audience in warning.rung.audiences:
            yield Call(warning.rung.at, occasion, audience, warning.clock.agency, warning.task)
    for waiting in waitings(case, world):
        if since < waiting.at <= now:
            occasion = _neglected(case, waiting)
            yield Call(waiting.at, occasion, Audience.HEAD, waiting.task.agency, waiting.task)
    review = case.suspension
    if review and since < (at := morning(review.review_on, world.zone)) <= now:
        yield Call(at, review_occasion(review), Audience.HOLDER, review.by)


def _latest(found: Iterable[Call]) -> Iterator[Call]:
    """Keep of each clock the last that each audience is owed."""
    last = {(call.occasion.clock_key, call.audience): call for call in found}
    yield from last.values()


def _is_heard(call: Call, case: CaseSnapshot, world: World, now: datetime) -> bool:
    return in_office_hours(now, _heard_by(call, case, world), world.zone)


def _heard_by(call: Call, case: CaseSnapshot, world: World) -> Calendar:
    return calendar_of(call.audience, call.agency, world, owner=case.definition.owner)


def _audiences(warning: ladder.Warning) -> Iterator[Audience]:
    """Say to whom a warning goes: what waits for its head to release it is the head's to do."""
    for audience in warning.rung.audiences:
        if audience is not Audience.HOLDER:
            yield audience
        elif warning.task is None:
            yield Audience.COORDINATOR
        else:
            yield Audience.HEAD if warning.task.proposal else Audience.HOLDER


# --- What is said ------------------------------------------------------------------------------


def review_occasion(suspension: Suspension) -> Occasion:
    """Return what whoever suspended a case is told on the day of its review."""
    day = suspension.review_on
    return Occasion(
        clock_key=f"suspension:{suspension.since.isoformat()}",
        kind=REVIEW_DUE,
        rung=f"{REVIEW_DUE}:{day.isoformat()}",
        params={"agency": suspension.by, "due_on": day.isoformat()},
    )


def _neglected(case: CaseSnapshot, waiting: Waiting) -> Occasion:
    task = waiting.task
    return Occasion(
        clock_key=waiting_key(task.no),
        kind=waiting.neglect.value,
        rung=f"{waiting.neglect}:{waiting.since.isoformat()}",
        params=about_task(case, task),
        task_no=task.no,
    )


def _occasion(
    case: CaseSnapshot, warning: ladder.Warning, world: World, *, today: date
) -> Occasion:
    clock, rung, task = warning.clock, warning.rung, warning.task
    calendar = world.calendar(clock.agency)
    params = about_task(case, task) if task else about_clock(case, clock)
    days = working_days_between(today, clock.due_on, calendar, HOUSE)
    ahead = rung.kind is WarningKind.REMINDER and days > SOON and "silence" not in params
    return Occasion(
        clock_key=clock.key,
        generation=clock.generation,
        rung=rung.name,
        occurrence=rung.occurrence,
        kind=rung.kind.value,
        params=params,
        task_no=task.no if task else None,
        about=Topic.AHEAD if ahead else None,
    )

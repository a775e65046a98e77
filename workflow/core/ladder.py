"""Warnings: before a due day, on it and after it, and to whom each of them goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache, partial
from itertools import islice
from zoneinfo import ZoneInfo

from workflow.core.deadlines.calendar import Calendar
from workflow.core.deadlines.counting import day_of
from workflow.core.deadlines.rules import HOUSE
from workflow.core.definition import DeadlineSpec, Reminder
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, Task
from workflow.core.terms import Direction, Term, Unit
from workflow.core.world import World

_MORNING = time(8)
_DAY = timedelta(days=1)
_REPEATS = 26
"""How often a weekly warning is repeated at the most: half a year."""


class Audience(StrEnum):
    """To whom a warning goes; whoever is absent is answered for by the substitute."""

    HOLDER = "holder"
    """Whoever claimed the task, else everybody of its agency."""
    HEAD = "head"
    FOCAL_POINT = "focal_point"
    COORDINATOR = "coordinator"


class WarningKind(StrEnum):
    """What a warning says."""

    REMINDER = "reminder"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Rung:
    """One warning of a ladder: when it is issued and to whom."""

    at: datetime
    name: str
    kind: WarningKind
    audiences: tuple[Audience, ...]
    occurrence: int = 1


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - the word of the field, and never raised
    """A rung of one clock of a case."""

    rung: Rung
    clock: Clock
    task: Task | None


def _reminder(n: int, direction: Direction) -> Reminder:
    return Reminder(Term(n, Unit.WORKING_DAYS, direction))


STANDARD = (
    _reminder(5, Direction.BEFORE),
    _reminder(2, Direction.BEFORE),
    Reminder(),
)
"""Five and two working days before, and the due day itself."""

ESCALATION = (
    (_reminder(1, Direction.AFTER), (Audience.HOLDER, Audience.HEAD)),
    (Reminder(Term(7, Unit.DAYS), every=True), (Audience.HOLDER, Audience.HEAD)),
)
"""Once a day is missed: the next working day, then every week, to the holder and the head."""


def warnings(case: CaseSnapshot, world: World) -> list[Warning]:
    """Return every warning that the running clocks of a case owe, past ones included, in order."""
    found = (
        Warning(rung, clock, task)
        for task, clock, spec in _clocks(case)
        if clock.status is ClockStatus.RUNNING
        for rung in rungs(clock, spec, world)
        if rung.at > (task.opened_at if task else case.opened_at)
    )
    return sorted(found, key=lambda warning: warning.rung.at)


def next_warning(case: CaseSnapshot, world: World) -> datetime | None:
    """Return when the next warning that was not issued yet is owed."""
    since = case.noticed_until or case.opened_at
    return min(_next_rungs(case, world, since), default=None)


def _next_rungs(case: CaseSnapshot, world: World, since: datetime) -> Iterator[datetime]:
    for task, clock, spec in _clocks(case):
        if clock.status is ClockStatus.RUNNING:
            after = max(since, task.opened_at if task else case.opened_at)
            yield from islice((r.at for r in rungs(clock, spec, world) if r.at > after), 1)


def rungs(clock: Clock, spec: DeadlineSpec, world: World) -> tuple[Rung, ...]:
    """Return the warnings of one clock, in order."""
    return _rungs(spec, clock.due_on, world.calendar(clock.agency), world.zone)


def _clocks(case: CaseSnapshot) -> Iterator[tuple[Task | None, Clock, DeadlineSpec]]:
    for task in case.tasks:
        spec = case.spec(task).deadline
        if task.clock and spec:
            yield task, task.clock, spec
    for clock in case.clocks:
        found = _case_spec(case, clock)
        if found:
            yield None, clock, found


def _case_spec(case: CaseSnapshot, clock: Clock) -> DeadlineSpec | None:
    scope, _, key = clock.key.partition(":")
    if scope == "case":
        spec = case.definition.deadlines.get(key)
        return spec.deadline if spec else None
    return case.state_spec.deadline


@lru_cache(maxsize=4096)
def _rungs(
    spec: DeadlineSpec, due_on: date, calendar: Calendar, zone: ZoneInfo
) -> tuple[Rung, ...]:
    asked = STANDARD if spec.remind is None else spec.remind
    climb = [(reminder, _audience(reminder)) for reminder in asked]
    climb += ESCALATION if spec.escalates else ()
    found = {
        rung.at: rung
        for reminder, audiences in climb
        for rung in _steps(reminder, audiences, due_on, calendar, zone)
    }
    return tuple(sorted(found.values(), key=lambda rung: rung.at))


def _audience(reminder: Reminder) -> tuple[Audience, ...]:
    on_the_day = reminder.term is None
    return (Audience.HOLDER, Audience.HEAD) if on_the_day else (Audience.HOLDER,)


def _steps(
    reminder: Reminder,
    audiences: tuple[Audience, ...],
    due_on: date,
    calendar: Calendar,
    zone: ZoneInfo,
) -> Iterator[Rung]:
    place = partial(_rung, due_on=due_on, audiences=audiences, calendar=calendar, zone=zone)
    term = reminder.term
    if term is None:
        yield place(due_on, name="due_day")
    elif not reminder.every:
        day = day_of(term, of=due_on, rule=HOUSE, calendar=calendar)
        yield place(day, name=f"{term.amount} {term.unit} {term.direction}")
    else:
        for n in range(1, _REPEATS + 1):
            later = Term(term.amount * n, term.unit)
            day = day_of(later, of=due_on, rule=HOUSE, calendar=calendar)
            yield place(day, name=f"every {term}", occurrence=n)


def _rung(
    day: date,
    *,
    due_on: date,
    name: str,
    audiences: tuple[Audience, ...],
    calendar: Calendar,
    zone: ZoneInfo,
    occurrence: int = 1,
) -> Rung:
    """Place a warning at eight in the morning of an open day, never later than what it warns of."""
    step = -_DAY if day <= due_on else _DAY
    while not calendar.is_open(day, HOUSE):
        day += step
    kind = WarningKind.OVERDUE if day > due_on else WarningKind.REMINDER
    if day == due_on:
        kind = WarningKind.DUE_TODAY
    at = datetime.combine(day, _MORNING, zone).astimezone(UTC)
    return Rung(at, name, kind, audiences, occurrence)

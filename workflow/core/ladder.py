"""Warnings: before a due day, on it and after it, and to whom each of them goes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache, partial
from itertools import chain
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from workflow.core.audience import ABOVE_THE_HEAD, Audience
from workflow.core.deadlines.calendar import Calendar
from workflow.core.deadlines.counting import day_of
from workflow.core.deadlines.rules import HOUSE
from workflow.core.definition import DeadlineSpec, Reminder
from workflow.core.forgetting import forgetful
from workflow.core.office_hours import morning
from workflow.core.questions import ANSWERING, answerers
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, Task
from workflow.core.targets import target_day
from workflow.core.terms import Direction, Term, Unit
from workflow.core.waiting import told_at
from workflow.core.world import World

_DAY = timedelta(days=1)
_REPEATS = 26
"""How often a weekly warning is repeated at the most: half a year."""


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


class Warning(NamedTuple):  # noqa: A001 - the word of the field, and never raised
    """A rung of one clock of a case."""

    rung: Rung
    clock: Clock
    task: Task | None


def _reminder(n: int, direction: Direction, *to: Audience) -> Reminder:
    return Reminder(Term(n, Unit.WORKING_DAYS, direction), to=to)


STANDARD: Final = (
    _reminder(5, Direction.BEFORE),
    _reminder(2, Direction.BEFORE),
    Reminder(),
)
"""Five and two working days before, and the due day itself."""

ESCALATION: Final = (
    _reminder(1, Direction.AFTER),
    Reminder(Term(7, Unit.DAYS), every=True),
    _reminder(3, Direction.AFTER, Audience.FOCAL_POINT),
    _reminder(5, Direction.AFTER, Audience.COORDINATOR),
    _reminder(10, Direction.AFTER, Audience.CABINET),
)
"""Once a day is missed: the next working day, then every week, to the holder and the head; and
what goes above the head of an agency, one audience after another, in that order."""

BEFORE_SILENCE: Final = (_reminder(2, Direction.BEFORE), Reminder())
"""What warns where silence is an answer and the definition asks for no warning."""


def warnings(
    case: CaseSnapshot, world: World, *, climbs: Collection[Audience] = ()
) -> list[Warning]:
    """Return every warning that the running clocks of a case owe, past ones included, in order.

    `climbs` names who above an agency's head is to hear of its delays.
    """
    owner, above = case.definition.owner, frozenset(climbs)
    found = []
    for task, clock, spec, lapses in _clocks(case):
        if clock.status is ClockStatus.RUNNING:
            began = _began(case, task)
            told = rungs(clock, spec, world, owner=owner, lapses=lapses, climbs=above)
            found += [Warning(rung, clock, task) for rung in told if rung.at > began]
    return sorted(found, key=lambda warning: warning.rung.at)


def _heard(found: Iterable[Rung], climbs: frozenset[Audience] | None) -> tuple[Rung, ...]:
    """Leave out who above an agency's head is not to hear of it, and what nobody is to hear."""
    if climbs is None:
        return tuple(found)
    heard = (
        (rung, tuple(one for one in rung.audiences if _may_hear(one, climbs))) for rung in found
    )
    return tuple(
        rung if audiences == rung.audiences else replace(rung, audiences=audiences)
        for rung, audiences in heard
        if audiences
    )


def next_warning(case: CaseSnapshot, world: World) -> datetime | None:
    """Return when the next warning may be owed that was not issued yet, whoever is to hear it."""
    since = case.noticed_until or case.opened_at
    coming = [at for at in told_at(case, world) if at > since]
    coming += _next_rungs(case, world, since)
    return min(coming, default=None)


def calendar_of(audience: Audience, agency: str, world: World, *, owner: str) -> Calendar:
    """Return the calendar by which those who hear of an agency's task are at work."""
    where = agency
    if audience is Audience.COORDINATOR:
        where = owner
    elif audience is Audience.CABINET:
        known = world.network.get(agency)
        where = known.parent if known and known.parent else owner
    return world.calendar(where)


def _may_hear(audience: Audience, climbs: Collection[Audience]) -> bool:
    return audience not in ABOVE_THE_HEAD or audience in climbs


def _began(case: CaseSnapshot, task: Task | None) -> datetime:
    return task.opened_at if task else case.opened_at


def _next_rungs(case: CaseSnapshot, world: World, since: datetime) -> Iterator[datetime]:
    for task, clock, spec, lapses in _clocks(case):
        if clock.status is ClockStatus.RUNNING:
            began = _began(case, task)
            after = since if since > began else began
            for rung in rungs(clock, spec, world, owner=case.definition.owner, lapses=lapses):
                if rung.at > after:
                    yield rung.at
                    break


def rungs(
    clock: Clock,
    spec: DeadlineSpec,
    world: World,
    *,
    owner: str,
    lapses: bool = False,
    climbs: frozenset[Audience] | None = None,
) -> tuple[Rung, ...]:
    """Return the warnings of one clock, in order, the day of its internal target among them.

    Where time itself answers (`lapses`), there is a warning whatever the definition leaves out.
    `climbs` names who above an agency's head is to hear of its delays, None for whoever may.
    """
    aim = target_day(clock, spec, world) if spec.target else None
    if aim is None or aim >= clock.due_on:
        return _usual_rungs(spec, clock.due_on, clock.agency, owner, lapses, world, climbs)
    found = _usual_rungs(spec, clock.due_on, clock.agency, owner, lapses, world, None)
    calendar = world.calendar(clock.agency)
    place = _place((Audience.HOLDER,), clock.due_on, calendar, world.zone)
    aimed = place(aim, name="target")
    same = next((rung for rung in found if _is_at(rung, aimed.at)), None)
    others = (rung for rung in found if rung is not same)
    return _heard(sorted((*others, _with(same, aimed)), key=lambda rung: rung.at), climbs)


@forgetful
@lru_cache(maxsize=8192)
def _usual_rungs(  # noqa: PLR0917 - the key of the cache
    spec: DeadlineSpec,
    due_on: date,
    agency: str,
    owner: str,
    lapses: bool,
    world: World,
    climbs: frozenset[Audience] | None,
) -> tuple[Rung, ...]:
    """Return the warnings of a day that an agency owes; agencies of one calendar share them."""
    above = tuple(calendar_of(a, agency, world, owner=owner) for a in ABOVE_THE_HEAD)
    return _heard(_rungs(spec, due_on, world.calendar(agency), above, lapses, world.zone), climbs)


def warnings_of(
    reminders: Iterable[Reminder], due_on: date, calendar: Calendar, zone: ZoneInfo
) -> tuple[Rung, ...]:
    """Return the warnings of a day that no case has, in order, to whom each usually goes."""
    placed = (
        _steps(one, due_on, calendar, _place(one.to or _usual(one), due_on, calendar, zone))
        for one in reminders
    )
    return tuple(sorted(chain.from_iterable(placed), key=lambda rung: rung.at))


def _is_at(rung: Rung, at: datetime) -> bool:
    return rung.at == at and rung.audiences[0] not in ABOVE_THE_HEAD


def _clocks(case: CaseSnapshot) -> Iterator[tuple[Task | None, Clock, DeadlineSpec, bool]]:
    """Go through the clocks, each with whose it is, and whether time itself answers at its end."""
    specs = case.definition.task_by_key
    for task in case.tasks:
        spec = specs[task.key]
        if task.clock and spec.deadline:
            yield task, task.clock, spec.deadline, bool(spec.lapse)
    for asked, clock in answerers(case):
        yield asked, clock, ANSWERING, False
    for clock in case.clocks:
        found = _case_spec(case, clock)
        if found:
            yield None, clock, found, False


def _case_spec(case: CaseSnapshot, clock: Clock) -> DeadlineSpec | None:
    scope, _, key = clock.key.partition(":")
    if scope == "case":
        spec = case.definition.deadlines.get(key)
        return spec.deadline if spec else None
    return case.state_spec.deadline


@forgetful
@lru_cache(maxsize=4096)
def _rungs(  # noqa: PLR0917 - the key of the cache
    spec: DeadlineSpec,
    due_on: date,
    calendar: Calendar,
    above: tuple[Calendar, ...],
    lapses: bool,
    zone: ZoneInfo,
) -> tuple[Rung, ...]:
    heard = dict(zip(ABOVE_THE_HEAD, above, strict=True))
    found: dict[tuple[datetime, Audience | None], Rung] = {}
    for reminder, audiences in written(spec, lapses=lapses):
        for group, told in _groups(audiences):
            place = _place(told, due_on, heard[group] if group else calendar, zone)
            for rung in _steps(reminder, due_on, calendar, place):
                found[rung.at, group] = _with(found.get((rung.at, group)), rung)
    own_first = sorted(found.items(), key=lambda item: (item[0][0], item[0][1] is not None))
    return tuple(rung for _, rung in own_first)


def _with(earlier: Rung | None, rung: Rung) -> Rung:
    """Make one warning of two that fall at the same instant in the same place."""
    heard = set(rung.audiences) | set(earlier.audiences if earlier else ())
    return replace(rung, audiences=tuple(one for one in Audience if one in heard))


def _groups(
    audiences: tuple[Audience, ...],
) -> Iterator[tuple[Audience | None, tuple[Audience, ...]]]:
    """Tell apart those who hear of it in the agency itself, and each who is above its head."""
    own = tuple(one for one in audiences if one not in ABOVE_THE_HEAD)
    if own:
        yield None, own
    yield from ((one, (one,)) for one in audiences if one in ABOVE_THE_HEAD)


def written(
    spec: DeadlineSpec, *, lapses: bool = False
) -> Iterator[tuple[Reminder, tuple[Audience, ...]]]:
    """Go through the warnings that a deadline gives, and who hears each of them."""
    asked = STANDARD if spec.remind is None else spec.remind
    if lapses and not any(_warns_the_holder(reminder) for reminder in asked):
        asked = (*asked, *BEFORE_SILENCE)
    yield from ((reminder, reminder.to or _usual(reminder)) for reminder in asked)
    late = ESCALATION if spec.escalate is None else spec.escalate
    yield from ((reminder, reminder.to or _IN_THE_AGENCY) for reminder in late)


_IN_THE_AGENCY = (Audience.HOLDER, Audience.HEAD)


def _warns_the_holder(reminder: Reminder) -> bool:
    before = reminder.term is None or reminder.term.direction is Direction.BEFORE
    return before and Audience.HOLDER in (reminder.to or _usual(reminder))


def _usual(reminder: Reminder) -> tuple[Audience, ...]:
    return _IN_THE_AGENCY if reminder.term is None else (Audience.HOLDER,)


def _place(
    audiences: tuple[Audience, ...], due_on: date, heard: Calendar, zone: ZoneInfo
) -> Callable[..., Rung]:
    return partial(_rung, due_on=due_on, audiences=audiences, calendar=heard, zone=zone)


def _steps(
    reminder: Reminder, due_on: date, calendar: Calendar, place: Callable[..., Rung]
) -> Iterator[Rung]:
    """Count a warning on the agency's calendar, and place it on a day on which it is heard."""
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
    return Rung(morning(day, zone), name, kind, audiences, occurrence)

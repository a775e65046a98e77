"""What a changed calendar, or a changed rule, does to the deadlines of a case.

The same function says what would move, for a preview, and decides what does.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from workflow.core.acts.circumstances import Circumstances
from workflow.core.change import Change
from workflow.core.clocks import recount
from workflow.core.deadlines.calendar import Calendar, DayKind
from workflow.core.deadlines.rules import Rule
from workflow.core.definition import Definition
from workflow.core.events import CLOCK, Kind
from workflow.core.moving import all_clocks
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus
from workflow.core.spelling import spell_clock
from workflow.core.timers import next_wake
from workflow.core.world import World

Spans: TypeAlias = tuple[tuple[date, date], ...]
ALWAYS: Spans = ((date.min, date.max),)


class Kept(StrEnum):
    """Why a deadline stays on its day although it would be counted otherwise."""

    PASSED = "passed"
    """It is over: what has passed is not revived."""
    LATE = "late"
    """It would already be over: nobody is made late by a change that comes afterwards."""


@dataclass(frozen=True, slots=True)
class Touch:
    """What a change touches: days of calendars, and rules."""

    days: Mapping[str, Spans] = field(default_factory=dict)
    """By calendar: the days that differ, in order and apart from each other."""
    rules: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.days or self.rules)

    @property
    def first(self) -> date:
        """The first day that differs in any calendar."""
        return min((spans[0][0] for spans in self.days.values()), default=date.max)

    @property
    def last(self) -> date:
        """The last day that differs in any calendar."""
        return max((spans[-1][1] for spans in self.days.values()), default=date.min)

    def reaches(self, clock: Clock, world: World) -> bool:
        """Say whether the change may move a clock."""
        if clock.rule in self.rules:
            return True
        spans = self.days.get(world.network.calendar_of(clock.agency))
        if not spans or clock.term is None:
            return False
        start = world.day(clock.start) if isinstance(clock.start, datetime) else clock.start
        first, last = min(start, clock.due_on), max(start, clock.due_on)
        place = bisect_left(spans, first, key=lambda span: span[1])
        return place < len(spans) and spans[place][0] <= last


@dataclass(frozen=True, slots=True)
class Recounted:
    """A deadline as it is and as the change counts it."""

    before: Clock
    after: Clock
    kept: Kept | None = None

    @property
    def moves(self) -> bool:
        """Whether it gets another day."""
        return self.kept is None and self.before.due_on != self.after.due_on


_BESIDE = frozenset(
    {
        *("key", "version", "title", "source", "settled", "note", "term", "starts_on"),
        *("extensions", "longest_extension", "extension_within_term"),
    }
)
"""Parts of a rule that say what may be asked of it, not how it counts."""


# --- What differs ------------------------------------------------------------------------------


def difference(old: World, new: World) -> Touch:
    """Return what differs between two worlds in their calendars and rules."""
    days = {}
    for key in new.calendars.keys:
        known = key in old.calendars.keys
        spans = _differing(old.calendars.of(key), new.calendars.of(key)) if known else ALWAYS
        if spans:
            days[key] = spans
    rules = {key for key, rule in new.rules.items() if _counts(old.rule(key)) != _counts(rule)}
    return Touch(days, frozenset(rules))


def _counts(rule: Rule) -> tuple[object, ...]:
    """Return what of a rule decides when a running clock ends; its words do not."""
    return tuple(getattr(rule, part.name) for part in fields(rule) if part.name not in _BESIDE)


def _differing(old: Calendar, new: Calendar) -> Spans:
    if (old.announced is None) is not (new.announced is None):
        return ALWAYS
    days = (old.holidays.keys() ^ new.holidays.keys()) | (old.closed.keys() ^ new.closed.keys())
    days |= {
        day for day in old.early.keys() | new.early.keys() if _early(old, day) != _early(new, day)
    }
    years = (old.announced or frozenset()) ^ (new.announced or frozenset())
    stops = [{(p.first, p.last or date.max) for p in c.suspensions} for c in (old, new)]
    downs = [{(o.start.date(), o.end.date()) for o in c.outages} for c in (old, new)]
    return _joined(
        [
            *((day, day) for day in days),
            *((date(year, 1, 1), date(year, 12, 31)) for year in years),
            *(stops[0] ^ stops[1]),
            *(downs[0] ^ downs[1]),
        ]
    )


def _early(calendar: Calendar, day: date) -> DayKind | None:
    half = calendar.early.get(day)
    return half.kind if half else None


def _joined(spans: Iterable[tuple[date, date]]) -> Spans:
    joined: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return tuple(joined)


# --- What it does to a case ---------------------------------------------------------------------


def recounted(
    case: CaseSnapshot, touch: Touch, world: World, *, now: datetime
) -> tuple[Recounted, ...]:
    """Return the running deadlines of a case that a change counts otherwise, those kept too.

    `world` is the one after the change. Raise what counting raises.
    """
    return tuple(_recounted(case, touch, world, now)) if case.is_open else ()


def _recounted(
    case: CaseSnapshot, touch: Touch, world: World, now: datetime
) -> Iterator[Recounted]:
    for clock in all_clocks(case):
        if clock.status is not ClockStatus.RUNNING or not touch.reaches(clock, world):
            continue
        after = recount(clock, world)
        if _falls(after) != _falls(clock):
            yield Recounted(clock, after, why_kept(clock, after, now))


def _falls(clock: Clock) -> tuple[object, ...]:
    return clock.due_on, clock.due_at, clock.provisional


def why_kept(before: Clock, after: Clock, now: datetime) -> Kept | None:
    """Say why a deadline stays on its day, if it does."""
    if before.due_at < now:
        return Kept.PASSED
    return Kept.LATE if after.due_at < now else None


def recount_case(
    case: CaseSnapshot, touch: Touch, *, because: Mapping[str, Any], now: Circumstances
) -> Change | None:
    """Count the deadlines of a case anew after a change; None if all stay as they are.

    `because` is the plan and the act behind it, as history will cite them.
    """
    draft = now.draft(case, CLOCK)
    for one in recounted(case, touch, now.world, now=now.at):
        if one.kept:
            continue
        draft.emit(
            Kind.DEADLINE_RECOUNTED,
            {
                "clock": spell_clock(one.after),
                "from": one.before.due_on.isoformat(),
                "to": one.after.due_on.isoformat(),
                "because": dict(because),
            },
        )
    return None if draft.is_empty else draft.change(wake_at=next_wake(draft.case, draft.world))


def timed_places(definition: Definition) -> Iterator[tuple[str, str]]:
    """Go through the states in which calendars decide more than deadlines: moves and openings."""
    for state in definition.states.values():
        opens = any(task.opens_when for task in state.tasks.values())
        if opens or any(t.after for t in definition.leaving(state.key)):
            yield definition.key, state.key

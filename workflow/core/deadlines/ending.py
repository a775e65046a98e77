"""The arithmetic of a count: the few days it turns on, without the days between them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from workflow.core.deadlines.calendar import Calendar
from workflow.core.deadlines.errors import ClockStopped, NaiveInstant
from workflow.core.deadlines.pauses import NEVER, Standstill, next_open, standstill
from workflow.core.deadlines.rules import OutageEffect, Roll, Rule, StartMoves
from workflow.core.deadlines.values import Extension, Outage, Pause
from workflow.core.terms import Direction, Term, Unit

_DAY = timedelta(days=1)
_MONTHS = {Unit.MONTHS: 1, Unit.YEARS: 12}


@dataclass(frozen=True, slots=True)
class Leg:
    """One stretch of a count: after (or before) its base, so much, to its end."""

    base: date
    term: Term
    raw: date
    extension: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """The days that a count turns on, and what it was counted with."""

    begun: date
    """The day that the term was first started by."""
    start: date
    """The same, or the day on which an interruption was cured."""
    legs: tuple[Leg, ...]
    on: date
    still: Standstill = NEVER
    elapsed: datetime | None = None
    """The instant at which a term in hours is over."""

    @property
    def raw(self) -> date:
        """Give the last day as counted, before it was rolled."""
        return self.legs[-1].raw

    def unannounced(self, rule: Rule, calendar: Calendar) -> tuple[int, ...]:
        """Give the years without a list in which a day's being open decided the date."""
        if calendar.announced is None:
            return ()
        years = {
            year
            for first, last in self._consulted(rule)
            for year in range(min(first, last).year, max(first, last).year + 1)
        }
        return tuple(sorted(year for year in years if calendar.is_provisional(year)))

    def _consulted(self, rule: Rule) -> Iterator[tuple[date, date]]:
        """Give the stretches of days that were looked up in the calendar."""
        if self.elapsed is not None:
            return
        first = self.legs[0]
        if rule.start_moves is not StartMoves.NONE or first.base > self.start:
            yield self.start, first.base + _DAY
        if rule.roll is not Roll.NONE:
            yield self.raw, self.on
            yield from ((leg.raw, then.base) for leg, then in pairwise(self.legs))
        for leg in self.legs:
            if leg.term.unit is Unit.WORKING_DAYS and leg.base != leg.raw:
                yield leg.base + (_DAY if leg.base < leg.raw else -_DAY), leg.raw


@dataclass(frozen=True, slots=True)
class Office:
    """Whose days are counted and how: a rule on a calendar, with what stops the clock."""

    rule: Rule
    calendar: Calendar
    still: Standstill
    outages: Sequence[Outage]
    zone: ZoneInfo


def legal_day(moment: date, zone: ZoneInfo) -> date:
    """Give the legal date of a day or of an aware instant; raise `NaiveInstant`."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise NaiveInstant(moment)
    return moment.astimezone(zone).date()


def end_of(
    start: date,
    term: Term,
    office: Office,
    *,
    pauses: Sequence[Pause],
    extensions: Sequence[Extension],
    interrupted_on: date | None,
) -> Ending:
    """Find the days that a count turns on, whole again after each interruption."""
    begun = legal_day(start, office.zone)
    begin = begun if interrupted_on is None else max(begun, interrupted_on)
    ending = _count_from(begin, begun, term, office, extensions=extensions)
    for pause in sorted(pauses, key=lambda pause: pause.first):
        if pause.ground not in office.rule.interrupted_by or pause.first > ending.on:
            continue
        if pause.last is None:
            raise ClockStopped(pause.first)
        if pause.last > ending.start:
            ending = _count_from(pause.last, begun, term, office, extensions=extensions)
    return ending


def office_for(
    rule: Rule,
    calendar: Calendar,
    term: Term,
    *,
    pauses: Sequence[Pause],
    outages: Sequence[Outage],
    zone: ZoneInfo,
) -> Office:
    """Prepare what a count looks up; nothing stops the days before an event from passing."""
    stops = pauses and term.direction is Direction.AFTER
    still = standstill(pauses, rule, calendar) if stops else NEVER
    return Office(rule, calendar, still, outages, zone)


def _count_from(
    start: date, begun: date, term: Term, office: Office, *, extensions: Sequence[Extension]
) -> Ending:
    """Count every stretch from a start, and settle where the last one may end."""
    at = _base(start, term, office)
    legs: list[Leg] = []
    for stretch in _stretches(term, extensions, office.rule):
        leg = Leg(at, stretch, _raw(at, stretch, office), extension=bool(legs))
        legs.append(leg)
        at = leg.raw if office.rule.extension_from_original else _settle(leg, office)
    return Ending(begun, start, tuple(legs), _settle(legs[-1], office), office.still)


def _base(start: date, term: Term, office: Office) -> date:
    """Find the day after which the first day is counted."""
    rule, calendar = office.rule, office.calendar
    if term.direction is Direction.BEFORE or not term.amount:
        return start
    resumes = _resumption(start, office)
    if resumes:
        return resumes - _DAY if rule.resumption_counts else resumes
    if rule.start_moves is StartMoves.INTERNET_PUBLICATION:
        return next_open(start, rule, calendar)
    if term.unit in _MONTHS:
        return start
    if rule.start_moves is StartMoves.NEXT_OPEN_FIRST_DAY:
        return next_open(start, rule, calendar) - _DAY
    return start if rule.first_day_excluded else start - _DAY


def _resumption(start: date, office: Office) -> date | None:
    """Give the day on which a clock started within a pause first runs, where that moves it."""
    window = office.still.windows.holding(start)
    if window:
        return next_open(window[1], office.rule, office.calendar)
    if office.rule.resumption_counts:
        return None  # the days of the pause are skipped one by one
    stop = office.still.stopped.holding(start)
    return stop[1] + _DAY if stop else None


def _stretches(term: Term, extensions: Sequence[Extension], rule: Rule) -> list[Term]:
    """Join a term with the extensions of its unit; the others are counted after it."""
    total = to_count(term, rule)
    rest: list[Term] = []
    for extension in extensions:
        added = whole_months(extension.term)
        joins = rule.extension_from_original and not rest
        if joins and added.unit is total.unit and total.direction is Direction.AFTER:
            total = Term(total.amount + added.amount, total.unit)
        else:
            rest.append(added)
    return [total, *rest]


def to_count(term: Term, rule: Rule) -> Term:
    """Write years as months, and clear days as one day more."""
    whole = whole_months(term)
    before = term.direction is Direction.BEFORE and term.unit in (Unit.DAYS, Unit.WORKING_DAYS)
    if not (before and rule.clear_days and term.amount):
        return whole
    return Term(whole.amount + 1, whole.unit, whole.direction)


def whole_months(term: Term) -> Term:
    """Write years as months; other terms stay as they are."""
    if term.unit is not Unit.YEARS:
        return term
    return Term(term.amount * 12, Unit.MONTHS, term.direction)


def _raw(base: date, term: Term, office: Office) -> date:
    """Count one stretch from its base, wherever it ends."""
    sign = -1 if term.direction is Direction.BEFORE else 1
    if term.unit is Unit.WORKING_DAYS:
        return _working(base, term.amount, sign, office)
    if term.unit is Unit.MONTHS:
        same = same_date(base, sign * term.amount)
        if not office.rule.first_day_excluded and sign > 0 and term.amount:
            same -= _DAY
        return office.still.stopped.after(base, (same - base).days) if sign > 0 else same
    if sign < 0:
        return base - timedelta(days=term.amount)
    return office.still.stopped.after(base, term.amount)


def same_date(day: date, months: int) -> date:
    """Give the same day so many months on, or the last day of a month that lacks it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _working(base: date, amount: int, sign: int, office: Office) -> date:
    """Walk over so many open days on which the clock runs."""
    closures = office.calendar.closures(office.rule)
    holding = office.still.stopped.holding if office.still.stopped.spans else None
    day, step, left = base, sign * _DAY, amount
    while left:
        day += step
        if day.weekday() < 5 and day not in closures and not (holding and holding(day)):
            left -= 1
    return day


def _settle(leg: Leg, office: Office) -> date:
    """Move a raw end to a day on which a term may end."""
    back = leg.term.direction is Direction.BEFORE
    toward = office.rule.roll_before if back else office.rule.roll
    if office.rule.roll is Roll.NONE:
        toward = Roll.NONE
    day = _roll(leg.raw, toward, office)
    waits = not back and toward is not Roll.PREVIOUS
    if not waits or office.rule.outage is OutageEffect.NONE or not office.outages:
        return day  # what must be done before an event cannot wait for a system
    return _outlast(day, toward, office)


def _roll(day: date, toward: Roll, office: Office) -> date:
    """Pass over the days on which a term may not end, if the rule rolls at all."""
    if toward is Roll.NONE:
        return day
    step = -_DAY if toward is Roll.PREVIOUS else _DAY
    while passes(day, office.rule, office.calendar, office.still):
        day += step
    return day


def passes(day: date, rule: Rule, calendar: Calendar, still: Standstill) -> bool:
    """Say whether a term that would end on a day rolls on from it."""
    if not calendar.is_open(day, rule):
        return True
    if rule.early_close_rolls and calendar.closes_early(day, rule):
        return True
    return bool(still.stopped.holding(day) or still.windows.holding(day))


def matters(outage: Outage, rule: Rule) -> bool:
    """Say whether an outage can move an end: certified, and long enough for the rule."""
    least = timedelta(minutes=rule.least_outage_minutes)
    return outage.certified and outage.end - outage.start >= least


def _outlast(day: date, toward: Roll, office: Office) -> date:
    """Move an end on from a day on which the system was certified down."""
    ahead = [
        (legal_day(outage.start, office.zone), legal_day(outage.end, office.zone))
        for outage in office.outages
        if matters(outage, office.rule)
    ]
    while hit := next((span for span in ahead if span[0] <= day <= span[1]), None):
        ahead.remove(hit)
        ended = hit[1]
        if office.rule.outage is OutageEffect.AFTER_RESOLUTION:
            day = _roll(ended + _DAY, toward, office)
            continue
        day = _roll(day + _DAY, toward, office)
        while day < ended:
            day = _roll(day + _DAY, toward, office)
    return day

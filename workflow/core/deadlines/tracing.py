"""The trace of a deadline: every day between its start and its end, and what that day was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from workflow.core.deadlines.ending import (
    Ending,
    Leg,
    Office,
    legal_day,
    matters,
    passes,
    same_date,
    to_count,
    whole_months,
)
from workflow.core.deadlines.rules import StartMoves
from workflow.core.deadlines.values import Extension, Step, Why
from workflow.core.terms import Direction, Term, Unit

_DAY = timedelta(days=1)


def explain(
    ending: Ending, office: Office, *, term: Term, extensions: Sequence[Extension] = ()
) -> tuple[Step, ...]:
    """Tell a count day by day, so that a person, or the checker, can follow it to its end."""
    return tuple(_steps(ending, office, term=term, extensions=extensions))


def _steps(
    ending: Ending, office: Office, *, term: Term, extensions: Sequence[Extension]
) -> Iterator[Step]:
    yield from _opening(ending, office, term=term)
    waiting = list(extensions)
    joined = len(waiting) - (len(ending.legs) - 1)
    for extension in waiting[:joined]:
        yield _extended(ending.legs[0].base, extension, hours=ending.elapsed is not None)
    if ending.elapsed is not None:
        yield from _hours(ending, office)
        return
    for place, leg in enumerate(ending.legs):
        if leg.extension:
            yield from _passed(ending.legs[place - 1].raw, leg.base, office)
            yield _extended(leg.base, waiting[joined + place - 1])
        yield from _stretch(leg, office)
    yield from _passed(ending.raw, ending.on, office)
    yield Step(ending.on, Why.DUE, source=office.rule.source or "")


def _opening(ending: Ending, office: Office, *, term: Term) -> Iterator[Step]:
    """Tell where the count starts, and what moved its start."""
    rule, base = office.rule, ending.legs[0].base
    whole, source = to_count(term, rule), rule.source or ""
    why = Why.EVENT if term.direction is Direction.BEFORE else Why.START
    start = min(ending.begun, base) if ending.begun == ending.start else ending.begun
    yield Step(start, why, whole.amount, note=str(term), source=source, kind=whole.unit.value)
    if ending.start != ending.begun:
        yield Step(min(ending.start, base), Why.INTERRUPTED, source=source)
    for day in _days(ending.start, base):
        yield _skipped(day, Why.START_MOVED, office)


def _extended(day: date, extension: Extension, *, hours: bool = False) -> Step:
    """Tell of an extension: how much, in what, and why."""
    added = whole_months(extension.term)
    if hours and added.unit is Unit.DAYS:
        added = Term(added.amount * 24, Unit.HOURS)
    return Step(
        day,
        Why.EXTENDED,
        added.amount,
        note=extension.reason,
        source=extension.by,
        kind=added.unit.value,
    )


def _stretch(leg: Leg, office: Office) -> Iterator[Step]:
    """Tell the days of one stretch, counted, skipped and paused."""
    back = leg.term.direction is Direction.BEFORE
    first = leg.base
    if leg.term.unit is Unit.MONTHS and leg.term.amount:
        first = same_date(leg.base, -leg.term.amount if back else leg.term.amount)
        yield Step(first, Why.SAME_DATE, leg.term.amount)
        if not back and not office.rule.first_day_excluded:
            first -= _DAY
            yield Step(first, Why.EVE)
        if office.still.stopped.spans and not back:
            stopped = (day for day in _days(leg.base, first) if office.still.stopped.holding(day))
            yield from (_skipped(day, Why.PAUSED, office) for day in stopped)
    n = 0
    for day in _days(first, leg.raw, back=back):
        if office.still.stopped.holding(day):
            yield _skipped(day, Why.PAUSED, office)
        elif leg.term.unit is Unit.WORKING_DAYS and not office.calendar.is_open(day, office.rule):
            yield _skipped(day, Why.CLOSED, office)
        else:
            n += 1
            yield Step(day, Why.COUNTED, n)


def _passed(raw: date, on: date, office: Office) -> Iterator[Step]:
    """Tell the days on which the term would have ended, but could not."""
    back = on < raw
    for day in _days(raw + (_DAY if back else -_DAY), on, back=back):
        if day == on:
            return
        rolled = passes(day, office.rule, office.calendar, office.still)
        step = _skipped(day, Why.ROLLED if rolled else Why.OUTAGE, office)
        yield replace(step, n=-1 if back else 1)


def _hours(ending: Ending, office: Office) -> Iterator[Step]:
    """Tell of the paused days and the instant at which the hours are over."""
    for day in _days(ending.start - _DAY, ending.on):
        if office.still.stopped.holding(day):
            yield _skipped(day, Why.PAUSED, office)
    elapsed = ending.elapsed.isoformat() if ending.elapsed else ""
    yield Step(ending.on, Why.ELAPSED, note=elapsed, source=office.rule.source or "")


def _skipped(day: date, why: Why, office: Office) -> Step:
    """Name what made a day not count: an outage, a pause, or a closed or half-closed office."""
    if why is Why.OUTAGE:
        return Step(day, why, source=_outage_source(day, office))
    pause = office.still.named(day) if why is not Why.CLOSED else None
    closing = office.calendar.closing(day, office.rule) or office.calendar.closes_early(
        day, office.rule
    )
    if pause and (why is Why.PAUSED or not closing):
        return Step(day, why, note=pause.reason, source=pause.source, kind=pause.ground or "")
    if closing:
        return Step(day, why, note=closing.name, source=closing.source, kind=closing.kind)
    if why is Why.START_MOVED and office.rule.start_moves is StartMoves.INTERNET_PUBLICATION:
        return Step(day, why, source=office.rule.source or "")
    return Step(day, why)


def _outage_source(day: date, office: Office) -> str:
    """Find on whose word the system was down on a day."""
    for outage in office.outages:
        span = legal_day(outage.start, office.zone), legal_day(outage.end, office.zone)
        if matters(outage, office.rule) and span[0] <= day <= span[1]:
            return outage.source
    return ""


def _days(after: date, to: date, *, back: bool = False) -> Iterator[date]:
    """Give the days after one up to another, or before it back to another."""
    step = -1 if back else 1
    for n in range(1, (to - after).days * step + 1):
        yield after + timedelta(days=n * step)

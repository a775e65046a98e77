"""Terms in hours run from instant to instant, through nights and holidays, unless paused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from workflow.core.deadlines.ending import Ending, Leg, Office
from workflow.core.deadlines.errors import ClockStopped, InstantNeeded, NaiveInstant, UnitsDiffer
from workflow.core.deadlines.values import Extension
from workflow.core.terms import Direction, Term, Unit

_DAY = timedelta(days=1)


def hours_from(
    start: date, term: Term, office: Office, *, extensions: Sequence[Extension] = ()
) -> Ending:
    """Add hours to an aware instant; days on which the clock is paused pass in vain.

    Raise `InstantNeeded` if `start` is a mere day, `NaiveInstant`, `ClockStopped`, or
    `UnitsDiffer` for an extension in months or working days.
    """
    if not isinstance(start, datetime):
        raise InstantNeeded(start)
    if start.tzinfo is None:
        raise NaiveInstant(start)
    begin = start.astimezone(office.zone)
    hours = term.amount + sum(_hours(extension.term) for extension in extensions)
    back = term.direction is Direction.BEFORE
    end = _forward(begin, timedelta(hours=-hours if back else hours), office)
    local = end.astimezone(office.zone).date()
    leg = Leg(begin.date(), Term(hours, term.unit, term.direction), local)
    return Ending(begin.date(), begin.date(), (leg,), local, office.still, elapsed=end)


def _forward(begin: datetime, length: timedelta, office: Office) -> datetime:
    """Let so much time pass from an instant, not counting paused days."""
    at = begin.astimezone(UTC)
    end = at + length
    for first, last in office.still.stopped.spans:
        opens = datetime.combine(first, time(), office.zone).astimezone(UTC)
        if opens >= end:
            break
        if last == date.max:
            raise ClockStopped(first)
        closes = datetime.combine(last + _DAY, time(), office.zone).astimezone(UTC)
        end += max(closes - max(opens, at), timedelta())
    return end


def _hours(term: Term) -> int:
    """Give the length of an extension in hours; raise `UnitsDiffer` if it has none."""
    if term.unit is Unit.HOURS:
        return term.amount
    if term.unit is Unit.DAYS:
        return term.amount * 24
    raise UnitsDiffer(term)

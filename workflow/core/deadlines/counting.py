"""Count legal terms: from a start, a term, a rule, a calendar and pauses to the day it ends.

The count is a pure function of its arguments. It finds the few days that matter (start, raw
end, end); `tracing` tells every day between them, and `checker` rebuilds the end from that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from workflow.core.deadlines.calendar import Calendar
from workflow.core.deadlines.ending import Ending, Office, end_of, office_for
from workflow.core.deadlines.errors import (
    DateOutOfReach,
    ExtensionsExhausted,
    ExtensionTooLate,
    ExtensionTooLong,
    NaiveInstant,
)
from workflow.core.deadlines.hours import hours_from
from workflow.core.deadlines.rules import Rule
from workflow.core.deadlines.tracing import explain
from workflow.core.deadlines.values import LEGAL_ZONE, Due, Extension, Outage, Pause
from workflow.core.errors import ReasonMissing
from workflow.core.terms import Term, Unit

_SECOND = timedelta(seconds=1)


def count(
    start: date,
    term: Term,
    rule: Rule,
    calendar: Calendar,
    *,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
    outages: Sequence[Outage] = (),
    interrupted_on: date | None = None,
    zone: ZoneInfo = LEGAL_ZONE,
    explained: bool = True,
) -> Due:
    """Count a term from a day, or from an aware instant, and explain every day of it.

    With a term `before`, `start` is the event counted back from. Raise `ClockStopped` if the
    term reaches a pause without an end, `InstantNeeded` for hours from a mere day, `NaiveInstant`
    or `DateOutOfReach`.
    """
    office = office_for(rule, calendar, term, pauses=pauses, outages=outages, zone=zone)
    try:
        ending = _ending(
            *(start, term, office),
            pauses=pauses,
            extensions=extensions,
            interrupted_on=interrupted_on,
        )
    except (OverflowError, ValueError) as beyond:
        raise DateOutOfReach(start, term) from beyond
    unannounced = ending.unannounced(rule, calendar)
    return Due(
        on=ending.on,
        at=_instant(ending, rule, zone),
        raw=ending.raw,
        provisional=bool(unannounced),
        unannounced=unannounced,
        trace=explain(ending, office, term=term, extensions=extensions) if explained else (),
    )


def _ending(
    start: date,
    term: Term,
    office: Office,
    *,
    pauses: Sequence[Pause],
    extensions: Sequence[Extension],
    interrupted_on: date | None,
) -> Ending:
    """Find where a term ends: one of hours by the clock, any other by the days."""
    if term.unit is Unit.HOURS:
        return hours_from(start, term, office, extensions=extensions)
    return end_of(
        start,
        term,
        office,
        pauses=pauses,
        extensions=extensions,
        interrupted_on=interrupted_on,
    )


def count_due(
    start: date,
    term: Term,
    rule: Rule,
    calendar: Calendar,
    *,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
    outages: Sequence[Outage] = (),
    interrupted_on: date | None = None,
    zone: ZoneInfo = LEGAL_ZONE,
) -> tuple[date, datetime]:
    """Count a term without explaining it: the last day and the last second."""
    due = count(
        start,
        term,
        rule,
        calendar,
        pauses=pauses,
        extensions=extensions,
        outages=outages,
        interrupted_on=interrupted_on,
        zone=zone,
        explained=False,
    )
    return due.on, due.at


def day_of(term: Term, *, of: date, rule: Rule, calendar: Calendar) -> date:
    """Give the day that lies a term after or before another, as reminders need it."""
    return count_due(of, term, rule, calendar)[0]


def working_days_between(a: date, b: date, calendar: Calendar, rule: Rule) -> int:
    """Count the open days after `a` up to `b`; below zero where `b` has passed."""
    if b < a:
        return -working_days_between(b, a, calendar, rule)
    closures = calendar.closures(rule)
    days = (a + timedelta(days=n) for n in range(1, (b - a).days + 1))
    return sum(1 for day in days if day.weekday() < 5 and day not in closures)


def is_on_time(due: Due, filed_at: datetime) -> bool:
    """Say whether an act at an instant still kept the term; raise `NaiveInstant`."""
    if filed_at.tzinfo is None:
        raise NaiveInstant(filed_at)
    return filed_at < due.at + _SECOND


def check_extension(
    extension: Extension, *, term: Term, rule: Rule, due: date, earlier: Sequence[Extension] = ()
) -> None:
    """Refuse an extension that the rule does not allow.

    Raise `ReasonMissing`, `ExtensionTooLate`, `ExtensionsExhausted` or `ExtensionTooLong`.
    """
    if not extension.reason.strip():
        raise ReasonMissing
    if extension.granted_on > due:
        raise ExtensionTooLate(due=due, granted=extension.granted_on)
    if rule.extensions is not None and len(earlier) >= rule.extensions:
        raise ExtensionsExhausted(rule.extensions)
    longest = term if rule.extension_within_term else rule.longest_extension
    if longest and _length(extension.term) > _length(longest):
        raise ExtensionTooLong(extension.term, longest=longest)


def _length(term: Term) -> float:
    """Measure terms of different units against each other, in days, near enough to compare."""
    days = {Unit.DAYS: 1, Unit.WORKING_DAYS: 7 / 5, Unit.MONTHS: 30, Unit.YEARS: 365}
    return term.amount * days.get(term.unit, 1 / 24)


def _instant(ending: Ending, rule: Rule, zone: ZoneInfo) -> datetime:
    """Give the last second of the term in UTC."""
    if ending.elapsed is not None:
        return ending.elapsed
    return datetime.combine(ending.on, rule.due_time, zone).astimezone(UTC)

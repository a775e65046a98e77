"""The count against numpy's business days, which know nothing of it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from tests.counts import count as tries
from workflow.core.deadlines.calendar import CalendarDay, DayKind, merge
from workflow.core.deadlines.counting import count_due, working_days_between
from workflow.core.deadlines.rules import Rule
from workflow.core.deadlines.values import Pause
from workflow.core.terms import Direction, Term, Unit

pytestmark = pytest.mark.exhaustive
RULE = Rule("drawn")
FIRST = date(2020, 1, 1)


@pytest.mark.parametrize("unit", [Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS])
@pytest.mark.parametrize("direction", Direction)
def test_numpy_counts_the_same_day(random, record_property, unit, direction):
    agreed = 0
    calendar = holidays = None
    for number in range(tries(600, exhaustive=34_000)):
        if number % 50 == 0:
            calendar, holidays = drawn_calendar(random)
        start = drawn_day(random)
        term = Term(random.randrange(0, 120), unit, direction)
        pauses = drawn_pauses(random) if direction is Direction.AFTER else []

        on, _ = count_due(start, term, RULE, calendar, pauses=pauses)

        assert on == counted_by_numpy(start, term, holidays, pauses), (start, term, pauses)
        agreed += 1
    record_property("agreements", agreed)


def test_numpy_finds_the_same_working_days_between_two_days(random):
    calendar, holidays = drawn_calendar(random)
    for _ in range(tries(300, exhaustive=5_000)):
        a, b = sorted((drawn_day(random), drawn_day(random)))
        after = a + timedelta(days=1), b + timedelta(days=1)

        assert working_days_between(a, b, calendar, RULE) == np.busday_count(
            *after, holidays=holidays
        )


def drawn_day(random):
    return FIRST + timedelta(days=random.randrange(3000))


def drawn_calendar(random):
    days = {drawn_day(random) for _ in range(random.randrange(150))}
    kinds = [DayKind.NATIONAL_HOLIDAY, DayKind.OPTIONAL_HOLIDAY, DayKind.MUNICIPAL_HOLIDAY]
    layer = [CalendarDay("X", day, random.choice(kinds), "closed", "drawn") for day in days]
    return merge("X", ["X"], layer), sorted(days)


def drawn_pauses(random):
    firsts = [drawn_day(random) for _ in range(random.choice([0, 0, 1, 4, 30]))]
    return [Pause(first, first + timedelta(days=random.randrange(40))) for first in firsts]


def counted_by_numpy(start, term, holidays, pauses):
    """Take the days on which the clock runs out of all days, and find the one in question."""
    back = term.direction is Direction.BEFORE
    span = np.arange(-4000, 1) if back else np.arange(1, 6000)
    days = np.datetime64(start) + span
    paused = np.zeros(len(days), dtype=bool)
    for pause in pauses:
        paused |= (days >= np.datetime64(pause.first)) & (days <= np.datetime64(pause.last))
    open_days = np.is_busday(days, holidays=holidays)
    runs = days[open_days & ~paused] if term.unit is Unit.WORKING_DAYS else days[~paused]
    raw = np.datetime64(start)
    if term.unit is Unit.MONTHS:
        raw = months_on(start, -term.amount if back else term.amount)
        if not back and raw > np.datetime64(start):
            raw = runs[int((raw - np.datetime64(start)).astype(int)) - 1]
    elif term.amount:
        runs = runs[runs < np.datetime64(start)] if back else runs
        raw = runs[-term.amount] if back else runs[term.amount - 1]
    ends = days[open_days & ~paused]
    if back:
        return np.busday_offset(raw, 0, roll="preceding", holidays=holidays).astype(date)
    if raw == np.datetime64(start):
        ends = np.concatenate([settled(raw, holidays, pauses), ends])
    return ends[ends >= raw][0].astype(date)


def settled(day, holidays, pauses):
    """Give the start itself where a term of nothing may end on it."""
    paused = any(np.datetime64(p.first) <= day <= np.datetime64(p.last) for p in pauses)
    return np.array([] if paused or not np.is_busday(day, holidays=holidays) else [day], "M8[D]")


def months_on(start, months):
    """Go from month to month by numpy and stop at the end of a shorter one."""
    month = np.datetime64(start, "M") + months
    last = (month + 1).astype("M8[D]") - 1
    return min(month.astype("M8[D]") + (start.day - 1), last)

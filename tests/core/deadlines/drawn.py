"""Terms, calendars and pauses that Hypothesis draws."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from workflow.core.deadlines.calendar import Calendar, CalendarDay, Closes, DayKind, merge
from workflow.core.deadlines.rules import Roll, Rule, StartMoves
from workflow.core.deadlines.values import Pause
from workflow.core.terms import Term, Unit

FIRST = date(2024, 1, 1)
STARTS = st.integers(0, 1500).map(lambda n: FIRST + timedelta(days=n))
KINDS = st.sampled_from(
    [DayKind.NATIONAL_HOLIDAY, DayKind.OPTIONAL_HOLIDAY, DayKind.MUNICIPAL_HOLIDAY]
)
UNITS = st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS, Unit.YEARS])


@st.composite
def calendars(draw) -> Calendar:
    closed = draw(st.dictionaries(STARTS, KINDS, max_size=60))
    half = draw(st.sets(STARTS, max_size=10))
    days = [CalendarDay("X", day, kind, "closed", "drawn") for day, kind in closed.items()]
    days += [
        CalendarDay("X", day, DayKind.AGENCY_CLOSING, "early", "drawn", closes=Closes.HALF)
        for day in half
    ]
    return merge("X", ["X"], days)


RULES = st.builds(
    Rule,
    key=st.just("drawn"),
    pf_closes=st.booleans(),
    roll=st.sampled_from(Roll),
    start_moves=st.sampled_from(StartMoves),
    early_close_rolls=st.booleans(),
    first_day_excluded=st.booleans(),
    extension_from_original=st.booleans(),
    roll_before=st.sampled_from(Roll),
    clear_days=st.booleans(),
    resumption_counts=st.booleans(),
)
ROLLING = RULES.map(lambda rule: replace(rule, roll=Roll.NEXT))


@st.composite
def terms(draw, units=UNITS, least=0) -> Term:
    unit = draw(units)
    most = {Unit.MONTHS: 40, Unit.YEARS: 4}.get(unit, 90)
    return Term(draw(st.integers(least, most)), unit)


@st.composite
def pauses(draw) -> Pause:
    first = draw(STARTS)
    return Pause(first, first + timedelta(days=draw(st.integers(0, 30))), reason="drawn")

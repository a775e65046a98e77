"""What a changed calendar or rule may move: nothing is overlooked, nothing is counted in vain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.deadlines.drawn import RULES, STARTS, UNITS, terms
from tests.counts import count as tries
from workflow.core.clock_traces import unannounced_years
from workflow.core.clocks import recount
from workflow.core.deadlines.calendar import CalendarDay, Calendars, Closes, DayKind, merge
from workflow.core.deadlines.rules import HOUSE, OutageEffect, Rule
from workflow.core.deadlines.values import LEGAL_ZONE
from workflow.core.network import Agency, Network
from workflow.core.recounting import Kept, difference, recounted
from workflow.core.snapshot import CaseSnapshot, Clock, ClockPause
from workflow.core.terms import Direction, Term, Unit
from workflow.core.world import World

often = settings(max_examples=tries(200, exhaustive=20_000))
CLOSING = {
    DayKind.NATIONAL_HOLIDAY: (Closes.FULL, Closes.HALF),
    DayKind.OPTIONAL_HOLIDAY: (Closes.FULL, Closes.HALF),
    DayKind.WORKING_DAY: (Closes.NOTHING,),
    DayKind.SUSPENSION: (Closes.NOTHING,),
    DayKind.OUTAGE: (Closes.NOTHING,),
    DayKind.ANNOUNCEMENT: (Closes.NOTHING,),
}


@st.composite
def days(draw):
    kind = draw(st.sampled_from(list(CLOSING)))
    on, closes = draw(STARTS), draw(st.sampled_from(CLOSING[kind]))
    layer = draw(st.sampled_from(["X", "Y"]))
    return CalendarDay(layer, on, kind, f"{kind}", "drawn", closes=closes)


LISTS = st.lists(days(), max_size=40)
ALL_RULES = st.builds(
    lambda rule, outage: replace(rule, outage=outage), RULES, st.sampled_from(OutageEffect)
)


@st.composite
def clocks(draw):
    start, term = draw(STARTS), draw(terms(UNITS, least=1))
    back = draw(st.booleans())
    first = start + timedelta(days=draw(st.integers(0, 20)))
    rest = ClockPause(first, first + timedelta(days=draw(st.integers(0, 9))), "state")
    return Clock(
        key="task:1",
        rule="drawn",
        agency="A",
        term=str(replace(term, direction=Direction.BEFORE) if back else term),
        start=start,
        due_on=start,
        due_at=datetime(2024, 1, 1, tzinfo=UTC),
        pauses=() if back or draw(st.booleans()) else (rest,),
    )


def world(listed, rule: Rule) -> World:
    network = Network([Agency("A", "A", calendar="X")], default_calendar="X")
    calendars = Calendars([merge("X", ["X", "Y"], listed)])
    return World(network, calendars, {"drawn": replace(rule, key="drawn")}, LEGAL_ZONE)


@pytest.mark.exhaustive
@often
@given(LISTS, LISTS, st.data(), clocks(), ALL_RULES)
def test_no_deadline_moves_that_a_change_does_not_reach(kept, new, data, clock, rule):
    gone = data.draw(st.lists(st.sampled_from(kept), max_size=5)) if kept else []
    new = data.draw(st.lists(st.sampled_from(new), max_size=5)) if new else []
    before, after = world(kept, rule), world([*(d for d in kept if d not in gone), *new], rule)
    touch = difference(before, after)
    was, now = recount(clock, before), recount(clock, after)

    if not touch.reaches(was, after):
        assert (was.due_on, was.due_at, was.provisional) == (
            now.due_on,
            now.due_at,
            now.provisional,
        )


def on(day, kind=DayKind.NATIONAL_HOLIDAY):
    return CalendarDay("X", day, kind, "Luto", "Decreto")


def a_case(clock):
    return CaseSnapshot("1", None, "A", None, datetime(2024, 1, 1, tzinfo=UTC), clocks=(clock,))


def two_weeks(here):
    blank = Clock(
        *("case:whole", "house", "A", "10 working days", date(2026, 3, 2)),
        due_on=date(2026, 3, 2),
        due_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    return recount(blank, here)


def test_what_is_over_stays_and_nobody_is_made_late():
    bare = world([], HOUSE)
    shut = world([on(date(2026, 3, 10))], HOUSE)
    short, long = two_weeks(bare), two_weeks(shut)
    assert long.due_on == short.due_on + timedelta(days=1)

    def kept(clock, old, new, now):
        (one,) = recounted(a_case(clock), difference(old, new), new, now=now)
        return one.kept

    second = timedelta(seconds=1)
    assert kept(short, bare, shut, short.due_at) is None
    assert kept(short, bare, shut, short.due_at + second) is Kept.PASSED
    assert kept(long, shut, bare, short.due_at) is None
    assert kept(long, shut, bare, short.due_at + second) is Kept.LATE


def test_a_change_elsewhere_reaches_nothing():
    bare = world([], HOUSE)
    clock = two_weeks(bare)
    for day in (date(2026, 3, 1), clock.due_on + timedelta(days=1)):
        shut = world([on(day)], HOUSE)
        assert recounted(a_case(clock), difference(bare, shut), shut, now=clock.due_at) == ()


def test_another_name_for_a_holiday_is_no_difference():
    here, there = (
        world([replace(on(date(2026, 3, 10)), name=name)], HOUSE) for name in ("Luto", "Festa")
    )
    assert not difference(here, there)


def test_only_what_a_rule_counts_is_a_difference():
    plain = world([], HOUSE)
    said = replace(HOUSE, version=2, title={"en": "Other words"}, term=Term(9, Unit.DAYS))
    assert not difference(plain, world([], said))
    assert difference(plain, world([], replace(HOUSE, first_day_excluded=False))).rules == {"drawn"}


def test_a_list_that_is_published_confirms_the_dates_of_its_year():
    waiting = world([on(date(2025, 1, 1), DayKind.ANNOUNCEMENT)], HOUSE)
    listed = [on(date(year, 1, 1), DayKind.ANNOUNCEMENT) for year in (2025, 2026)]
    published = world(listed, HOUSE)
    clock = two_weeks(waiting)
    assert clock.provisional
    assert unannounced_years(clock, waiting) == (2026,)
    assert unannounced_years(clock, published) == ()
    touch = difference(waiting, published)
    (one,) = recounted(a_case(clock), touch, published, now=clock.due_at)
    assert (one.moves, one.after.provisional) == (False, False)

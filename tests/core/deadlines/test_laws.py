"""What must hold of every count, whatever the term, the rule, the calendar and the pauses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.core.deadlines.drawn import ROLLING, RULES, STARTS, calendars, pauses, terms
from tests.counts import count as tries
from workflow.core.deadlines.calendar import merge
from workflow.core.deadlines.checker import rebuild
from workflow.core.deadlines.counting import count, count_due, working_days_between
from workflow.core.deadlines.rules import HOUSE, Rule, StartMoves
from workflow.core.deadlines.values import Extension, Pause, Why
from workflow.core.terms import Direction, Term, Unit

pytestmark = pytest.mark.exhaustive
DAY = timedelta(days=1)
COUNTED = st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS])
PAUSES = st.lists(pauses(), max_size=4)
SETTINGS = st.tuples(STARTS, terms(), RULES, calendars())
EXTENSIONS = st.lists(st.builds(Extension, terms(least=1), st.just("why"), STARTS), max_size=2)
often = settings(max_examples=tries(100, exhaustive=20_000))


@often
@given(STARTS, terms(COUNTED, least=2), calendars(), st.data())
def test_a_pause_of_n_counted_days_moves_the_end_by_n_counted_days(start, term, calendar, data):
    plain = count(start, term, HOUSE, calendar)
    days = [step.day for step in plain.trace if step.why is Why.COUNTED]
    first = data.draw(st.integers(0, len(days) - 1))
    last = data.draw(st.integers(first, len(days) - 1))

    paused = count(start, term, HOUSE, calendar, pauses=[Pause(days[first], days[last])])

    n = last - first + 1
    assert paused.raw == count(plain.raw, Term(n, term.unit), HOUSE, calendar).raw
    assert [s.n for s in paused.trace if s.why is Why.COUNTED] == list(range(1, term.amount + 1))


@often
@given(SETTINGS, PAUSES, st.data())
def test_overlapping_pauses_stop_the_clock_as_their_union_does(counted, stops, data):
    start, term, rule, calendar = counted
    whole = count(start, term, rule, calendar, pauses=stops)
    again = [
        Pause(stop.first + cut * DAY, stop.last)
        for stop in stops
        for cut in [data.draw(st.integers(0, (stop.last - stop.first).days))]
    ]

    assert count(start, term, rule, calendar, pauses=[*again, *stops, *stops]).on == whole.on


@often
@given(STARTS, terms(), RULES, calendars(), PAUSES)
def test_a_longer_term_never_ends_earlier(start, term, rule, calendar, stops):
    longer = Term(term.amount + 1, term.unit)
    assume(rule.start_moves is not StartMoves.NEXT_OPEN_FIRST_DAY or term.amount)

    shorter_ends = count_due(start, term, rule, calendar, pauses=stops)
    longer_ends = count_due(start, longer, rule, calendar, pauses=stops)

    assert longer_ends >= shorter_ends


@often
@given(STARTS, terms(), ROLLING, calendars(), PAUSES)
def test_a_rule_that_rolls_never_ends_on_a_closed_or_paused_day(start, term, rule, calendar, stops):
    due = count(start, term, rule, calendar, pauses=stops)

    assert calendar.is_open(due.on, rule)
    assert not any(stop.first <= due.on <= stop.last for stop in stops)


@often
@given(SETTINGS, PAUSES, EXTENSIONS, st.booleans())
def test_every_trace_leads_the_checker_to_the_due_day(counted, stops, extensions, back):
    start, term, rule, calendar = counted
    if back:
        term = Term(term.amount, term.unit, Direction.BEFORE)
    due = count(start, term, rule, calendar, pauses=stops, extensions=extensions)

    assert rebuild(due.trace) == due.on
    unexplained = count_due(start, term, rule, calendar, pauses=stops, extensions=extensions)
    assert (due.on, due.at) == unexplained


@often
@given(STARTS, STARTS, calendars(), st.booleans())
def test_working_days_between_two_days_count_as_a_term_does(a, b, calendar, pf_closes):
    rule = Rule("drawn", pf_closes=pf_closes)
    assume(a < b and calendar.is_open(b, rule))

    between = working_days_between(a, b, calendar, rule)

    assert working_days_between(b, a, calendar, rule) == -between
    assert count(a, Term(between, Unit.WORKING_DAYS), rule, calendar).raw == b


@often
@given(STARTS, terms(COUNTED), calendars(), st.booleans())
def test_counting_back_is_counting_on_in_a_mirror(event, term, calendar, pf_closes):
    rule = Rule("drawn", pf_closes=pf_closes)
    back = Term(term.amount, term.unit, Direction.BEFORE)

    on = count_due(mirrored(event), term, rule, in_a_mirror(calendar))[0]

    assert count(event, back, rule, calendar).on == mirrored(on)


def mirrored(day):
    """Turn the days around a point at which Saturdays become Sundays."""
    return date.fromordinal(7 * 211_000 + 6 - day.toordinal())


def in_a_mirror(calendar):
    days = [*calendar.closed.values(), *calendar.early.values()]
    return merge("X", ["X"], [replace(day, day=mirrored(day.day)) for day in days])

"""The checker against traces that were tampered with: it follows none of them to another day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.deadlines.drawn import RULES, STARTS, calendars, pauses, terms
from tests.counts import count as tries
from workflow.core.deadlines.checker import rebuild
from workflow.core.deadlines.counting import count
from workflow.core.deadlines.errors import TraceBroken
from workflow.core.deadlines.values import Extension, Step, Why
from workflow.core.terms import Direction, Term

pytestmark = pytest.mark.exhaustive
DAY = timedelta(days=1)
EXTENSIONS = st.lists(st.builds(Extension, terms(least=1), st.just("why"), STARTS), max_size=2)
WALKED = frozenset(
    {Why.COUNTED, Why.CLOSED, Why.PAUSED, Why.ROLLED, Why.OUTAGE, Why.START_MOVED, Why.EVE}
)


@st.composite
def traces(draw) -> tuple[Step, ...]:
    term = draw(terms(least=1))
    term = Term(term.amount, term.unit, draw(st.sampled_from(Direction)))
    stops = draw(st.lists(pauses(), max_size=3))
    added = draw(EXTENSIONS) if term.direction is Direction.AFTER else []
    counted = draw(STARTS), term, draw(RULES), draw(calendars())
    return count(*counted, pauses=stops, extensions=added).trace


def left_out(steps, place, _):
    return (*steps[:place], *steps[place + 1 :])


def told_twice(steps, place, _):
    return (*steps[: place + 1], *steps[place:])


def another_day(steps, place, by):
    return (
        *steps[:place],
        replace(steps[place], day=steps[place].day + by * DAY),
        *steps[place + 1 :],
    )


def another_number(steps, place, by):
    return (*steps[:place], replace(steps[place], n=steps[place].n + by), *steps[place + 1 :])


def as_if_counted(steps, place, _):
    return (*steps[:place], replace(steps[place], why=Why.COUNTED, n=1), *steps[place + 1 :])


def as_if_closed(steps, place, _):
    return (*steps[:place], replace(steps[place], why=Why.CLOSED, n=0), *steps[place + 1 :])


TAMPERINGS = {
    left_out: WALKED,
    told_twice: WALKED,
    another_day: WALKED | {Why.SAME_DATE, Why.DUE},
    another_number: frozenset({Why.START, Why.EVENT, Why.COUNTED, Why.EXTENDED, Why.ROLLED}),
    as_if_counted: frozenset({Why.ROLLED, Why.OUTAGE, Why.START_MOVED, Why.EVE, Why.DUE}),
    as_if_closed: frozenset({Why.COUNTED, Why.ROLLED, Why.OUTAGE, Why.EVE, Why.DUE}),
}


@settings(max_examples=tries(200, exhaustive=20_000))
@given(traces(), st.sampled_from(list(TAMPERINGS)), st.sampled_from([-2, -1, 1, 2]), st.data())
def test_a_trace_that_was_tampered_with_leads_nowhere(steps, tamper, by, data):
    places = [n for n, step in enumerate(steps) if step.why in TAMPERINGS[tamper]]
    if not places:
        return
    tampered = tamper(steps, data.draw(st.sampled_from(places)), by)
    try:
        led = rebuild(tampered)
    except TraceBroken:
        return

    # From the 28th as from the 29th of January a month leads to the 28th of February.
    assert any(step.kind == "months" for step in steps)
    assert led == rebuild(steps)


@given(traces())
@settings(max_examples=tries(50, exhaustive=2_000))
def test_a_trace_without_its_start_or_its_end_leads_nowhere(steps):
    for tampered in (steps[1:], steps[:-1], (), (*steps, steps[0]), (*steps, steps[-1], steps[0])):
        with pytest.raises(TraceBroken):
            rebuild(tampered)

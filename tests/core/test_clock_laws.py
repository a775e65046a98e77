"""Rests and extensions in any order, late or not: the day is that of an independent count."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.desk import Desk
from tests.counts import count
from tests.world import world
from workflow.core.acts.information import answer_information, ask_information
from workflow.core.acts.standing_still import extend_deadline, resume_case, suspend
from workflow.core.clock_traces import trace_of
from workflow.core.deadlines.checker import rebuild
from workflow.core.deadlines.errors import ExtensionTooLate
from workflow.core.deadlines.rules import HOUSE
from workflow.core.terms import Term, Unit

DAY = timedelta(days=1)
OPENED = date(2026, 3, 2)


@dataclass
class Model:
    """What a person with a paper calendar would know of the two deadlines."""

    today: date = OPENED
    task_still: set[date] = field(default_factory=set)
    case_still: set[date] = field(default_factory=set)
    more: int = 0

    def is_open(self, day: date, agency: str) -> bool:
        return world().calendar(agency).is_open(day, HOUSE)

    def task_due(self) -> date:
        """Ten working days, and those that were granted, without the days at rest."""
        day, left = OPENED, 10 + self.more
        while left:
            day += DAY
            left -= self.is_open(day, "SEDE") and day not in self.task_still
        return day

    def case_due(self) -> date:
        """Sixty days without those at rest, on to a day that is open and not at rest."""
        day, left = OPENED, 60
        while left:
            day += DAY
            left -= day not in self.case_still
        while not self.is_open(day, "SCC") or day in self.case_still:
            day += DAY
        return day


def stretch(first: date, end: date) -> set[date]:
    return {first + DAY * n for n in range((end - first).days)}


def _rest(desk, model, *, back, wait, late):
    """Rest from a day that has passed, for some days, and end on a day that has passed too."""
    since = max(OPENED, model.today - DAY * back)
    desk.do(suspend, "Obras.", since=since, review_on=model.today + DAY * 20)
    model.today += DAY * wait
    desk.on(model.today.month, model.today.day)
    ended = max(since, model.today - DAY * late)
    desk.do(resume_case, on=ended)
    model.task_still |= stretch(since, ended)
    model.case_still |= stretch(since, ended)


def _ask(desk, model, *, back, wait, late):
    """Ask, rest meanwhile from a day before the question, and be answered."""
    asked = model.today
    desk.do(ask_information, 1, "Que seguro?", of="SEF")
    _rest(desk, model, back=back, wait=wait, late=late)
    desk.do(answer_information, 1, "O de sempre.", by="SEF")
    model.task_still |= stretch(asked, model.today)


def _extend(desk, model, *, back, wait, late):
    """Ask for more time, which may come too late."""
    if len(desk.task("draft").clock.extensions) == 2:
        return
    term = Term(1 + back, Unit.WORKING_DAYS)
    if model.today > model.task_due():
        with pytest.raises(ExtensionTooLate):
            desk.do(extend_deadline, "task:1", term, "Falta o laudo.", by="SCC")
        return
    desk.do(extend_deadline, "task:1", term, "Falta o laudo.", by="SCC")
    model.more += term.amount


STEPS = st.lists(
    st.tuples(
        st.sampled_from((_rest, _ask, _extend)),
        st.integers(0, 6),
        st.integers(0, 12),
        st.integers(0, 8),
        st.integers(0, 9),
    ),
    max_size=7,
)


@pytest.mark.exhaustive
@settings(max_examples=count(60, exhaustive=3_000))
@given(steps=STEPS)
def test_the_day_is_that_of_an_independent_count(steps):
    desk, model = Desk(), Model()
    for act, passed, wait, late, back in steps:
        model.today += DAY * passed
        desk.on(model.today.month, model.today.day)
        act(desk, model, back=back, wait=wait, late=late)
        task, case = desk.task("draft").clock, desk.clock()
        assert (task.due_on, case.due_on) == (model.task_due(), model.case_due())
        for clock in (task, case):
            assert rebuild(trace_of(clock, world()).trace) == clock.due_on

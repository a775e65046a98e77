"""The day of an answer against a database: who is warned, when it is over, what moves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.installation import acting_for, deploy, employ
from tests.services.conftest import NOON
from tests.services.errands import ERRAND, Office
from tests.services.test_recounting import HOLIDAY, applied, kept, planned, preview
from workflow.core.deadlines.rules import HOUSE, Roll
from workflow.core.errors import BeyondOwnDeadline
from workflow.core.terms import parse_term
from workflow.services import asking, falling_due, feeds, planning, recounting, tasks
from workflow.services.falling_due import View
from workflow.services.notices import CLOCK_POWERS
from workflow.services.verification import verify, verify_all

STUBBORN = ERRAND.replace("key: errand", "key: stubborn").replace(
    "{term: 10 working days, rule: house}", "{term: 3 days, rule: lai}"
)
"""Its rule lets nothing stop the clock."""
DUE = date(2026, 3, 9)
"""Five working days after Monday 2 March."""


@pytest.fixture
def office(installation):
    made = Office(installation, NOON)
    made.asked = employ(made.uow(), "ana@example.org", SEPLAG="officer")
    return made


def ask(office, number, *, of="SEPLAG", **how):
    tasks.ask_information(
        office.as_doer(), number, 1, "Qual o endereço?", of=of, key=office.key(), **how
    )
    return office.case(number).tasks[0].request.clock


def answer(office, number):
    uow = acting_for(office.uow(), office.asked, "SEPLAG")
    tasks.answer_information(uow, number, 1, "Rua da Bahia", key=office.key())


def morning(day):
    return datetime(2026, 3, day, 12, 0, tzinfo=UTC)


def told_to(office, officer):
    return [kind for kind, whom in office.told() if whom == officer]


# --- Warnings -------------------------------------------------------------------------------------


def test_the_asked_agency_is_warned_before_on_and_after_the_day_and_nobody_else(office):
    number = office.open()
    office.claim(number)
    assert ask(office, number).due_on == DUE
    office.turn()
    assert told_to(office, office.asked) == ["information_asked"]
    for day in (5, 9, 10):
        office.turn(morning(day))
    warned = ["information_asked", "reminder", "due_today", "overdue"]
    assert told_to(office, office.asked) == warned
    assert told_to(office, office.doer) == []
    letters = [one for one in office.courier.letters if one.address == "ana@example.org"]
    assert {one.facts.get("asks") for one in letters} == {"SEF"}
    assert {(one.agency, one.due_on) for one in letters} == {("SEPLAG", DUE)}


def test_of_the_requester_whoever_opened_the_case_is_warned(office):
    number = office.open()
    ask(office, number, of=None)
    office.turn(morning(9))
    assert sorted(told_to(office, office.opener)) == ["due_today", "information_asked"]


@pytest.mark.parametrize("ending", ["answered", "withdrawn"])
def test_a_question_that_is_over_warns_no_more_and_takes_its_warnings_back(office, ending):
    number = office.open()
    ask(office, number)
    office.turn(morning(5))
    assert "reminder" in told_to(office, office.asked)
    if ending == "answered":
        answer(office, number)
    else:
        tasks.withdraw_question(office.as_doer(), number, 1, key=office.key())
    for day in (5, 9, 10):
        office.turn(morning(day))
    assert {"reminder", "due_today", "overdue"} & set(told_to(office, office.asked)) == set()


# --- Lists and history ----------------------------------------------------------------------------


def test_an_answer_that_is_owed_stands_among_what_falls_due_and_in_the_feed(office):
    number = office.open()
    clock = ask(office, number)
    uow = acting_for(office.uow(), office.asked, "SEPLAG")
    reader = falling_due.reader(uow, agency="SEPLAG", agencies=("SEPLAG",))
    (item,) = falling_due.due_list(uow, reader.whose(View.AGENCY))
    assert (item.number, item.key, item.agency, item.due_on) == (number, clock.key, "SEPLAG", DUE)
    assert item.clock["due_on"] == DUE.isoformat()
    assert feeds.due_of(item) == (DUE, clock.due_at)
    answer(office, number)
    assert falling_due.due_list(uow, reader.whose(View.AGENCY)) == []


def test_what_is_kept_is_what_history_tells_before_and_after_the_answer(office):
    number = office.open()
    ask(office, number)
    assert verify(office.uow().as_powers(CLOCK_POWERS), number).differs == ()
    answer(office, number)
    assert verify(office.uow().as_powers(CLOCK_POWERS), number).differs == ()
    ask(office, number, day=date(2026, 3, 20))
    assert verify(office.uow().as_powers(CLOCK_POWERS), number).differs == ()


def test_a_new_holiday_moves_the_day_of_an_answer_as_its_preview_said(office):
    number = office.open()
    clock = ask(office, number, term=parse_term("8 working days"))
    plan = planned(office, added=[HOLIDAY])
    assert (number, clock.key, date(2026, 3, 12), date(2026, 3, 13)) in preview(office, plan)
    assert kept(office, plan) == []
    applied(office, plan)
    moved = office.case(number).tasks[0].request.clock
    assert (moved.due_on, moved.generation) == (date(2026, 3, 13), 2)
    office.work()
    assert "deadline_recounted" in told_to(office, office.asked)
    assert verify_all(office.uow()).unsound == ()


def test_a_changed_rule_moves_the_day_of_an_answer_though_nothing_else_is_counted_by_it(office):
    deploy(office.uow(), [STUBBORN.replace("3 days", "30 days")])
    number = office.open("stubborn")
    clock = ask(office, number, term=parse_term("6 days"))
    assert clock.due_on == DUE
    rule = replace(HOUSE, version=2, roll=Roll.NONE)
    plan = planning.plan_rules(office.uow(), [rule], key="rule", source="Portaria 1/2026")
    plan = recounting.finish(office.uow, plan)
    assert preview(office, plan) == [(number, clock.key, DUE, date(2026, 3, 8))]
    applied(office, plan)
    assert office.case(number).tasks[0].request.clock.due_on == date(2026, 3, 8)


# --- Beforehand -----------------------------------------------------------------------------------


def test_what_a_question_does_is_told_without_doing_it(office):
    number = office.open()
    told = asking.foresee_question(office.as_doer(), number, 1, "Onde?", of="SEPLAG")
    assert told.request.clock.due_on == DUE
    # Answered on Monday 9, the four working days from Tuesday to Friday do not count.
    assert (told.move.was, told.move.becomes) == (date(2026, 3, 16), date(2026, 3, 20))
    assert office.case(number).tasks[0].request is None


def test_an_answer_after_ones_own_deadline_is_refused_until_it_is_asked_knowingly(office):
    deploy(office.uow(), [STUBBORN])
    number = office.open("stubborn")
    with pytest.raises(BeyondOwnDeadline):
        ask(office, number)
    with pytest.raises(BeyondOwnDeadline):
        asking.foresee_question(office.as_doer(), number, 1, "Onde?", of="SEPLAG")
    assert office.case(number).tasks[0].request is None
    assert ask(office, number, knowingly=True).due_on == DUE

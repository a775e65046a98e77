"""The day by which an answer is wanted: how it is counted, who is warned, and when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.core.desk import LOAN, Desk, definition
from tests.world import world
from workflow.core.acts.ending import withdraw
from workflow.core.acts.information import answer_information, ask_information, withdraw_question
from workflow.core.acts.routing import add_agency, reassign
from workflow.core.acts.standing_still import extend_deadline, resume_case, suspend
from workflow.core.acts.starts import movable
from workflow.core.altering import altered
from workflow.core.cascade import own_limit
from workflow.core.change import Change
from workflow.core.clock_traces import trace_of
from workflow.core.errors import ActNotAllowed, AnswersRefused, BeyondOwnDeadline
from workflow.core.events import Kind
from workflow.core.history import rebuild
from workflow.core.ladder import WarningKind, warnings
from workflow.core.playing import powers_of
from workflow.core.powers import Powers
from workflow.core.questions import answering
from workflow.core.recounting import ALWAYS, Touch, recount_case
from workflow.core.retelling import retell
from workflow.core.snapshot import ClockStatus
from workflow.core.targets import target_of
from workflow.core.terms import parse_term
from workflow.services.issuing import about_task

STUBBORN = LOAN.replace("{term: 10 working days, rule: house}", "{term: 10 days, rule: lai}", 1)
"""The rule of its first task lets nothing stop the clock: due on Thursday 12 March."""


CLOCK = Powers(auditor=True)


@pytest.fixture
def desk():
    return Desk()


def ask(desk, *, of="SEF", **how):
    return desk.do(ask_information, 1, "Que seguro?", of=of, **how)


def clock(desk, key="draft"):
    return desk.task(key).request.clock


# --- The day --------------------------------------------------------------------------------------


def test_who_is_asked_has_five_working_days_unless_told_otherwise(desk):
    ask(desk)
    asked = clock(desk)
    assert (asked.agency, asked.rule, asked.due_on) == ("SEF", "house", date(2026, 3, 9))
    assert asked.key == f"question:{desk.task('draft').request.no}"
    assert [step.day for step in trace_of(asked, world()).trace][-1] == asked.due_on


def test_a_term_or_a_day_may_be_chosen(desk):
    ask(desk, term=parse_term("3 days"))
    assert clock(desk).due_on == date(2026, 3, 5)
    desk.do(withdraw_question, 1)
    ask(desk, of=None, day=date(2026, 3, 20))
    assert (clock(desk).agency, clock(desk).due_on) == ("SEDE", date(2026, 3, 20))
    assert clock(desk).term is None


@pytest.mark.parametrize(
    "how",
    [
        {"day": date(2026, 3, 1)},
        {"day": date(2028, 3, 1)},
        {"term": parse_term("4000 days")},
        {"term": parse_term("5 working days before")},
    ],
)
def test_the_day_lies_ahead_and_within_a_year(desk, how):
    with pytest.raises(ActNotAllowed) as refused:
        ask(desk, **how)
    told = refused.value.particulars
    assert (told["why"], told["earliest"]) == ("day", date(2026, 3, 2))


def test_a_day_on_which_who_is_asked_does_not_work_is_refused(desk):
    with pytest.raises(AnswersRefused) as refused:
        ask(desk, day=date(2026, 3, 8))
    assert refused.value.particulars["problems"] == {"day": "closed_day"}


def test_no_definition_tells_of_it_so_nobody_moves_or_prolongs_it(desk):
    ask(desk)
    key = clock(desk).key
    assert target_of(desk.case, clock(desk), world()) is None
    assert key not in [held.key for held in movable(desk.case)]
    with pytest.raises(ActNotAllowed):
        desk.do(extend_deadline, key, parse_term("2 days"), "Falta.", by="SCC")


# --- Its life -------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["answered", "withdrawn"])
def test_with_the_question_its_deadline_ends(desk, ending):
    ask(desk)
    asked = clock(desk)
    if ending == "answered":
        change = desk.do(answer_information, 1, "O de sempre.", by="SEF")
    else:
        change = desk.do(withdraw_question, 1)
    assert desk.task("draft").request is None
    stopped = [(held.key, held.status) for held in change.changed_clocks()]
    assert stopped == [(asked.key, ClockStatus.STOPPED)]
    assert all(warning.clock.key != asked.key for warning in warnings(desk.case, world()))


def test_a_case_that_ends_takes_its_questions_along(desk):
    ask(desk)
    key = clock(desk).key
    change = desk.do(withdraw, "Não é mais preciso.")
    assert [held.key for held in change.ended_clocks] == [key]


def test_the_day_stands_when_the_task_goes_to_another_agency():
    desk = Desk().drafted()
    no = desk.task("opinion", of="SEF").no
    desk.do(ask_information, no, "Qual?", of="SES", by="SEF")
    change = desk.do(reassign, no, "SEE", "É deles.", by="SEF")
    assert change.ended_clocks == ()
    assert desk.task("opinion", of="SEE").request.clock.agency == "SES"


def test_it_rests_with_its_case_and_goes_on_with_it(desk):
    ask(desk)
    desk.on(3, 4).do(suspend, "Obras.", review_on=date(2026, 3, 20))
    assert clock(desk).status is ClockStatus.PAUSED
    desk.on(3, 6).do(resume_case)
    assert (clock(desk).status, clock(desk).due_on) == (ClockStatus.RUNNING, date(2026, 3, 11))


def test_a_changed_calendar_moves_it(desk):
    ask(desk)
    key = world().network.calendar_of("SEF")
    touch = Touch({key: ALWAYS})
    assert recount_case(desk.case, touch, because={}, now=desk.now(CLOCK)) is None
    drafts = desk.case.tasks_with(_due(desk.task("draft"), date(2026, 3, 6)))
    later = altered(desk.case, tasks=drafts)
    change = recount_case(later, touch, because={"plan": 1}, now=desk.now(CLOCK))
    assert [event.kind for event in change.events] == [Kind.DEADLINE_RECOUNTED]
    assert change.after.task(1).request.clock.due_on == date(2026, 3, 9)


def _due(task, day):
    moved = replace(task.request.clock, due_on=day)
    return replace(task, request=replace(task.request, clock=moved))


# --- Its warnings ---------------------------------------------------------------------------------


def warned(desk):
    return [
        (w.rung.at.astimezone(world().zone).date(), w.rung.kind, w.rung.audiences[0], w.task)
        for w in warnings(desk.case, world())
        if w.clock.key == clock(desk).key
    ]


def test_the_asked_agency_is_warned_before_on_and_after_the_day(desk):
    desk.on(3, 3)
    ask(desk)
    told = warned(desk)
    assert [(day, kind) for day, kind, *_ in told][:4] == [
        (date(2026, 3, 6), WarningKind.REMINDER),
        (date(2026, 3, 10), WarningKind.DUE_TODAY),
        (date(2026, 3, 11), WarningKind.OVERDUE),
        (date(2026, 3, 17), WarningKind.OVERDUE),
    ]
    assert {audience.value for _, _, audience, _ in told} == {"holder"}
    assert {(task.agency, task.assignee) for *_, task in told} == {("SEF", None)}


def test_the_question_of_a_task_that_lapses_says_nothing_of_silence():
    desk = Desk().drafted()
    no = desk.task("opinion", of="SEF").no
    desk.do(ask_information, no, "Qual?", of="SES", by="SEF")
    asked = answering(desk.case, clock(desk, "opinion").key)
    assert "silence" in about_task(desk.case, desk.task("opinion", of="SEF"))
    assert about_task(desk.case, asked) == {
        "title": {"pt-BR": "Opinar"},
        "agency": "SES",
        "due_on": "2026-03-09",
        "asks": "SEF",
    }


# --- Inside one's own deadline --------------------------------------------------------------------


def test_an_answer_after_ones_own_deadline_is_asked_for_only_knowingly():
    desk = Desk(STUBBORN)
    ask(desk)
    desk.do(withdraw_question, 1)
    with pytest.raises(BeyondOwnDeadline) as refused:
        ask(desk, term=parse_term("10 working days"))
    told = refused.value.particulars
    assert (told["clock"], told["own"], told["answer"]) == (
        "task:1",
        date(2026, 3, 12),
        date(2026, 3, 16),
    )
    ask(desk, term=parse_term("10 working days"), knowingly=True)
    assert clock(desk).due_on == date(2026, 3, 16)


def test_a_deadline_that_stands_still_meanwhile_limits_no_question(desk):
    ask(desk, term=parse_term("100 working days"))
    assert desk.task("draft").clock.status is ClockStatus.PAUSED


def test_where_the_task_has_no_deadline_that_of_the_case_binds():
    desk = Desk().packed()
    no, whole = desk.task("decide").no, desk.clock().due_on
    with pytest.raises(BeyondOwnDeadline) as refused:
        desk.do(ask_information, no, "Qual?", of="SEF", term=parse_term("300 days"), by="SCC")
    assert (refused.value.particulars["clock"], refused.value.particulars["own"]) == (
        "case:whole",
        whole,
    )


def test_one_agency_more_is_asked_after_the_deadline_of_the_case_only_knowingly():
    desk = Desk().drafted()
    desk.at += timedelta(days=50)
    with pytest.raises(BeyondOwnDeadline) as refused:
        desk.do(add_agency, "opinion", "SES", by="SCC")
    assert refused.value.particulars["clock"] == "case:whole"
    desk.do(add_agency, "opinion", "SES", by="SCC", knowingly=True)
    assert desk.task("opinion", of="SES").agency == "SES"


def test_whoever_owes_an_answer_is_bound_by_its_day_in_what_they_ask_in_turn(desk):
    assert own_limit(desk.case, "SEF") == desk.clock()
    ask(desk)
    assert own_limit(desk.case, "SEF") == clock(desk)
    assert own_limit(desk.case, "SEPLAG") == desk.clock()


# --- History --------------------------------------------------------------------------------------


def test_a_question_asked_before_there_were_days_still_folds(desk):
    ask(desk)
    events = [event for change in desk.changes for event in change.events]
    old = [_without_day(event) for event in events]
    case = rebuild(desk.case.number, definition(), old)
    assert (case.task(1).request.question, case.task(1).request.clock) == ("Que seguro?", None)
    assert warnings(case, world()) is not None
    answered = answer_information(case, 1, "O de sempre.", now=desk.now(powers_of("SEF")))
    assert answered.after.task(1).request is None
    assert answered.changed_clocks() == ()


def _without_day(event):
    if event.kind is not Kind.INFORMATION_ASKED:
        return event
    request = {k: v for k, v in event.body["request"].items() if k != "clock"}
    return replace(event, body={**event.body, "request": request})


def test_a_history_tells_of_deadlines_of_questions_that_are_over(desk):
    ask(desk)
    desk.on(3, 4).do(answer_information, 1, "O de sempre.", by="SEF")
    ask(desk, of="SEPLAG")
    events = [event for change in desk.changes for event in change.events]
    told: Change = retell(desk.case.number, definition(), events)
    questions = [c for c in told.changed_clocks() if c.key.startswith("question:")]
    assert [(held.agency, held.status) for held in questions] == [
        ("SEPLAG", ClockStatus.RUNNING),
        ("SEF", ClockStatus.STOPPED),
    ]

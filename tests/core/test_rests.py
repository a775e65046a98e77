"""Rests that began, ended or were moved in the past, and those that a move or an ending meets."""

from __future__ import annotations

from datetime import date

import pytest

from tests.core.desk import LOAN, Desk
from tests.world import world
from workflow.core.acts.children import child_closed, child_opened
from workflow.core.acts.ending import reopen, withdraw
from workflow.core.acts.information import ask_information
from workflow.core.acts.possible import possible_acts
from workflow.core.acts.standing_still import extend_deadline, resume_case, suspend
from workflow.core.acts.time import wake
from workflow.core.cascade import limit_of_question
from workflow.core.clock_traces import trace_of
from workflow.core.deadlines.checker import rebuild
from workflow.core.deadlines.rules import Ground
from workflow.core.deadlines.values import Why
from workflow.core.errors import ActNotAllowed, AgencyUnknown, AnswersRefused, NotAssigned
from workflow.core.events import Kind
from workflow.core.playing import powers_of
from workflow.core.powers import Powers
from workflow.core.snapshot import ClockStatus
from workflow.core.terms import parse_term

REVIEW = date(2026, 3, 27)


@pytest.fixture
def desk():
    """Opened on Monday the second of March; the draft is due on Monday the sixteenth."""
    return Desk()


def due(desk, key="draft"):
    return desk.task(key).clock.due_on


# --- What was written down late -------------------------------------------------------------------


def test_a_rest_that_began_before_it_was_written_down_counts_from_its_day(desk):
    # Recorded on Tuesday 10, from Wednesday 4 on; resumed on Wednesday 11: five working days.
    desk.on(3, 10).do(suspend, "Enchente.", since=date(2026, 3, 4), review_on=REVIEW)
    assert desk.case.suspension.recorded_on == date(2026, 3, 10)
    desk.on(3, 11).do(resume_case)
    assert due(desk) == date(2026, 3, 23)
    held = desk.task("draft").clock.pauses[0]
    assert (held.first, held.last) == (date(2026, 3, 4), date(2026, 3, 10))
    assert (held.recorded_on, held.by, held.note) == (date(2026, 3, 10), "SEDE", "Enchente.")
    assert held.review_on == REVIEW


def test_a_rest_that_ended_before_it_was_written_down_ends_on_its_day(desk):
    desk.on(3, 4).do(suspend, "Enchente.", review_on=REVIEW)
    desk.on(3, 20).do(resume_case, on=date(2026, 3, 9))
    assert due(desk) == date(2026, 3, 19)  # Wednesday, Thursday and Friday did not count
    held = desk.task("draft").clock.pauses[0]
    assert (held.last, held.end_recorded_on) == (date(2026, 3, 8), date(2026, 3, 20))


def test_a_rest_that_ended_on_the_day_it_began_was_none(desk):
    desk.on(3, 4).do(suspend, "Engano.", review_on=REVIEW)
    desk.on(3, 9).do(resume_case, on=date(2026, 3, 4))
    assert desk.task("draft").clock.pauses == ()
    assert due(desk) == date(2026, 3, 16)


def test_a_late_rest_lays_over_a_question_and_counts_once(desk):
    desk.on(3, 5).do(ask_information, 1, "Que seguro?", of="SEF")
    desk.on(3, 9).do(suspend, "Enchente.", since=date(2026, 3, 4), review_on=REVIEW)
    clock = desk.task("draft").clock
    assert [p.reason for p in clock.pauses] == ["information", "suspension"]
    assert clock.still_since == date(2026, 3, 4)
    desk.on(3, 11).do(resume_case)
    assert desk.task("draft").clock.still_since == date(2026, 3, 5)


@pytest.mark.parametrize("since", [date(2026, 3, 1), date(2026, 3, 11)])
def test_a_rest_begins_neither_before_the_case_nor_ahead(desk, since):
    with pytest.raises(ActNotAllowed) as refused:
        desk.on(3, 10).do(suspend, "Enchente.", since=since, review_on=REVIEW)
    assert refused.value.particulars["earliest"] == date(2026, 3, 2)
    assert refused.value.particulars["latest"] == date(2026, 3, 10)


@pytest.mark.parametrize("on", [date(2026, 3, 3), date(2026, 3, 12)])
def test_a_rest_ends_neither_before_it_began_nor_ahead(desk, on):
    desk.on(3, 4).do(suspend, "Enchente.", review_on=REVIEW)
    with pytest.raises(ActNotAllowed):
        desk.on(3, 11).do(resume_case, on=on)


def test_what_silence_has_answered_stays_answered(desk):
    """Opinions were due on Monday 16; the rest from the ninth is written down on the eighteenth."""
    desk.drafted().examined()
    desk.on(3, 17).take(wake(desk.case, now=desk.now(Powers())))
    assert desk.case.state == "packing"
    change = desk.on(3, 18).do(suspend, "Enchente.", since=date(2026, 3, 9), review_on=REVIEW)
    assert desk.case.state == "packing"
    assert [e.body.get("stays") for e in change.events if e.kind is Kind.CASE_SUSPENDED] == [
        ["opinion"]
    ]
    desk.on(3, 19).do(resume_case)
    assert desk.case.latest["opinion", "SEF"] == "silent"


def test_a_rest_after_an_answer_of_silence_says_nothing_of_it(desk):
    desk.drafted().examined()
    desk.on(3, 17).take(wake(desk.case, now=desk.now(Powers())))
    change = desk.on(3, 20).do(suspend, "Enchente.", since=date(2026, 3, 18), review_on=REVIEW)
    assert "stays" not in change.events[0].body


def test_a_late_end_lets_silence_answer_what_was_due_meanwhile(desk):
    desk.drafted().examined()
    desk.on(3, 4).do(suspend, "Enchente.", review_on=REVIEW)
    desk.on(3, 26).do(resume_case, on=date(2026, 3, 9))  # three working days later than the 16th
    desk.take(wake(desk.case, now=desk.now(Powers())))
    assert desk.case.state == "packing"


# --- On what ground, and ended by whom ------------------------------------------------------------


def test_a_rest_stops_only_the_clocks_whose_rule_admits_its_ground():
    state_law = LOAN.replace("term: 60 days, rule: house,", "term: 60 days, rule: lei_14184,")
    desk = Desk(state_law)
    desk.on(3, 4).do(suspend, "Greve.", review_on=REVIEW)
    assert desk.clock().status is ClockStatus.RUNNING
    assert desk.task("draft").clock.status is ClockStatus.PAUSED
    desk.on(3, 5).do(resume_case)
    decree = {"ground": Ground.DECREE, "source": "Decreto 48.155/2021"}
    desk.do(suspend, "Calamidade.", review_on=REVIEW, **decree)
    assert desk.clock().status is ClockStatus.PAUSED
    desk.on(3, 9).do(resume_case)
    steps = trace_of(desk.clock(), world()).trace
    assert {s.source for s in steps if s.why is Why.PAUSED} == {"Decreto 48.155/2021"}


def test_a_decree_is_named_and_a_question_is_no_ground(desk):
    with pytest.raises(AnswersRefused):
        desk.do(suspend, "Calamidade.", review_on=REVIEW, ground=Ground.DECREE)
    with pytest.raises(ActNotAllowed):
        desk.do(suspend, "Falta dado.", review_on=REVIEW, ground=Ground.INFORMATION)


def test_who_can_end_a_rest_is_named_when_it_begins(desk):
    desk.on(3, 4).do(suspend, "Aguarda o fundo.", review_on=REVIEW, ended_by=("SEF",))
    with pytest.raises(NotAssigned) as refused:
        desk.do(resume_case)
    assert refused.value.particulars["agencies"] == ("SEF", "SCC")
    offered = {p.act: p for p in possible_acts(desk.case, powers_of("SEF"))}
    assert offered["resume"].allowed
    desk.on(3, 9).do(resume_case, by="SEF")
    assert desk.case.suspension is None


def test_the_owner_of_the_type_can_end_any_rest(desk):
    desk.on(3, 4).do(suspend, "Aguarda o fundo.", review_on=REVIEW, ended_by=("SEF",))
    desk.on(3, 9).do(resume_case, by="SCC")
    assert desk.case.suspension is None


def test_only_an_agency_that_exists_can_end_a_rest(desk):
    with pytest.raises(AgencyUnknown):
        desk.do(suspend, "Aguarda.", review_on=REVIEW, ended_by=("NONE",))


# --- Moves and endings ----------------------------------------------------------------------------


def test_what_moves_a_case_at_rest_by_itself_leaves_it_at_rest():
    """A case that was asked to do a task ends while the one that asked rests."""
    by_child = LOAN.replace(
        "outcomes: [packed]", "outcomes: {completed: Feito}\n        child: {type: parcel}"
    ).replace("when: any packed", "when: any completed")
    by_child = by_child.replace("        deadline: {term: 5 days before, of: data.shown_on}\n", "")
    by_child = by_child.replace(
        "outcomes: [accept, adjust]",
        "outcomes: [accept, adjust]\n        deadline: {term: 10 working days, rule: house}",
    )
    desk = Desk(by_child).drafted().examined().opined()
    no = desk.task("pack").no
    desk.do(child_opened, "2026-000002-13", relation="child", no=no, by=Powers())
    desk.on(3, 4).do(suspend, "Enchente.", review_on=REVIEW)
    desk.on(3, 9).do(child_closed, "2026-000002-13", "completed", by=Powers())
    assert (desk.case.state, desk.case.suspension is None) == ("deciding", False)
    assert desk.task("decide").clock.status is ClockStatus.PAUSED
    # It opened on Monday 9, while the case rested, and goes on with Wednesday 11.
    desk.on(3, 11).do(resume_case)
    assert desk.task("decide").clock.due_on == date(2026, 3, 24)


def test_a_case_that_was_opened_again_has_its_time_back(desk):
    desk.on(3, 4).do(withdraw, "Desistimos.")
    assert desk.clock().status is ClockStatus.STOPPED
    assert trace_of(desk.clock(), world()).on == date(2026, 5, 4)
    desk.on(3, 11).do(reopen, "Voltamos.", by="SCC")
    # Closed from Wednesday 4 to Tuesday 10: seven days more, to Friday the eighth of May.
    clock = desk.clock()
    assert (clock.status, clock.due_on) == (ClockStatus.RUNNING, date(2026, 5, 8))
    assert rebuild(trace_of(clock, world()).trace) == clock.due_on


def test_a_rest_that_an_ending_met_ends_with_the_reopening(desk):
    desk.on(3, 4).do(suspend, "Greve.", review_on=REVIEW)
    desk.on(3, 6).do(withdraw, "Desistimos.")
    desk.on(3, 11).do(reopen, "Voltamos.", by="SCC")
    clock = desk.clock()
    assert (clock.still_since, clock.due_on) == (None, date(2026, 5, 8))


def test_a_case_closed_and_opened_again_on_one_day_has_lost_nothing(desk):
    desk.on(3, 4).do(withdraw, "Desistimos.")
    desk.do(reopen, "Voltamos.", by="SCC")
    assert (desk.clock().pauses, desk.clock().due_on) == ((), date(2026, 5, 4))


def test_a_clock_that_had_met_its_end_stays_met(desk):
    met = LOAN.replace("pauses_in: [packing]", "stops_on_entering: opinions")
    assert met != LOAN
    desk = Desk(met).drafted()
    assert desk.clock().status is ClockStatus.STOPPED
    desk.on(3, 4).do(withdraw, "Desistimos.")
    desk.on(3, 6).do(reopen, "Voltamos.", by="SCC")
    assert desk.clock().status is ClockStatus.STOPPED


def test_an_extension_says_who_granted_it_when_and_why(desk):
    term = parse_term("5 working days")
    desk.on(3, 4).do(extend_deadline, "task:1", term, "Falta o laudo.", by="SCC")
    given = desk.task("draft").clock.extensions[0]
    assert (given.term, given.by, given.granted_on, given.note) == (
        "5 working days",
        "SCC",
        date(2026, 3, 4),
        "Falta o laudo.",
    )
    step = next(s for s in trace_of(desk.task("draft").clock, world()).trace if s.why == "extended")
    assert (step.source, step.note) == ("SCC", "Falta o laudo.")


def test_a_question_says_who_asked_and_who_can_end_it(desk):
    assert limit_of_question(desk.task("draft"), world()) is None
    desk.on(3, 4).do(ask_information, 1, "Que seguro?", of="SEF")
    held = desk.task("draft").clock.pauses[0]
    assert (held.by, held.ended_by) == ("SEDE", ("SEF",))


def test_a_deadline_that_runs_on_while_an_answer_is_awaited_limits_the_question():
    desk = Desk(LOAN.replace("{term: 10 working days, rule: house}", "{term: 15 days, rule: lai}"))
    assert limit_of_question(desk.task("draft"), world()) == desk.task("draft").clock.due_on

"""Deadlines under acts: questions, rests, more time, other calendars, silence."""

from __future__ import annotations

from datetime import date

import pytest

from tests.core.desk import LOAN, Desk
from workflow.core.access import may_read
from workflow.core.acts.information import answer_information, ask_information, withdraw_question
from workflow.core.acts.standing_still import extend_deadline, resume_case, suspend
from workflow.core.acts.tasks import claim
from workflow.core.acts.time import wake
from workflow.core.deadlines.errors import ExtensionsExhausted, ExtensionTooLate
from workflow.core.errors import (
    ActNotAllowed,
    AgencyUnknown,
    AnswersRefused,
    CaseSuspended,
    InformationPending,
    NotAssigned,
    NothingAsked,
    ReasonMissing,
)
from workflow.core.events import Kind
from workflow.core.playing import powers_of, stand_in
from workflow.core.powers import Powers
from workflow.core.snapshot import ClockStatus
from workflow.core.terms import parse_term

TEN_DAYS = parse_term("10 working days")


@pytest.fixture
def desk():
    """Opened on Monday the second of March; the draft is due on Monday the sixteenth."""
    return Desk()


def due(desk, key="draft"):
    return desk.task(key).clock.due_on


# --- Questions -----------------------------------------------------------------------------------


def test_a_question_stops_the_clock_and_its_answer_lets_it_go_on(desk):
    assert due(desk) == date(2026, 3, 16)
    desk.on(3, 4).do(ask_information, 1, "Que seguro?", of="SEF")
    assert desk.task("draft").clock.status is ClockStatus.PAUSED
    with pytest.raises(InformationPending):
        desk.complete("draft", "sent")
    with pytest.raises(InformationPending):
        desk.do(ask_information, 1, "E a moldura?", of="SEPLAG")

    # Asked on Wednesday 4, answered on Monday 9: Wednesday, Thursday and Friday do not count.
    desk.on(3, 9).do(answer_information, 1, "O de sempre.", by="SEF")
    clock = desk.task("draft").clock
    assert (clock.status, clock.due_on, clock.generation) == (
        ClockStatus.RUNNING,
        date(2026, 3, 19),
        2,
    )
    assert desk.clock().due_on == date(2026, 5, 4)  # Friday the first is a holiday


def test_a_question_taken_back_lets_the_clock_go_on(desk):
    with pytest.raises(NothingAsked):
        desk.do(withdraw_question, 1)
    desk.on(3, 4).do(ask_information, 1, "Que seguro?", of="SEF")
    desk.on(3, 5).do(withdraw_question, 1)
    assert due(desk) == date(2026, 3, 17)
    with pytest.raises(NothingAsked):
        desk.do(answer_information, 1, "Nada.", by="SEF")


def test_a_question_answered_the_same_day_moves_nothing(desk):
    desk.on(3, 4).do(ask_information, 1, "Que seguro?", of="SEF")
    desk.do(answer_information, 1, "O de sempre.", by="SEF")
    assert due(desk) == date(2026, 3, 16)


def test_only_who_was_asked_answers(desk):
    desk.do(ask_information, 1, "Que seguro?", of="SEF")
    with pytest.raises(NotAssigned):
        desk.do(answer_information, 1, "Eu sei.", by="SEPLAG")
    with pytest.raises(NotAssigned):
        desk.do(answer_information, 1, "Eu sei.", by=Powers(guest="requester"))
    with pytest.raises(AnswersRefused):
        desk.do(answer_information, 1, " ", by="SEF")
    papers = {"never": stand_in("a.pdf")}
    with pytest.raises(AnswersRefused):
        desk.do(answer_information, 1, "Aqui.", by="SEF", documents=papers)


def test_an_agency_that_is_asked_may_read_what_it_is_asked_about():
    desk = Desk(
        LOAN.replace("access: network", "access: restricted\nground: sigilo_fiscal", 1),
        asked=("SEF",),
    )
    assert not may_read(desk.case, powers_of("SEE"))
    desk.do(ask_information, 1, "Que seguro?", of="SEE")
    assert may_read(desk.case, powers_of("SEE"))


def test_the_requester_answers_with_a_document(desk):
    desk.do(ask_information, 1, "E o laudo?", of=None, fields=("paper",))
    papers = {"paper": stand_in("laudo.pdf")}
    change = desk.do(answer_information, 1, "", by=Powers(guest="requester"), documents=papers)
    assert {event.by.guest for event in change.events} == {"requester"}
    assert desk.case.data["paper"]["name"] == "laudo.pdf"


def test_only_documents_that_were_asked_for_come_with_an_answer(desk):
    with pytest.raises(AnswersRefused):
        desk.do(ask_information, 1, "E o lugar?", of=None, fields=("place",))
    desk.do(ask_information, 1, "E o laudo?", of=None)
    guest, papers = Powers(guest="requester"), {"subject": stand_in("laudo.pdf")}
    with pytest.raises(AnswersRefused):
        desk.do(answer_information, 1, "", by=guest, documents=papers)
    assert desk.case.data["subject"] == "Empréstimo de um quadro"


def test_a_question_needs_words_and_an_agency_that_exists(desk):
    with pytest.raises(ReasonMissing):
        desk.do(ask_information, 1, " ", of="SEF")
    with pytest.raises(AgencyUnknown):
        desk.do(ask_information, 1, "Que seguro?", of="NONE")
    with pytest.raises(NotAssigned):
        desk.do(ask_information, 1, "Que seguro?", of="SEF", by="SEPLAG")


def test_a_type_may_forbid_questions():
    desk = Desk(LOAN + "  ask_information: {allowed: false}\n")
    with pytest.raises(ActNotAllowed):
        desk.do(ask_information, 1, "Que seguro?", of="SEF")


# --- Rests ---------------------------------------------------------------------------------------


def test_a_suspended_case_rests_with_all_its_clocks(desk):
    desk.on(3, 4).do(suspend, "Greve.", review_on=date(2026, 3, 20))
    assert {c.status for c in (desk.clock(), desk.task("draft").clock)} == {ClockStatus.PAUSED}
    with pytest.raises(CaseSuspended) as refused:
        desk.complete("draft", "sent")
    assert refused.value.particulars["review_on"] == date(2026, 3, 20)
    desk.do(claim, 1)

    # From Wednesday 4 to Tuesday 10: five working days, seven days.
    desk.on(3, 11).do(resume_case)
    assert (due(desk), desk.clock().due_on) == (date(2026, 3, 23), date(2026, 5, 8))
    with pytest.raises(ActNotAllowed):
        desk.do(resume_case)


def test_days_that_two_pauses_share_are_left_out_once(desk):
    desk.on(3, 4).do(ask_information, 1, "Que seguro?", of="SEF")
    desk.on(3, 6).do(suspend, "Greve.", review_on=date(2026, 3, 20))
    desk.on(3, 11).do(resume_case)
    assert desk.task("draft").clock.status is ClockStatus.PAUSED
    # Both together: Wednesday 4 to Thursday 12, seven working days.
    desk.on(3, 13).do(answer_information, 1, "O de sempre.", by="SEF")
    assert due(desk) == date(2026, 3, 25)


@pytest.mark.parametrize("day", [date(2026, 3, 4), date(2026, 4, 30)])
def test_a_rest_has_a_review_in_its_time(desk, day):
    with pytest.raises(ActNotAllowed) as refused:
        desk.on(3, 4).do(suspend, "Greve.", review_on=day)
    assert refused.value.particulars["latest"] == date(2026, 4, 6)  # the third is Good Friday


def test_only_who_may_suspends(desk):
    for agency in ("SEF", "SCC"):
        with pytest.raises(NotAssigned):
            desk.do(suspend, "Greve.", review_on=date(2026, 3, 20), by=agency)
    with pytest.raises(ReasonMissing):
        desk.do(suspend, "", review_on=date(2026, 3, 20))


def test_a_clock_rests_in_the_states_that_say_so(desk):
    desk.drafted().on(3, 4).examined().opined()
    assert desk.clock().status is ClockStatus.PAUSED
    desk.on(3, 11).complete("pack", "packed")
    assert (desk.clock().status, desk.clock().due_on) == (ClockStatus.RUNNING, date(2026, 5, 8))


# --- More time -----------------------------------------------------------------------------------


def test_a_deadline_is_given_more_time_as_often_as_the_type_says(desk):
    for times in (1, 2):
        desk.do(extend_deadline, "task:1", TEN_DAYS, "Falta o laudo.", by="SCC")
        assert len(desk.task("draft").clock.extensions) == times
    assert due(desk) == date(2026, 4, 15)  # thirty working days, with Holy Thursday and Good Friday
    with pytest.raises((ActNotAllowed, ExtensionsExhausted)):
        desk.do(extend_deadline, "task:1", TEN_DAYS, "Falta o laudo.", by="SCC")
    assert desk.case.extensions == 2


def test_the_agency_that_owes_a_task_may_ask_for_it_once(desk):
    desk.do(extend_deadline, "task:1", TEN_DAYS, "Falta o laudo.")
    with pytest.raises(ActNotAllowed):
        desk.do(extend_deadline, "task:1", TEN_DAYS, "Falta o laudo.")
    with pytest.raises(NotAssigned):
        desk.do(extend_deadline, "case:whole", TEN_DAYS, "Falta o laudo.")
    with pytest.raises(NotAssigned):
        desk.do(extend_deadline, "task:1", TEN_DAYS, "Falta o laudo.", by="SEF")


def test_more_time_is_asked_before_the_time_is_over(desk):
    with pytest.raises(ExtensionTooLate):
        desk.on(3, 17).do(extend_deadline, "task:1", TEN_DAYS, "Tarde.", by="SCC")


def test_a_clock_that_stands_still_or_is_not_there_gets_no_more_time(desk):
    with pytest.raises(ActNotAllowed):
        desk.do(extend_deadline, "case:never", TEN_DAYS, "Falta o laudo.", by="SCC")
    desk.do(ask_information, 1, "Que seguro?", of="SEF")
    with pytest.raises(ActNotAllowed):
        desk.do(extend_deadline, "task:1", TEN_DAYS, "Falta o laudo.", by="SCC")


# --- Silence -------------------------------------------------------------------------------------


def woken(desk):
    return wake(desk.case, now=desk.now(Powers()))


def test_silence_answers_once_the_last_day_is_over(desk):
    desk.drafted().examined()
    assert woken(desk.on(3, 16)) is None
    change = desk.on(3, 17).take(woken(desk))
    lapsed = [e for e in change.events if e.kind is Kind.TASK_LAPSED]
    assert [e.body["outcome"] for e in lapsed] == ["silent", "silent"]
    assert {e.by.officer for e in lapsed} == {None}
    assert desk.case.state == "packing"
    assert woken(desk) is None


def test_silence_answers_nothing_while_the_clock_stands_still(desk):
    desk.drafted().examined()
    desk.do(ask_information, 2, "Que seguro?", of="SEDE", by="SEF")
    desk.on(3, 17).take(woken(desk))
    assert desk.open() == [("opinion", "SEF")]
    desk.do(suspend, "Greve.", review_on=date(2026, 3, 20))
    assert woken(desk.on(3, 25)) is None

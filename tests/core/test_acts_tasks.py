"""Working a task: who may, how it ends, and every reason for which it may not."""

from __future__ import annotations

from datetime import date

import pytest

from tests.core.desk import LOAN, Desk
from workflow.core.acts.answers import Answers
from workflow.core.acts.information import answer_information, ask_information
from workflow.core.acts.tasks import (
    assign,
    barred_by,
    claim,
    complete_task,
    receive,
    release,
    release_proposal,
    return_proposal,
)
from workflow.core.errors import (
    ActNotAllowed,
    AnswersRefused,
    CaseClosed,
    DocumentMissing,
    DutiesNotSeparate,
    InformationPending,
    NotAssigned,
    OutcomeHeld,
    OutcomeNotOffered,
    ReasonMissing,
    TaskNotOpen,
    UnknownTask,
)
from workflow.core.events import Kind
from workflow.core.playing import powers_of, stand_in
from workflow.core.powers import Powers, Standing

PAPER = {"documents": {"paper": stand_in("parecer.pdf")}}


@pytest.fixture
def desk():
    return Desk()


def officer(agency, name="first"):
    return powers_of(agency, name).officer


def answering_for(agency, absent, *, who=("SEF", "third"), head=False):
    """Give somebody of no standing of their own the powers of an absent colleague."""
    own = frozenset({agency})
    lent = Standing(own, own if head else frozenset())
    return Powers(officer(*who), agency, Standing(), {officer(agency, absent): lent})


def kinds(change):
    return [event.kind for event in change.events]


# --- Taking and giving back ----------------------------------------------------------------------


def test_a_task_is_claimed_by_one_and_given_back(desk):
    claimed = desk.do(claim, 1, officer="second")
    assert kinds(claimed) == [Kind.TASK_CLAIMED]
    assert desk.task("draft").assignee == officer("SEDE", "second")

    with pytest.raises(TaskNotOpen) as refused:
        desk.do(claim, 1)
    assert refused.value.particulars["assignee"] == officer("SEDE", "second")
    desk.do(release, 1, officer="second")
    assert desk.task("draft").assignee is None
    with pytest.raises(TaskNotOpen):
        desk.do(release, 1)


def test_the_head_gives_back_what_another_holds_and_a_colleague_does_not(desk):
    desk.do(claim, 1, officer="second")
    with pytest.raises(ActNotAllowed):
        desk.do(release, 1, officer="third")
    desk.do(release, 1, officer="first")
    assert desk.task("draft").assignee is None


def test_a_task_is_handed_to_a_colleague_by_its_holder(desk):
    desk.do(claim, 1, officer="second")
    desk.do(assign, 1, officer("SEDE", "third"), officer="second")
    assert desk.task("draft").assignee == officer("SEDE", "third")
    with pytest.raises(TaskNotOpen):
        desk.complete("draft", "sent", officer="second")
    desk.complete("draft", "sent", officer="third")


def test_only_its_own_agency_works_a_task(desk):
    for act in (claim, release, receive):
        with pytest.raises(NotAssigned):
            desk.do(act, 1, by="SEF")
    with pytest.raises(NotAssigned):
        desk.complete("draft", "sent", by=powers_of("SEF"))
    with pytest.raises(UnknownTask):
        desk.do(claim, 9)


def test_a_task_is_received_once(desk):
    desk.do(receive, 1)
    assert desk.task("draft").received_at == desk.at
    with pytest.raises(TaskNotOpen):
        desk.do(receive, 1)


# --- Completing ----------------------------------------------------------------------------------


def test_a_round_waits_for_every_agency_and_then_moves(desk):
    desk.drafted()
    assert desk.open() == [("opinion", "SEF"), ("opinion", "SEPLAG"), ("legal_opinion", "AGE")]
    desk.complete("opinion", "favourable", by="SEPLAG")
    desk.complete("opinion", "contrary", by="SEF")
    assert desk.case.state == "opinions"
    desk.examined()
    assert (desk.case.state, desk.open()) == ("packing", [("pack", "SEDE")])


def test_outcomes_are_those_of_the_task(desk):
    with pytest.raises(OutcomeNotOffered) as refused:
        desk.complete("draft", "shred")
    assert refused.value.particulars["offered"] == ("sent", "refused")


def test_an_outcome_that_asks_a_reason_gets_one(desk):
    with pytest.raises(ReasonMissing):
        desk.complete("draft", "refused", reason="  ")
    desk.complete("draft", "refused", reason="Mudou o plano.")
    assert desk.case.result == "refused"
    with pytest.raises(CaseClosed):
        desk.do(complete_task, 1, "sent", answers=Answers())


def test_a_needed_document_is_missed(desk):
    desk.drafted()
    with pytest.raises(DocumentMissing) as refused:
        desk.complete("legal_opinion", "approve")
    assert refused.value.particulars["fields"] == ("paper",)


def test_answers_that_nobody_asked_are_refused_by_name(desk):
    given = {"data": {"price": 5}, "own": {"remark": "x", "other": 1}, "roles": {"legal": ("SEF",)}}
    with pytest.raises(AnswersRefused) as refused:
        desk.complete("draft", "sent", **given)
    assert refused.value.particulars["problems"] == dict.fromkeys(
        ("price", "other", "legal"), "not_asked"
    )


def test_personal_answers_are_kept_beside_history(desk):
    desk.drafted()
    change = desk.complete("legal_opinion", "approve", data={"carrier": "Rui"}, **PAPER)
    told = next(e for e in change.events if e.kind is Kind.DATA_CHANGED)
    (sealed,) = told.private
    assert told.body["values"] == {"carrier": {"commitment": sealed}}
    assert told.private[sealed].value == "Rui"
    assert "Rui" not in str([e.body for e in change.events])
    assert desk.case.data["carrier"] == "Rui"


# --- Duties apart --------------------------------------------------------------------------------


def test_who_drafted_may_not_opine(desk):
    drafter = officer("SEDE")
    both = Powers(drafter, "SEF", Standing(frozenset({"SEF", "SEDE"})))
    desk.drafted()
    with pytest.raises(DutiesNotSeparate) as refused:
        desk.complete("opinion", "favourable", by=both)
    assert refused.value.particulars == {
        "task": "opinion",
        "earlier": "draft",
        "officers": (drafter,),
    }


def test_who_answers_for_the_drafter_may_not_opine_either():
    desk = Desk(asked=("SEDE",)).drafted()
    with pytest.raises(DutiesNotSeparate):
        desk.complete("opinion", "favourable", by=answering_for("SEDE", "first"))
    desk.complete("opinion", "favourable", by=powers_of("SEDE", "second"))


def test_who_drafted_in_anothers_name_may_not_opine_in_their_own():
    desk = Desk(asked=("SEF",))
    desk.complete("draft", "sent", by=answering_for("SEDE", "first", who=("SEF", "first")))
    assert desk.case.doers["draft"] == (officer("SEF"), officer("SEDE"))
    with pytest.raises(DutiesNotSeparate):
        desk.complete("opinion", "favourable", by=powers_of("SEF"))


def test_duties_stay_apart_over_every_visit(desk):
    desk.packed(officer="second")
    desk.complete("decide", "adjust")
    desk.packed(officer="third")
    for earlier in ("second", "third"):
        lent = answering_for("SCC", "first", who=("SEDE", earlier))
        with pytest.raises(DutiesNotSeparate):
            desk.complete("decide", "accept", by=lent)
    desk.complete("decide", "accept")


def test_a_head_who_did_the_earlier_task_may_not_release():
    strict = LOAN.replace("released_by: head\n", "released_by: head\n        not_by: [draft]\n")
    desk = Desk(strict).drafted()
    desk.complete("legal_opinion", "approve", officer="second", **PAPER)
    head = Powers(officer("SEDE"), "AGE", Standing(frozenset({"AGE"}), frozenset({"AGE"})))
    with pytest.raises(DutiesNotSeparate):
        desk.do(release_proposal, 4, by=head)
    with pytest.raises(DutiesNotSeparate):
        desk.do(release_proposal, 4, by=answering_for("AGE", "first", who=("SEDE",), head=True))
    desk.do(release_proposal, 4, by="AGE")
    assert [e.outcome for e in desk.case.ended] == ["approve"]


# --- Released by the head ------------------------------------------------------------------------


def test_what_an_officer_decides_is_proposed_and_the_head_releases_it(desk):
    desk.drafted()
    proposed = desk.complete(
        "legal_opinion", "approve", officer="second", data={"carrier": "Rui"}, **PAPER
    )
    assert kinds(proposed) == [Kind.OUTCOME_PROPOSED]
    assert "Rui" not in str(proposed.events[0].body)
    assert "carrier" not in desk.case.data

    desk.opined()
    assert desk.case.state == "opinions"
    desk.do(release_proposal, 4, by="AGE")
    assert desk.case.state == "packing"
    assert desk.case.doers["legal_opinion"] == (officer("AGE", "second"), officer("AGE"))
    assert (desk.case.data["carrier"], desk.case.data["paper"]["version"]) == ("Rui", 1)


def test_a_proposal_is_not_proposed_twice_and_only_a_head_releases_it(desk):
    desk.drafted()
    desk.complete("legal_opinion", "approve", officer="second", **PAPER)
    with pytest.raises(TaskNotOpen):
        desk.complete("legal_opinion", "contrary", officer="third", **PAPER)
    with pytest.raises(NotAssigned):
        desk.do(release_proposal, 4, by="AGE", officer="second")
    with pytest.raises(NotAssigned):
        desk.do(release_proposal, 4, by="SEDE")


def test_a_proposal_waits_for_what_was_asked(desk):
    desk.drafted()
    desk.complete("legal_opinion", "approve", officer="second", **PAPER)
    desk.do(ask_information, 4, "E a moldura?", of="SEDE", by="AGE")
    with pytest.raises(InformationPending):
        desk.do(release_proposal, 4, by="AGE")
    desk.do(answer_information, 4, "A mesma.", by="SEDE")
    desk.do(release_proposal, 4, by="AGE")


def test_whoever_answers_for_the_head_releases_in_the_heads_name(desk):
    desk.drafted()
    desk.complete("legal_opinion", "approve", officer="second", **PAPER)
    change = desk.do(release_proposal, 4, by=answering_for("AGE", "first", head=True))
    assert change.events[-1].by.on_behalf_of == officer("AGE")


def test_a_returned_proposal_is_decided_anew(desk):
    desk.drafted()
    desk.complete("legal_opinion", "approve", officer="second", **PAPER)
    with pytest.raises(ReasonMissing):
        desk.do(return_proposal, 4, " ", by="AGE")
    with pytest.raises(NotAssigned):
        desk.do(return_proposal, 4, "Falta um ponto.", by="AGE", officer="second")
    desk.do(return_proposal, 4, "Falta um ponto.", by="AGE")
    with pytest.raises(TaskNotOpen):
        desk.do(return_proposal, 4, "Falta um ponto.", by="AGE")
    desk.complete("legal_opinion", "contrary", officer="second", **PAPER)
    assert desk.task("legal_opinion").proposal.outcome == "contrary"
    assert desk.task("legal_opinion").clock.due_on == date(2026, 3, 16)


# --- Guards --------------------------------------------------------------------------------------


def test_a_contrary_binding_opinion_bars_the_way_until_it_is_given_anew(desk):
    desk.packed(legal="contrary")
    with pytest.raises(OutcomeHeld) as refused:
        desk.complete("decide", "accept")
    assert refused.value.particulars["because"]["pt-BR"] == "Há parecer contrário."
    desk.complete("decide", "adjust")
    desk.packed(legal="approve")
    desk.complete("decide", "accept")
    assert desk.case.result == "completed"


def test_a_guard_does_not_bar_what_the_form_may_mend_through_a_field_that_follows_from_it():
    held = "outcomes: [sent], hold_if: {back_on: {after: 2026-06-20}}, because: Tarde."
    text = LOAN.replace("guards:\n", f"guards:\n  - {{task: draft, {held}}}\n", 1)
    asking = text.replace("form: [data.place,", "form: [data.span, data.place,", 1)
    barred = {}
    for written in (text, asking):
        case = Desk(written).case
        barred[written] = barred_by(case, case.spec(case.tasks[0]), "sent")
    assert barred[text].because == {"pt-BR": "Tarde."}
    assert barred[asking] is None

    desk = Desk(asking)
    with pytest.raises(OutcomeHeld):
        desk.complete("draft", "sent")
    desk.complete("draft", "sent", data={"span": "10 days"})
    assert desk.case.state == "opinions"

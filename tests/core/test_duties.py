"""Separation of duties where a head releases, and who is taken to have done what."""

from __future__ import annotations

import pytest

from tests.core.desk import LOAN, Desk
from workflow.core.acts.tasks import release_proposal, return_proposal
from workflow.core.errors import DutiesNotSeparate
from workflow.core.playing import powers_of, stand_in
from workflow.core.powers import Powers, Standing

STRICT = LOAN.replace(
    "released_by: head\n", "released_by: head\n        not_by: [draft, opinion]\n"
)
PAPER = {"documents": {"paper": stand_in("parecer.pdf")}}


def officer(agency, name="first"):
    return powers_of(agency, name).officer


def of_both(name="second"):
    """Someone who works for the legal service and for the treasury."""
    return Powers(officer("AGE", name), "AGE", Standing(frozenset({"AGE", "SEF"})))


def test_a_proposal_is_not_released_once_who_proposed_it_did_the_other_task():
    desk = Desk(STRICT).drafted()
    desk.complete("legal_opinion", "approve", by=of_both(), **PAPER)
    desk.complete("opinion", "favourable", by=of_both())
    with pytest.raises(DutiesNotSeparate):
        desk.do(release_proposal, 4, by="AGE")
    desk.do(return_proposal, 4, "Outra pessoa deve examinar.", by="AGE")
    desk.complete("legal_opinion", "approve", officer="third", **PAPER)
    desk.do(release_proposal, 4, by="AGE")
    assert ("legal_opinion", "approve") in [(e.key, e.outcome) for e in desk.case.ended]


def test_two_tasks_of_one_state_are_kept_apart_whichever_is_done_first():
    desk = Desk(STRICT).drafted()
    desk.complete("legal_opinion", "approve", by=of_both(), **PAPER)
    desk.do(release_proposal, 4, by="AGE")
    with pytest.raises(DutiesNotSeparate):
        desk.complete("opinion", "favourable", by=of_both())
    desk.opined()
    assert desk.case.state == "packing"


def test_who_releases_for_a_head_is_kept_apart_as_the_head_is():
    desk = Desk(STRICT)
    drafter = Powers(officer("AGE"), "SEDE", Standing(frozenset({"SEDE"})))
    desk.complete("draft", "sent", by=drafter)
    age = frozenset({"AGE"})
    standing_in = Powers(
        officer("AGE", "second"), "AGE", Standing(age), {officer("AGE"): Standing(age, age)}
    )
    with pytest.raises(DutiesNotSeparate):
        desk.complete("legal_opinion", "approve", by=standing_in, **PAPER)


def test_what_is_released_at_once_for_a_head_is_the_heads_doing_too():
    desk = Desk().drafted()
    age = frozenset({"AGE"})
    standing_in = Powers(
        officer("AGE", "second"), "AGE", Standing(age), {officer("AGE"): Standing(age, age)}
    )
    desk.complete("legal_opinion", "approve", by=standing_in, **PAPER)
    assert desk.case.doers["legal_opinion"] == (officer("AGE", "second"), officer("AGE"))


def test_personal_answers_come_through_a_release_in_clear():
    asked = "form: [data.carrier, {key: met, title: Com quem falou, type: text, personal: true}]"
    desk = Desk(LOAN.replace("form: [data.carrier]", asked)).drafted()
    desk.complete("legal_opinion", "approve", officer="second", own={"met": "Rui"}, **PAPER)
    assert desk.task("legal_opinion").proposal.answers["own"] == {"met": "Rui"}
    released = desk.do(release_proposal, 4, by="AGE")
    ended = next(e for e in released.events if "answers" in e.body)
    sealed = ended.body["answers"]["met"]["commitment"]
    assert ended.private[sealed].value == "Rui"

"""Acts on a whole case: other agencies, earlier states, ends, new beginnings, second thoughts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.core.desk import LOAN, Desk
from workflow.core.acts.ending import cancel, reopen, withdraw
from workflow.core.acts.record import comment
from workflow.core.acts.routing import add_agency, reassign, remove_agency, send_back
from workflow.core.acts.tasks import assign, claim, release
from workflow.core.acts.undo import undo
from workflow.core.errors import (
    ActNotAllowed,
    AgencyUnknown,
    CaseClosed,
    NotAssigned,
    NotReversible,
    ReasonMissing,
    UnknownTask,
)
from workflow.core.events import Kind
from workflow.core.playing import powers_of
from workflow.core.snapshot import ClockStatus
from workflow.core.story import Readers


@pytest.fixture
def desk():
    return Desk()


# --- Other agencies ------------------------------------------------------------------------------


def test_a_task_handed_to_another_agency_keeps_its_start(desk):
    desk.drafted().on(3, 5).do(claim, 2, by="SEF")
    before = desk.task("opinion", of="SEF").clock
    desk.do(reassign, 2, "SEE", "É da educação.", by="SEF")
    task = desk.task("opinion", of="SEE")
    assert (task.slot, task.assignee) == ("SEE", None)
    assert (task.clock.start, task.clock.agency, task.clock.due_on) == (
        before.start,
        "SEE",
        before.due_on,
    )
    assert "SEE" in desk.case.agencies
    desk.complete("opinion", "favourable", by="SEE")


def test_another_calendar_counts_once_a_task_is_handed_on():
    desk = Desk(day=date(2026, 11, 30)).drafted()
    assert desk.task("opinion", of="SEF").clock.due_on == date(2026, 12, 16)
    # The eighth of December is a holiday of Belo Horizonte, where the seventh bridges to it.
    desk.on(12, 2).do(reassign, 2, "UNIMONTES", "É da universidade.", by="SEF")
    assert desk.task("opinion", of="UNIMONTES").clock.due_on == date(2026, 12, 14)


def test_a_task_is_not_handed_to_who_has_it_or_to_nobody(desk):
    desk.drafted()
    for agency in ("SEF", "SEPLAG"):
        with pytest.raises(ActNotAllowed):
            desk.do(reassign, 2, agency, "Troca.", by="SEF")
    with pytest.raises(AgencyUnknown):
        desk.do(reassign, 2, "NONE", "Troca.", by="SEF")
    with pytest.raises(ReasonMissing):
        desk.do(reassign, 2, "SEE", " ", by="SEF")
    with pytest.raises(NotAssigned):
        desk.do(reassign, 2, "SEE", "Troca.", by="SEDE")
    desk.do(reassign, 2, "SEE", "Troca.", by="SCC")


def test_one_agency_more_is_waited_for(desk):
    desk.drafted().examined()
    desk.do(add_agency, "opinion", "SEE", by="SCC")
    assert desk.case.participants["asked"] == ("SEF", "SEPLAG", "SEE")
    desk.opined()
    assert (desk.case.state, desk.open()) == ("opinions", [("opinion", "SEE")])
    with pytest.raises(ActNotAllowed):
        desk.do(add_agency, "opinion", "SEF", by="SCC")
    desk.complete("opinion", "contrary")
    assert desk.case.state == "packing"


def test_one_agency_less_is_not_waited_for(desk):
    desk.drafted().examined().opined("favourable")
    with pytest.raises(ReasonMissing):
        desk.do(remove_agency, 3, "", by="SCC")
    with pytest.raises(NotAssigned):
        desk.do(remove_agency, 3, "Não é dela.", by="SEPLAG")
    change = desk.do(remove_agency, 3, "Não é dela.", by="SCC")
    assert desk.case.participants["asked"] == ("SEF",)
    assert desk.case.state == "packing"
    assert [e.kind for e in change.events][:3] == [
        Kind.AGENCY_REMOVED,
        Kind.ROLE_BOUND,
        Kind.TASK_CANCELLED,
    ]


def test_the_last_agency_is_not_spared_where_the_case_would_wait_for_ever():
    joined = "when: all favourable or contrary or silent or approve"
    desk = Desk(LOAN.replace(joined, "when: at least 2 answered"), asked=("SEF",))
    desk.drafted().examined()
    with pytest.raises(ActNotAllowed):
        desk.do(remove_agency, 2, "Não é dela.", by="SCC")
    desk.opined("favourable")
    assert desk.case.state == "packing"


def test_an_agency_that_was_named_twice_is_asked_once():
    desk = Desk(asked=("SEF", "SEF")).drafted()
    assert desk.open() == [("opinion", "SEF"), ("legal_opinion", "AGE")]


def test_a_round_is_what_each_of_a_part_does(desk):
    with pytest.raises(UnknownTask):
        desk.do(add_agency, "draft", "SEE", by="SCC")
    with pytest.raises(UnknownTask):
        desk.do(remove_agency, 1, "Não é dela.", by="SCC")
    desk.drafted()
    with pytest.raises(AgencyUnknown):
        desk.do(add_agency, "opinion", "NONE", by="SCC")


# --- Backwards, the end, and again ---------------------------------------------------------------


def test_a_case_is_sent_back_where_the_type_says(desk):
    with pytest.raises(ActNotAllowed):
        desk.do(send_back, "drafting", "Falta tudo.", by="SCC")
    desk.drafted()
    with pytest.raises(ActNotAllowed):
        desk.do(send_back, "deciding", "Falta tudo.", by="SCC")
    with pytest.raises(NotAssigned):
        desk.do(send_back, "drafting", "Falta tudo.", by="SEDE")
    with pytest.raises(ReasonMissing):
        desk.do(send_back, "drafting", "", by="SCC")
    change = desk.do(send_back, "drafting", "Falta tudo.", by="SCC")
    cancelled = [record.status for record in change.tasks if record.status == "cancelled"]
    assert (desk.case.state, len(cancelled), desk.case.visit) == ("drafting", 3, 3)


def test_a_request_is_taken_back_until_it_is_too_late(desk):
    desk.packed()
    with pytest.raises(ActNotAllowed) as refused:
        desk.do(withdraw, "Desistimos.")
    assert refused.value.particulars["why"] == "too_late"

    other = Desk()
    with pytest.raises(NotAssigned):
        other.do(withdraw, "Desistimos.", by="SCC")
    with pytest.raises(ReasonMissing):
        other.do(withdraw, "")
    other.do(withdraw, "Desistimos.")
    assert (other.case.result, other.case.tasks) == ("withdrawn", ())
    assert other.clock().status is ClockStatus.STOPPED
    for act in (withdraw, cancel):
        with pytest.raises(CaseClosed):
            other.do(act, "De novo.")


def test_a_type_that_names_no_state_for_an_act_does_not_know_it(desk):
    with pytest.raises(ActNotAllowed):
        desk.do(cancel, "Basta.", by="SCC")


def test_an_ended_case_is_opened_again_within_its_time():
    for day, opens in ((date(2026, 4, 1), True), (date(2026, 4, 2), False)):
        desk = Desk()
        desk.do(withdraw, "Desistimos.")
        desk.at += day - date(2026, 3, 2)
        if opens:
            desk.do(reopen, "Voltamos.", by="SCC")
            assert (desk.case.state, desk.case.result, desk.case.closed_at) == (
                "drafting",
                None,
                None,
            )
            assert desk.open() == [("draft", "SEDE")]
        else:
            with pytest.raises(ActNotAllowed) as refused:
                desk.do(reopen, "Voltamos.", by="SCC")
            assert refused.value.particulars["latest"] == date(2026, 4, 1)


def test_only_an_ended_case_is_opened_again(desk):
    with pytest.raises(ActNotAllowed):
        desk.do(reopen, "Voltamos.", by="SCC")


# --- Undoing -------------------------------------------------------------------------------------


def last(desk):
    return desk.changes[-1].events[-1]


def test_ones_own_last_act_is_taken_back(desk):
    someone, other = powers_of("SEDE").officer, powers_of("SEDE", "second").officer
    desk.do(claim, 1)
    desk.do(undo, last(desk))
    assert desk.task("draft").assignee is None
    desk.do(claim, 1)
    desk.do(release, 1)
    desk.do(undo, last(desk))
    assert desk.task("draft").assignee == someone
    desk.do(assign, 1, other)
    desk.do(undo, last(desk))
    assert desk.task("draft").assignee == someone


def test_what_is_not_ones_own_last_reversible_recent_act_stays(desk):
    desk.do(claim, 1)
    claimed = last(desk)
    with pytest.raises(NotReversible) as refused:
        desk.do(undo, claimed, officer="second")
    assert refused.value.particulars["why"] == "not_yours"
    desk.at += timedelta(minutes=11)
    with pytest.raises(NotReversible) as refused:
        desk.do(undo, claimed)
    assert refused.value.particulars["why"] == "late"
    desk.do(comment, "Nota.", readers=Readers.AGENCIES)
    with pytest.raises(NotReversible) as refused:
        desk.do(undo, claimed)
    assert refused.value.particulars["why"] == "moved"
    with pytest.raises(NotReversible) as refused:
        desk.do(undo, last(desk))
    assert refused.value.particulars["why"] == "kind"

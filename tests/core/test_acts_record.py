"""Acts on what a case says, and who may know of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.core.desk import LOAN, Desk
from workflow.core.access import may_read, may_read_field, readable_data
from workflow.core.acts.documents import attach_document, attachable
from workflow.core.acts.ending import withdraw
from workflow.core.acts.information import answer_information, ask_information
from workflow.core.acts.record import (
    Relation,
    announce,
    change_access,
    comment,
    correct_data,
    relate,
)
from workflow.core.acts.tasks import claim, complete_task, release
from workflow.core.errors import (
    ActNotAllowed,
    AnswersRefused,
    CaseClosed,
    NotAssigned,
    ReasonMissing,
    ReasonTooLong,
)
from workflow.core.events import Kind
from workflow.core.fields import Access
from workflow.core.playing import powers_of, stand_in
from workflow.core.powers import Powers
from workflow.core.story import Readers

UNANNOUNCED = LOAN.replace("access: network\n", "access: network\nunannounced: true\n", 1)


@pytest.fixture
def desk():
    return Desk()


# --- What the case says --------------------------------------------------------------------------


def test_a_correction_takes_along_all_that_follows(desk):
    desk.drafted().examined().opined()
    assert desk.task("pack").clock.due_on == date(2026, 5, 27)
    change = desk.do(correct_data, {"shown_on": "2026-07-01"}, "A exposição foi adiada.", by="SCC")
    assert desk.case.data["back_on"] == "2026-07-31"
    assert desk.task("pack").clock.due_on == date(2026, 6, 26)
    assert [e.kind for e in change.events] == [
        Kind.DATA_CORRECTED,
        Kind.DATA_CHANGED,
        Kind.DEADLINE_MOVED,
    ]
    assert change.events[0].body["reason"] == "A exposição foi adiada."


def test_a_correction_changes_something_that_is_there_to_be_changed(desk):
    for values, problem in (
        ({"back_on": "2026-07-01"}, "not_asked"),
        ({"never": 1}, "not_asked"),
        ({"days": 30}, "unchanged"),
    ):
        with pytest.raises(AnswersRefused) as refused:
            desk.do(correct_data, values, "Erro.", by="SCC")
        assert set(refused.value.particulars["problems"].values()) == {problem}
    with pytest.raises(ReasonMissing):
        desk.do(correct_data, {"days": 31}, "", by="SCC")
    with pytest.raises(ReasonTooLong):
        desk.do(correct_data, {"days": 31}, "Erro. " * 10_000, by="SCC")
    with pytest.raises(NotAssigned):
        desk.do(correct_data, {"days": 31}, "Erro.", by="SEF")


def test_the_only_day_that_a_case_waits_for_is_not_taken_away():
    opening_on_a_day = "outcomes: [packed]\n        opens_when: {of: data.shown_on}"
    desk = Desk(LOAN.replace("outcomes: [packed]", opening_on_a_day)).drafted().examined().opined()
    assert (desk.case.state, desk.open()) == ("packing", [])
    with pytest.raises(AnswersRefused):
        desk.do(correct_data, {"shown_on": None}, "Sem data.", by="SCC")
    desk.do(correct_data, {"shown_on": "2026-06-08"}, "Adiada.", by="SCC")


def test_documents_get_versions(desk):
    for version in (1, 2):
        desk.do(attach_document, "paper", stand_in("a.pdf"), by="SCC")
        assert desk.case.data["paper"]["version"] == version
    with pytest.raises(AnswersRefused):
        desk.do(attach_document, "place", stand_in("a.pdf"), by="SCC")


def attached(desk, by):
    """Attach the opinion as an agency or a guest where that is offered; else see it refused."""
    powers = powers_of(by) if isinstance(by, str) else by
    if "paper" in attachable(desk.case, powers):
        desk.do(attach_document, "paper", stand_in("a.pdf"), by=by)
        return True
    with pytest.raises(ActNotAllowed):
        desk.do(attach_document, "paper", stand_in("a.pdf"), by=by)
    return False


def test_a_document_is_given_by_who_is_asked_for_it_by_whose_it_is_and_by_the_coordinator(desk):
    guest = Powers(guest="requester", guest_of=desk.case.number)
    desk.drafted()
    assert [attached(desk, by) for by in ("SEDE", "SEF", "SEE", guest)] == [False] * 4
    assert attached(desk, "AGE")
    desk.examined().opined()
    assert [attached(desk, by) for by in ("AGE", "SCC", "AGE")] == [True, True, False]
    paper = desk.case.data["paper"]
    assert (paper["version"], paper["by"]) == (4, "SCC")
    assert {who: newest["version"] for who, newest in paper["brought"].items()} == {
        "AGE": 3,
        "SCC": 4,
    }


def test_who_may_not_attach_a_document_is_told_who_may(desk):
    with pytest.raises(ActNotAllowed) as refused:
        desk.drafted().do(attach_document, "paper", stand_in("a.pdf"), by="SEF")
    assert refused.value.particulars["agencies"] == ("AGE", "SCC")


def test_a_document_does_not_come_in_by_a_task_that_never_asked_for_it(desk):
    with pytest.raises(AnswersRefused) as refused:
        desk.complete("draft", "sent", documents={"paper": stand_in("a.pdf")})
    assert refused.value.particulars["problems"] == {"paper": "not_asked"}


def test_the_requester_attaches_what_a_question_asks_it_for(desk):
    guest = Powers(guest="requester", guest_of=desk.case.number)
    desk.drafted()
    task = desk.task("opinion", of="SEF")
    ask = {"of": None, "by": "SEF"}
    desk.do(ask_information, task.no, "Qual o parecer?", fields=("paper",), **ask)
    assert attached(desk, guest)
    assert readable_data(desk.case, guest)["paper"]["by"] == "requester"
    desk.do(answer_information, task.no, "Aqui está.", by=guest)
    assert attached(desk, guest)  # its own version may be replaced by a better one
    assert attached(desk, "SCC")
    assert not attached(desk, guest)


OPENED_WITH_A_PLAN = LOAN.replace("opening: [", "opening: [plan, price, carrier, ").replace(
    "  - {key: place,", "  - {key: plan, title: Plano, type: document}\n  - {key: place,"
)


def test_the_papers_of_the_opening_are_the_requesters_until_somebody_else_adds_one():
    desk = Desk(OPENED_WITH_A_PLAN)
    guest = Powers(guest="requester", guest_of=desk.case.number)
    for by in (guest, "SEDE", guest, "SCC"):
        desk.do(attach_document, "plan", stand_in("a.pdf"), by=by)
    for by in (guest, "SEDE"):
        with pytest.raises(ActNotAllowed):
            desk.do(attach_document, "plan", stand_in("a.pdf"), by=by)


def test_comments_are_kept_beside_history(desk):
    change = desk.do(comment, "Rui levará.", readers=Readers.AGENCIES)
    assert "Rui" not in str(change.events[0].body)
    with pytest.raises(NotAssigned):
        desk.do(comment, "Eu também.", readers=Readers.AGENCIES, by="SEE")
    with pytest.raises(ReasonMissing):
        desk.do(comment, "", readers=Readers.AGENCIES)


def test_a_case_is_not_related_to_itself(desk):
    with pytest.raises(ActNotAllowed):
        desk.do(relate, desk.case.number, Relation.DUPLICATE)
    assert (
        desk.do(relate, "2026-000002-13", Relation.FOLLOWS).events[0].body["relation"] == "follows"
    )


# --- Who may know --------------------------------------------------------------------------------


def test_an_unannounced_case_is_there_for_its_own_only():
    desk = Desk(UNANNOUNCED)
    inside, outside = powers_of("SEF"), powers_of("SEE")
    auditor = Powers(officer=5, auditor=True)
    guest, stranger = (Powers(guest="requester", guest_of=n) for n in (desk.case.number, "other"))
    may = [may_read(desk.case, p) for p in (inside, auditor, guest, outside, stranger)]
    assert may == [True, True, True, False, False]
    with pytest.raises(NotAssigned):
        desk.do(announce, by="SEE")
    desk.do(announce, by="SCC")
    assert may_read(desk.case, outside)
    with pytest.raises(ActNotAllowed):
        desk.do(announce, by="SCC")


def test_a_restricted_case_names_its_ground_and_hides(desk):
    outside = powers_of("SEE")
    assert may_read(desk.case, outside)
    with pytest.raises(AnswersRefused):
        desk.do(change_access, Access.RESTRICTED, None, "Sigilo.", by="SCC")
    with pytest.raises(NotAssigned):
        desk.do(change_access, Access.RESTRICTED, "sigilo_empresarial", "Sigilo.", by="SEF")
    desk.do(change_access, Access.RESTRICTED, "sigilo_empresarial", "Sigilo.", by="SCC")
    assert not may_read(desk.case, outside)
    assert may_read(desk.case, powers_of("SEF"))
    desk.do(change_access, Access.PUBLIC, None, "Já se sabe.", by="SCC")
    assert (desk.case.access, desk.case.ground) == (Access.PUBLIC, None)
    assert may_read(desk.case, outside)


def test_fields_are_as_open_as_they_say():
    desk = Desk(LOAN.replace("access: network\n", "access: public\n", 1))
    desk.do(correct_data, {"price": 9, "place": "Jiangsu", "carrier": "Rui"}, "Falta.", by="SCC")
    shown = ("price", "place", "days")

    def seen(powers):
        return [key for key in shown if key in readable_data(desk.case, powers)]

    assert seen(powers_of("SEF")) == ["price", "place", "days"]
    assert seen(powers_of("SEE")) == ["place", "days"]
    guest = Powers(guest="requester", guest_of=desk.case.number)
    assert seen(guest) == ["place"]
    assert seen(None) == ["place"]
    desk.decided()
    assert seen(powers_of("SEE")) == ["price", "place", "days"]
    assert seen(None) == ["price", "place"]


@pytest.mark.parametrize("opened_by", ["any agency", "public"])
def test_a_guest_reads_its_own_answers_and_nothing_restricted_or_personal_of_others(opened_by):
    text = OPENED_WITH_A_PLAN.replace("access: network\n", f"opened_by: {opened_by}\n", 1)
    desk = Desk(text, price=9, carrier="Rui")
    guest = Powers(guest="requester", guest_of=desk.case.number)
    desk.do(attach_document, "plan", stand_in("a.pdf"), by="SEDE")
    known = {"subject", "description", "shown_on"}
    own = {"price", "carrier"} if opened_by == "public" else set()
    shown = set(readable_data(desk.case, guest))
    assert shown & {"price", "carrier", "plan", "back_on", *known} == known | own
    stranger = Powers(guest="requester", guest_of="other")
    assert "description" not in readable_data(desk.case, stranger)


def test_an_outside_party_reads_what_its_task_asks(desk):
    desk.drafted()
    case = desk.case
    task = desk.task("legal_opinion")
    outside = replace(case, tasks=(replace(task, slot="row:1"),))
    guest = Powers(guest="row:1", guest_of=case.number)
    for field, seen in (("carrier", True), ("paper", True), ("days", False), ("price", False)):
        assert may_read_field(outside, case.definition.data[field], guest) is seen
        assert not may_read_field(case, case.definition.data[field], guest)


def test_an_act_needs_a_case_that_is_open(desk):
    desk.do(withdraw, "Desistimos.")
    for act, given in ((claim, (1,)), (release, (1,)), (correct_data, ({"days": 1}, "x"))):
        with pytest.raises(CaseClosed):
            desk.do(act, *given)
    with pytest.raises(CaseClosed):
        desk.do(complete_task, 1, "sent", answers=None)

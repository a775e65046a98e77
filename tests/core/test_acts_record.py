"""Acts on what a case says, and who may know of it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.core.desk import LOAN, Desk
from workflow.core.access import may_read, readable_data
from workflow.core.acts.ending import withdraw
from workflow.core.acts.record import (
    Readers,
    Relation,
    announce,
    attach_document,
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
)
from workflow.core.events import Kind
from workflow.core.fields import Access
from workflow.core.playing import powers_of, stand_in
from workflow.core.powers import Powers

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
        desk.do(attach_document, "paper", stand_in("a.pdf"))
        assert desk.case.data["paper"]["version"] == version
    with pytest.raises(AnswersRefused):
        desk.do(attach_document, "place", stand_in("a.pdf"))
    with pytest.raises(NotAssigned):
        desk.do(attach_document, "paper", stand_in("a.pdf"), by="SEE")


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
    assert seen(guest) == ["price", "place", "days"]
    assert seen(None) == ["place"]
    desk.decided()
    assert seen(powers_of("SEE")) == ["price", "place", "days"]
    assert seen(None) == ["price", "place"]


def test_an_act_needs_a_case_that_is_open(desk):
    desk.do(withdraw, "Desistimos.")
    for act, given in ((claim, (1,)), (release, (1,)), (correct_data, ({"days": 1}, "x"))):
        with pytest.raises(CaseClosed):
            desk.do(act, *given)
    with pytest.raises(CaseClosed):
        desk.do(complete_task, 1, "sent", answers=None)

"""Outcomes with which the form of a task is optional: what may stay blank, and what still holds."""

from __future__ import annotations

import pytest

from tests.core.desk import LOAN, Desk
from workflow.core.acts.routing import send_back
from workflow.core.acts.tasks import release_proposal
from workflow.core.errors import AnswersRefused, DocumentMissing, ReasonMissing
from workflow.core.events import Kind
from workflow.core.playing import stand_in

SPARING = (
    LOAN.replace(
        "outcomes: {sent: Enviar, refused: {title: Desistir, asks: reason}}",
        "outcomes: {sent: Enviar, refused: {title: Desistir, asks: reason, form: optional}}",
    )
    .replace(
        "form: [data.place, {key: remark, title: Nota, type: text}]",
        "form: [data.place, roles.keeper, data.days,"
        " {key: remark, title: Nota, type: text, required: true}]",
    )
    .replace("type: text, access: public}", "type: text, access: public, required: true}")
    .replace("type: integer, default: 30}", "type: integer, default: 30, required: true}")
    .replace("  asked: {title", "  keeper: {title: Quem guarda, bind: chosen}\n  asked: {title")
    .replace(
        "outcomes: [approve, contrary]",
        "outcomes: {approve: Aprovar, contrary: {title: Não é nosso, form: optional}}",
    )
)
WHOLE = {
    "data": {"place": "Galeria"},
    "roles": {"keeper": ("SEF",)},
    "own": {"remark": "Com moldura."},
}


@pytest.fixture
def desk():
    return Desk(SPARING)


def test_what_is_required_may_stay_blank_with_the_outcome_that_spares_it(desk):
    with pytest.raises(AnswersRefused) as refused:
        desk.complete("draft", "sent")
    desk.complete("draft", "refused", reason="Não há quadro.")

    assert refused.value.particulars["problems"].keys() == {"place", "remark", "roles.keeper"}
    assert desk.case.state == "denied"
    assert "place" not in desk.case.data
    assert "keeper" not in desk.case.participants


def test_a_reason_is_asked_all_the_same(desk):
    with pytest.raises(ReasonMissing):
        desk.complete("draft", "refused")


def test_what_is_filled_in_is_kept(desk):
    desk.complete("draft", "refused", reason="Não há quadro.", **WHOLE)

    assert desk.case.data["place"] == "Galeria"
    assert desk.case.participants["keeper"] == ("SEF",)
    ended = next(e for e in desk.changes[-1].events if e.kind is Kind.TASK_COMPLETED)
    assert ended.body["answers"] == {"remark": "Com moldura."}


def test_what_is_left_blank_stays_as_the_case_has_it(desk):
    desk.complete("draft", "sent", **WHOLE)
    desk.do(send_back, "drafting", "Falta a moldura.", by="SCC")
    desk.complete(
        "draft",
        "refused",
        reason="Desistimos.",
        data={"place": None, "days": None},
        roles={"keeper": ()},
    )

    assert (desk.case.data["place"], desk.case.data["days"]) == ("Galeria", 30)
    assert desk.case.participants["keeper"] == ("SEF",)


def test_what_was_never_asked_is_refused_as_ever(desk):
    with pytest.raises(AnswersRefused) as refused:
        desk.complete("draft", "refused", reason="Não há.", data={"shown_on": "2026-07-01"})

    assert refused.value.particulars["problems"] == {"shown_on": "not_asked"}


def test_documents_needed_are_spared_too_also_when_the_head_releases(desk):
    desk.complete("draft", "sent", **WHOLE)
    with pytest.raises(DocumentMissing):
        desk.complete("legal_opinion", "approve", officer="first")
    desk.complete("legal_opinion", "contrary", officer="second")
    proposed = desk.task("legal_opinion")
    desk.do(release_proposal, proposed.no, by="AGE")

    assert proposed.proposal.outcome == "contrary"
    assert not [task for task in desk.case.tasks if task.key == "legal_opinion"]


def test_a_document_that_comes_all_the_same_is_kept(desk):
    desk.complete("draft", "sent", **WHOLE)
    desk.complete("legal_opinion", "contrary", documents={"paper": stand_in("parecer.pdf")})

    assert desk.case.data["paper"]["name"] == "parecer.pdf"

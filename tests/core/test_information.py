"""Asking for documents: what may be asked of whom, and that the answer fills what was asked."""

from __future__ import annotations

import pytest

from tests.core.desk import Desk
from workflow.core.acts.documents import attach_document
from workflow.core.acts.information import answer_information, ask_information, askable
from workflow.core.errors import AnswersRefused
from workflow.core.playing import powers_of, stand_in
from workflow.core.powers import Powers


@pytest.fixture
def desk():
    return Desk().drafted()


def ask(desk, *fields, of=None):
    desk.do(ask_information, task(desk), "Qual?", of=of, fields=fields, by="SEF")


def answer(desk, *fields, by):
    documents = {key: stand_in("a.pdf") for key in fields}
    desk.do(answer_information, task(desk), "Este.", documents=documents, by=by)


def task(desk):
    return desk.task("opinion", of="SEF").no


def guest(desk):
    return Powers(guest="requester", guest_of=desk.case.number)


def problems(act, *given, **named):
    with pytest.raises(AnswersRefused) as refused:
        act(*given, **named)
    return refused.value.particulars["problems"]


def test_only_documents_of_the_type_can_be_asked_for(desk):
    assert problems(ask, desk, "place", "nothing") == {"place": "not_asked", "nothing": "not_asked"}
    ask(desk, "paper", "paper")
    assert desk.task("opinion", of="SEF").request.fields == ("paper",)


@pytest.mark.parametrize("of", [None, "SES"])
def test_the_answer_fills_the_documents_that_were_asked_for(desk, of):
    ask(desk, "paper", of=of)
    answer(desk, "paper", by=of or guest(desk))
    paper = {**stand_in("a.pdf"), "version": 1, "by": of or "requester"}
    assert desk.case.data["paper"].items() >= paper.items()
    assert desk.task("opinion", of="SEF").request is None


def test_the_openers_people_answer_for_the_requester(desk):
    ask(desk, "paper")
    answer(desk, "paper", by="SEDE")
    assert desk.case.data["paper"]["by"] == "SEDE"


def test_the_requester_is_not_asked_for_a_document_that_others_gave(desk):
    desk.do(attach_document, "paper", stand_in("a.pdf"), by="AGE")
    assert problems(ask, desk, "paper") == {"paper": "not_theirs"}
    assert (askable(desk.case, None), askable(desk.case, "SES")) == (set(), {"paper"})
    ask(desk, "paper", of="SES")
    answer(desk, "paper", by="SES")
    assert desk.case.data["paper"]["version"] == 2


def test_an_answer_brings_no_document_that_nobody_asked_for(desk):
    ask(desk, of="SES")
    assert problems(answer, desk, "paper", by="SES") == {"paper": "not_asked"}
    desk.do(answer_information, task(desk), "Este.", by=powers_of("SES"))
    ask(desk)
    assert problems(answer, desk, "paper", by=guest(desk)) == {"paper": "not_asked"}

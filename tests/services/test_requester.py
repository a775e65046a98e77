"""What the access code of a case opens, and what it leaves shut."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from tests.installation import acting_for, employ, furnish
from workflow.core.access import readable_data
from workflow.core.acts.answers import Answers
from workflow.core.errors import UnknownCase
from workflow.core.playing import stand_in
from workflow.services import cases, tasks
from workflow.services.access_codes import access_code_hash, is_access_code, new_access_code
from workflow.services.requester import give_pass, requested

FAVOUR = """
key: favour
version: 1
title: Favor
summary: Um favor.
owner: SCC
access: network
opened_by: any agency
roles:
  proponent: {title: Órgão, bind: opener}
  doer: {title: Quem faz, bind: SEF}
data:
  - {key: plan, title: Plano, type: document, required: true}
  - {key: study, title: Estudo, type: document, access: restricted, ground: sigilo_empresarial}
  - {key: price, title: Preço, type: integer, access: restricted, ground: sigilo_empresarial}
  - {key: helper, title: Quem ajuda, type: text, personal: true}
opening: [helper]
states:
  - key: doing
    title: Em análise
    tasks:
      - key: run
        title: Fazer
        role: doer
        outcomes: [completed]
        form: [data.plan, data.study, data.price]
  - {key: done, title: Concluído, final: completed}
transitions:
  - {source: doing, target: done, when: any completed}
"""
DATA = {"subject": "Um favor", "description": "Sem pressa.", "helper": "Rui"}


class Room:
    """A case with its access code, and the people on both sides of it."""

    def __init__(self, uow):
        self.uow = uow
        furnish(uow, types=[FAVOUR])
        self.opener = employ(uow, "olga@example.org", SEDE="officer")
        self.doer = acting_for(uow, employ(uow, "dario@example.org", SEF="officer"), "SEF")
        opened = cases.open_case(
            acting_for(uow, self.opener, "SEDE"),
            "favour",
            opener="SEDE",
            answers=Answers(data=DATA),
            key="open",
            access_code=new_access_code(),
        )
        self.number = opened.number
        self.held = give_pass(uow, opened.number, opened.access_code, address="::1")

    def requested(self):
        return requested(self.uow, self.held)

    def readable(self):
        own = self.requested()
        return readable_data(own.case, own.uow.powers)


@pytest.fixture
def room(uow):
    return Room(uow)


def test_a_requester_knows_its_subject_and_nothing_restricted_or_personal_of_others(room):
    for field in ("study", "plan"):
        cases.attach(room.doer, room.number, field, stand_in("a.pdf"), key=field)
    assert room.requested().view.subject == "Um favor"
    assert set(room.readable()) == {"subject", "description", "priority"}


def test_a_requester_gives_what_it_is_asked_for_and_reads_it_again(room):
    tasks.ask_information(
        room.doer, room.number, 1, "E o plano?", of=None, fields=("plan",), key="ask"
    )
    own = room.requested()
    (task,) = own.questions
    assert task.request.fields == ("plan",)
    documents = {"plan": stand_in("plano.pdf")}
    for _ in range(2):  # a form sent twice
        tasks.answer_information(
            own.uow, room.number, task.no, "Aqui.", documents=documents, key="answer"
        )
    assert room.readable()["plan"]["version"] == 1
    assert not room.requested().questions


def test_a_pass_opens_its_own_case_only(room):
    with pytest.raises(UnknownCase):
        requested(room.uow, replace(room.held, number="2026-000009-99"))


def test_a_code_is_kept_by_a_slow_hash_and_one_of_before_opens_its_own_case_still():
    code = new_access_code()
    typed = code.lower().replace("-", " ")
    kept, before = access_code_hash(code), sha256(f"2026-1:{code.replace('-', '')}".encode())
    assert kept.startswith("$argon2id$")
    assert kept != access_code_hash(code)
    assert is_access_code(kept, "2026-1", typed)
    assert is_access_code(before.hexdigest(), "2026-1", typed)
    assert not is_access_code(before.hexdigest(), "2026-2", typed)
    for nothing in (None, "", new_access_code(), access_code_hash(new_access_code())):
        assert not is_access_code(nothing, "2026-1", typed)


def test_a_case_that_nobody_is_told_a_code_of_opens_to_none(room):
    told = cases.open_case(
        acting_for(room.uow, room.opener, "SEDE"),
        "favour",
        opener="SEDE",
        answers=Answers(data=DATA),
        key="codeless",
    )
    assert told.access_code is None
    for code in ("", new_access_code()):
        with pytest.raises(UnknownCase):
            give_pass(room.uow, told.number, code, address="::1")

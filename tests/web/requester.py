"""A case seen from outside: with its number, and with the code that its requester was given."""

from __future__ import annotations

import re

import pytest

from tests.web.filled import GRANT
from tests.web.pages import token_of
from workflow.core.acts.answers import Answers
from workflow.core.fields import Access
from workflow.services.access_codes import new_access_code
from workflow.services.cases import change_access, open_case
from workflow.services.tasks import ask_information, claim

SECRET = "Texto que só a rede lê"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def opened(filled):
    """Open a grant application of SEDE, which SCC has to check; return its number and code."""
    with filled.work() as uow:
        done = open_case(
            filled.acting(uow, "SEDE"),
            "grant_application",
            opener="SEDE",
            answers=Answers(
                data={**GRANT, "description": SECRET, "interested": [{"name": "Ana Prado"}]}
            ),
            key="one",
            access_code=new_access_code(),
        )
    return done.number, done.access_code


def seen(filled, number, **headers):
    return filled.app.test_client().get(f"/acompanhar/{number}", headers=headers)


def unlocked(filled, number, code):
    visitor = filled.app.test_client()
    token = token_of(visitor.get(f"/acompanhar/{number}").text)
    answer = visitor.post(f"/acompanhar/{number}/codigo", data={"csrf": token, "code": code})
    return visitor, answer


def ask(filled, number, *, of=None):
    with filled.work() as uow:
        acting = filled.acting(uow, "SCC")
        claim(acting, number, 1, key="claim")
        ask_information(
            acting, number, 1, "Qual é o prazo do fundo?", of=of, key="ask", fields=("call_text",)
        )


def restrict(filled, number):
    """Keep a case from all who have no part in it."""
    with filled.work() as uow:
        change_access(
            filled.acting(uow, "SCC"),
            number,
            Access.RESTRICTED,
            "informacao_pessoal",
            "Dados de terceiros",
            key="restrict",
        )


def as_compared(page, number):
    """Return a page without what differs from visitor to visitor: the number and the tokens."""
    bare = re.sub(r'value="[0-9a-f]{64}"', "", page.replace(number, "N"))
    return re.sub(r"\d{2}h\d{2}", "", bare)

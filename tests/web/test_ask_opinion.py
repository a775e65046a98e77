"""Asking another agency for an opinion on a case under way."""

from __future__ import annotations

import re

from tests.web.pages import token_of


def test_an_opinion_is_asked_as_a_case_that_this_one_names(filled, opened):
    number, _ = opened
    visitor = filled.sign_in("SCC")
    page = visitor.get(f"/pedidos/{number}").text
    question = {"agency": "AGE", "question": "Pode haver foro?"}
    sent = {"csrf": token_of(page), "once": "ask-once", **question}

    answer = visitor.post(f"/pedidos/{number}/parecer", data=sent)

    assert answer.status_code == 303
    told = visitor.get(f"/pedidos/{number}").text
    asked = re.search(r"AGE recebeu o pedido de parecer (\d{4}-\d{6}-\d{2})", told)[1]
    assert asked in told
    assert "Emitir parecer" in filled.sign_in("AGE").get("/caixa/?ver=agency").text


def test_an_opinion_without_a_question_is_not_asked(filled, opened):
    number, _ = opened
    visitor = filled.sign_in("SCC")
    token = token_of(visitor.get(f"/pedidos/{number}").text)

    answer = visitor.post(
        f"/pedidos/{number}/parecer", data={"csrf": token, "once": "n", "agency": "AGE"}
    )

    assert answer.status_code == 422

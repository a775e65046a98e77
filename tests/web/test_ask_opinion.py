"""Asking another agency for an opinion on a case under way."""

from __future__ import annotations

import re

from tests.web.pages import token_of


def test_an_opinion_is_asked_as_a_case_that_this_one_names(filled, opened):
    number, _ = opened
    visitor, counsel = filled.sign_in("SCC"), filled.sign_in("AGE")
    page = visitor.get(f"/pedidos/{number}").text
    question = {"agency": "AGE", "question": "Pode haver foro?"}
    sent = {"csrf": token_of(page), "once": "ask-once", **question}

    too_late = visitor.post(f"/pedidos/{number}/parecer", data=sent)
    assert too_late.status_code == 422
    assert "A resposta viria depois do seu prazo" in too_late.text
    assert "Pode haver foro?" in too_late.text

    sent |= {"once": "ask-twice", "knowingly": "1"}
    assert visitor.post(f"/pedidos/{number}/parecer", data=sent).status_code == 303

    told = visitor.get(f"/pedidos/{number}").text
    asked = re.search(r"AGE recebeu o pedido de parecer (\d{4}-\d{6}-\d{2})", told)[1]
    assert asked in told
    assert "Emitir parecer" in counsel.get("/caixa/?ver=agency").text


def test_an_opinion_without_a_question_is_not_asked(filled, opened):
    number, _ = opened
    visitor = filled.sign_in("SCC")
    token = token_of(visitor.get(f"/pedidos/{number}").text)

    answer = visitor.post(
        f"/pedidos/{number}/parecer", data={"csrf": token, "once": "n", "agency": "AGE"}
    )

    assert answer.status_code == 422

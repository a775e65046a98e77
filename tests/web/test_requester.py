"""What the access code opens to whoever made the request."""

from __future__ import annotations

import io

from tests.storage.counting import counted
from tests.web.filled import GRANT
from tests.web.pages import token_of
from tests.web.requester import PDF, as_compared, ask, restrict, seen, unlocked
from web.db import db
from workflow.core.acts.answers import Answers
from workflow.core.numbers import case_number
from workflow.services.cases import open_case
from workflow.services.tasks import ask_information


def test_with_the_code_the_requester_answers_with_a_document(filled, opened):
    number, code = opened
    ask(filled, number)
    before = seen(filled, number).text
    visitor, entered = unlocked(filled, number, code.lower().replace("-", " "))
    page = visitor.get(f"/acompanhar/{number}").text

    form = {
        "csrf": token_of(page),
        "answer": "Até março de 2027.",
        "documents.call_text": (io.BytesIO(PDF), "edital.pdf"),
    }
    answer = visitor.post(f"/acompanhar/{number}/resposta/1", data=form)
    after = visitor.get(answer.headers["Location"]).text

    assert "Qual é o prazo" not in before
    assert "Responder a uma pergunta" in before
    assert entered.status_code == 303
    assert "Qual é o prazo do fundo?" in page
    assert "Responda até" in page
    assert answer.status_code == 303
    assert "Recebemos a sua resposta" in after
    assert "Nenhuma pergunta espera por você" in after
    with filled.work() as uow:
        case = filled.acting(uow, "SEDE").load(number).snapshot
    assert case.data["call_text"]["name"] == "edital.pdf"
    assert case.task(1).request is None


def test_with_the_code_the_requester_attaches_a_document_unasked(filled, opened):
    number, code = opened
    visitor, _ = unlocked(filled, number, code)
    page = visitor.get(f"/acompanhar/{number}").text
    form = {"csrf": token_of(page), "field": "call_text"}
    address = f"/acompanhar/{number}/documento"

    nothing = visitor.post(address, data=dict(form))
    given = visitor.post(address, data={**form, "documents.own": (io.BytesIO(PDF), "edital.pdf")})
    stranger = filled.app.test_client()
    token = token_of(stranger.get(f"/acompanhar/{number}").text)
    refused = stranger.post(
        address,
        data={"csrf": token, "field": "call_text", "documents.own": (io.BytesIO(PDF), "x.pdf")},
    )

    assert (nothing.status_code, given.status_code) == (422, 303)
    assert "O acesso com código terminou" in refused.text
    with filled.work() as uow:
        held = filled.acting(uow, "SEDE").load(number).snapshot.data["call_text"]
    assert (held["name"], held["version"]) == ("edital.pdf", 1)


def test_an_empty_answer_is_asked_again(filled, opened):
    number, code = opened
    ask(filled, number)
    visitor, _ = unlocked(filled, number, code)
    page = visitor.get(f"/acompanhar/{number}").text

    answer = visitor.post(f"/acompanhar/{number}/resposta/1", data={"csrf": token_of(page)})

    assert answer.status_code == 422
    assert 'href="#f-1-answer"' in answer.text
    assert 'id="f-1-answer"' in answer.text


def test_an_answer_sent_twice_is_given_once(filled, opened):
    number, code = opened
    ask(filled, number)
    visitor, _ = unlocked(filled, number, code)
    form = {"csrf": token_of(visitor.get(f"/acompanhar/{number}").text), "answer": "Março."}

    answers = [visitor.post(f"/acompanhar/{number}/resposta/1", data=dict(form)) for _ in "ab"]

    assert [a.status_code for a in answers] == [303, 303]


def test_a_wrong_code_and_a_wrong_number_are_answered_alike(filled, opened):
    number, _ = opened
    _, wrong = unlocked(filled, number, "ABCD-2345-EFGH")
    _, missing = unlocked(filled, case_number(2026, 777_777), "ABCD-2345-EFGH")

    assert (wrong.status_code, missing.status_code) == (422, 404)
    for answer in (wrong, missing):
        assert "O número e o código não conferem" in answer.text


def test_a_request_that_is_not_public_says_who_sees_it(filled, opened):
    number, code = opened
    visitor, _ = unlocked(filled, number, code)
    everybody = "Qualquer pessoa com o protocolo vê"
    assert everybody in visitor.get(f"/acompanhar/{number}").text
    restrict(filled, number)
    page = visitor.get(f"/acompanhar/{number}").text

    assert everybody not in page
    assert "Este pedido não é público" in page


def test_a_wrong_code_tells_no_restricted_case_from_a_missing_one(filled, opened):
    number, _ = opened
    restrict(filled, number)
    answers, statements = [], []
    for asked in (case_number(2026, 666_666), number):
        visitor = filled.app.test_client()
        token = token_of(visitor.get(f"/acompanhar/{asked}").text)
        with filled.app.app_context(), counted(db.engine) as sent:
            answer = visitor.post(
                f"/acompanhar/{asked}/codigo", data={"csrf": token, "code": "ABCD-2345-EFGH"}
            )
        answers.append((answer.status_code, as_compared(answer.text, asked)))
        statements.append(sent)

    assert answers[0] == answers[1]
    assert statements[0] == statements[1]


def test_who_guesses_codes_must_wait(filled, opened):
    number, code = opened
    answers = [unlocked(filled, number, "ABCD-2345-EFGH")[1].status_code for _ in range(7)]

    assert answers[-1] == 429
    assert unlocked(filled, number, code)[1].status_code == 429


def test_a_code_opens_its_own_case_only(filled, opened):
    number, code = opened
    ask(filled, number)
    with filled.work() as uow:
        other = open_case(
            filled.acting(uow, "SEF"),
            "grant_application",
            opener="SEF",
            answers=Answers(data=GRANT),
            key="other",
        ).number
    with filled.work() as uow:
        acting = filled.acting(uow, "SCC")
        ask_information(acting, other, 1, "Segredo do outro", of=None, key="ask-2")
    visitor, _ = unlocked(filled, number, code)
    page = visitor.get(f"/acompanhar/{other}").text

    form = {"csrf": token_of(page), "answer": "Resposta alheia"}
    refused = visitor.post(f"/acompanhar/{other}/resposta/1", data=form)

    assert "Segredo do outro" not in page
    assert "Segredo do outro" not in refused.text
    assert "O acesso com código terminou" in refused.text


def test_the_code_opens_a_restricted_case_to_its_requester(filled, opened):
    number, code = opened
    restrict(filled, number)
    visitor, _ = unlocked(filled, number, code)

    assert "Edital de hidrogênio verde" in visitor.get(f"/acompanhar/{number}").text
    assert seen(filled, number).status_code == 404

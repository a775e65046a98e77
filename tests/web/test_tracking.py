"""The public page: what anybody reads of a case, what nobody does, and what the code opens."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest

from tests.storage.counting import counted
from tests.web.filled import GRANT
from tests.web.pages import token_of
from web.db import db
from web.phrases import phrase
from workflow.core.acts.answers import Answers
from workflow.core.fields import Access
from workflow.core.numbers import case_number
from workflow.services.cases import change_access, open_case, suspend, withdraw
from workflow.services.public_view import LOOK_UPS, TOLD, Happening
from workflow.services.tasks import ask_information, claim, complete_task

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


def test_anybody_with_the_number_reads_where_the_case_is(filled, opened):
    page = seen(filled, opened[0]).text

    questions = re.findall(r"<dt>.*?</svg>(.*?)</dt>", page)
    assert questions == [
        "O que você precisa fazer",
        "Com quem está",
        "O que vem depois",
        "Quando deve terminar",
    ]
    assert "Edital de hidrogênio verde" in page
    assert "Vemos se o Estado pode concorrer" in page
    assert "SCC" in page
    assert "Seleção interna" in page
    assert "Recebemos o pedido de" in page
    assert "<script" not in page


def test_nothing_personal_or_of_the_network_only_is_told(filled, opened):
    number, _ = opened
    filled.officer("SCC")
    with filled.work() as uow:
        acting = filled.acting(uow, "SCC")
        complete_task(
            acting,
            number,
            1,
            "adjust",
            answers=Answers(reason="O motivo que ninguém lê"),
            key="adjust",
        )

    page = seen(filled, number).text

    assert "Precisa de ajuste" in page
    for secret in (SECRET, "Ana Prado", "O motivo que ninguém lê", "Officer", "Fundo do Clima"):
        assert secret not in page


def as_compared(page, number):
    """Return a page without what differs from visitor to visitor: the number and the tokens."""
    bare = re.sub(r'value="[0-9a-f]{64}"', "", page.replace(number, "N"))
    return re.sub(r"\d{2}h\d{2}", "", bare)


def test_missing_restricted_and_unannounced_cases_are_answered_alike(filled, opened):
    number, _ = opened
    with filled.work() as uow:
        change_access(
            filled.acting(uow, "SCC"),
            number,
            Access.RESTRICTED,
            "informacao_pessoal",
            "Dados de terceiros",
            key="restrict",
        )
    missing = case_number(2026, 999_999)
    answers, statements = [], []
    for asked in (missing, number):
        seen(filled, asked)
        with filled.app.app_context(), counted(db.engine) as sent:
            answer = seen(filled, asked)
        answers.append((answer.status_code, as_compared(answer.text, asked), len(answer.text)))
        statements.append(sent)

    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert statements[0] == statements[1]


def test_an_unannounced_case_is_as_one_that_is_not(filled):
    with filled.work() as uow:
        number = open_case(
            filled.acting(uow, "SEDE"),
            "mission_preparation",
            opener="SEDE",
            answers=Answers(),
            key="mission",
            parent="2026-000001-16",
        ).number

    hidden, missing = seen(filled, number), seen(filled, case_number(2026, 888_888))

    assert hidden.status_code == missing.status_code == 404
    assert as_compared(hidden.text, number) == as_compared(missing.text, case_number(2026, 888_888))


def test_a_mistyped_number_is_told_by_its_end(filled_here):
    answer = seen(filled_here, "2026-000418-74")

    assert answer.status_code == 404
    assert "Confira os dois últimos números, que são de verificação" in answer.text


@pytest.mark.parametrize("typed", ["2026 000418 73", "202600041873"])
def test_a_number_is_read_however_it_is_typed(client, typed):
    answer = client.get("/acompanhar", query_string={"protocolo": typed})

    assert answer.headers["Location"] == "/acompanhar/2026-000418-73"


def test_who_asks_too_often_must_wait(filled_here, opened_here):
    number = opened_here
    answers = [seen(filled_here, number).status_code for _ in range(LOOK_UPS + 2)]

    assert answers[0] == 200
    assert 429 in answers[-2:]
    assert int(seen(filled_here, number).headers["Retry-After"]) > 0


@pytest.fixture
def opened_here(filled_here):
    with filled_here.work() as uow:
        acting = filled_here.acting(uow, "SEDE")
        done = open_case(
            acting, "grant_application", opener="SEDE", answers=Answers(data=GRANT), key="one"
        )
    return done.number


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


def test_a_wrong_code_tells_no_restricted_case_from_a_missing_one(filled, opened):
    number, _ = opened
    with filled.work() as uow:
        change_access(
            filled.acting(uow, "SCC"),
            number,
            Access.RESTRICTED,
            "informacao_pessoal",
            "Dados de terceiros",
            key="restrict",
        )
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
    with filled.work() as uow:
        change_access(
            filled.acting(uow, "SCC"),
            number,
            Access.RESTRICTED,
            "informacao_pessoal",
            "Dados de terceiros",
            key="restrict",
        )
    visitor, _ = unlocked(filled, number, code)

    assert "Edital de hidrogênio verde" in visitor.get(f"/acompanhar/{number}").text
    assert seen(filled, number).status_code == 404


def test_a_suspended_case_says_since_when_and_a_closed_one_how_it_ended(filled, opened):
    number, _ = opened
    with filled.work() as uow:
        suspend(
            filled.acting(uow, "SCC"),
            number,
            "Aguarda o fundo",
            review_on=date.fromordinal(uow.today.toordinal() + 10),
            key="suspend",
        )
    suspended = seen(filled, number).text
    with filled.work() as uow:
        withdraw(filled.acting(uow, "SEDE"), number, "Desistimos", key="withdraw")
    ended = seen(filled, number).text

    assert "O pedido está parado desde" in suspended
    assert "O pedido foi encerrado por quem o fez." in ended
    assert "Já terminou" in ended
    assert "Aguarda o fundo" not in suspended
    assert "Desistimos" not in ended


@pytest.mark.parametrize(
    ("language", "asked"), [("en", "What you have to do"), ("es", "Qué tiene que hacer usted")]
)
def test_the_page_speaks_other_languages(filled, opened, language, asked):
    page = filled.app.test_client().get(f"/acompanhar/{opened[0]}?lang={language}").text

    assert asked in page
    assert "Edital" in page


@pytest.mark.parametrize("kind", sorted(TOLD))
def test_everything_told_has_a_sentence(filled_here, kind):
    with filled_here.work() as uow:
        state = uow.installation.newest("grant_application").state("triage")
        said = phrase("public", "happening", Happening(kind, uow.now, "SEF", "SES", state), {})

    assert said.endswith(".")

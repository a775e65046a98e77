"""The public page: what anybody reads of a case, what nobody does, and what the code opens."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.storage.counting import counted
from tests.web.filled import GRANT
from tests.web.limits import in_one_window
from tests.web.requester import SECRET, as_compared, restrict, seen
from web.db import db
from web.words.phrases import phrase
from workflow.core.acts.answers import Answers
from workflow.core.numbers import case_number
from workflow.services.cases import open_case, suspend, withdraw
from workflow.services.public_view import LOOK_UPS, TOLD, WINDOW, Happening
from workflow.services.tasks import complete_task


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


def test_the_page_takes_a_statement_besides_that_which_counts_who_looks(filled, opened):
    number, _ = opened
    seen(filled, number)

    with filled.app.app_context(), counted(db.engine) as sent:
        assert seen(filled, number).status_code == 200

    assert len(sent) == 2, "\n\n".join(sent)


def test_missing_restricted_and_unannounced_cases_are_answered_alike(filled, opened):
    number, _ = opened
    restrict(filled, number)
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


@pytest.mark.parametrize("typed", ["1500.01.0012345/2024-67", "abc", "../../etc"])
def test_what_cannot_be_a_number_is_told_what_one_looks_like(filled_here, typed):
    answer = filled_here.app.test_client().get("/acompanhar/", query_string={"protocolo": typed})

    assert answer.status_code == 404
    assert "O número do SEI é outro" in answer.text
    assert f'value="{typed}"' in answer.text


def test_who_asks_too_often_must_wait(filled_here, opened_here):
    number = opened_here
    in_one_window(WINDOW)
    answers = [seen(filled_here, number).status_code for _ in range(LOOK_UPS + 2)]

    assert answers[0] == 200
    assert 429 in answers[-2:]
    assert int(seen(filled_here, number).headers["Retry-After"]) > 0


def test_an_officer_is_not_held_up_by_who_shares_their_address(filled_here, opened_here):
    officer, path = filled_here.sign_in("SEF"), f"/acompanhar/{opened_here}"
    in_one_window(WINDOW)
    for _ in range(LOOK_UPS + 1):
        seen(filled_here, opened_here)

    assert seen(filled_here, opened_here).status_code == 429
    assert officer.get(path).status_code == 200
    for _ in range(LOOK_UPS):
        officer.get(path)
    assert officer.get(path).status_code == 429


@pytest.fixture
def opened_here(filled_here):
    with filled_here.work() as uow:
        acting = filled_here.acting(uow, "SEDE")
        done = open_case(
            acting, "grant_application", opener="SEDE", answers=Answers(data=GRANT), key="one"
        )
    return done.number


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

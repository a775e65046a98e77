"""The day by which an answer is wanted, from its form to the page of whoever is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from markupsafe import escape

from tests.storage.counting import counted
from tests.today import in_days, today
from tests.web.filling import forms_of
from tests.web.test_rests import hidden
from web.db import db
from web.notices.letters import WORDS
from web.words.phrases import phrase
from workflow.core.deadlines.rules import HOUSE

QUESTION = {"of": "SEDE", "question": "Qual é o imposto?", "amount": "5", "unit": "working days"}
FOLD = "Pedir informação"


@pytest.fixture
def tax(office):
    return office.task("tax_review")


def open_day(office, agency="SEDE"):
    """Return a day next week on which an agency is at work."""
    calendar = office.acting("SCC").world().calendar(agency)
    days = (today() + timedelta(days=n) for n in range(7, 30))
    return next(day for day in days if calendar.is_open(day, HOUSE))


def test_the_day_and_what_it_does_to_ones_deadline_are_shown_before_it_is_asked(office, tax):
    began = {"clock": f"task:{tax}", "start": in_days(0), "reason": "Chegou hoje."}
    assert office.visit("SEDE").post("/comeco", began).status_code == 303
    visitor = office.visit("SEF")
    form = visitor.get(f"/tarefas/{tax}").text
    assert 'name="amount" value="5"' in form

    shown = visitor.post(f"/tarefas/{tax}/perguntar/efeito", QUESTION)
    assert shown.status_code == 200
    assert "Nada foi enviado ainda" in shown.text
    assert "5 dias úteis, contados no calendário de SEDE" in shown.text
    assert "Para de contar enquanto a resposta não chega." in shown.text
    assert "Se a resposta vier no último dia, passa a vencer em" in shown.text
    assert office.case().task(tax).request is None

    assert visitor.post(f"/tarefas/{tax}/perguntar", hidden(shown.text)).status_code == 303
    asked = office.case().task(tax).request
    assert f'datetime="{asked.clock.due_on.isoformat()}"' in shown.text
    assert "A resposta é esperada até" in visitor.get(f"/tarefas/{tax}").text
    assert "SEF pediu informação a SEDE, até" in visitor.case().text


def test_a_deadline_that_has_passed_is_told_to_stay_where_it_is(office, tax):
    due = office.case().task(tax).clock.due_on
    shown = office.visit("SEF").post(f"/tarefas/{tax}/perguntar/efeito", QUESTION)
    assert f"A pergunta não adia este prazo, de {due:%d/%m/%Y}" in shown.text


def test_a_chosen_day_binds_whoever_is_asked_who_sees_it_with_its_count(office, tax):
    day = open_day(office)
    asks = {**QUESTION, "day": day.isoformat()}
    shown = office.visit("SEF").post(f"/tarefas/{tax}/perguntar/efeito", asks)
    assert "O dia que você escolheu." in shown.text
    assert office.visit("SEF").post(f"/tarefas/{tax}/perguntar", asks).status_code == 303

    asked = office.visit("SEDE")
    key = office.case().task(tax).request.clock.key
    page = asked.case().text
    assert "Responda até" in page
    assert f"/prazos/{key}" in page
    assert "resposta a SEF" in asked.get(f"/prazos/{key}").text
    due = asked.client.get("/prazos/?de=orgao").text
    assert "resposta a uma pergunta" in due
    assert "quem responder" in due


def test_a_term_is_explained_day_by_day_to_whoever_is_asked(office, tax):
    assert office.visit("SEF").post(f"/tarefas/{tax}/perguntar", QUESTION).status_code == 303
    key = office.case().task(tax).request.clock.key
    told = office.visit("SEDE").get(f"/prazos/{key}").text
    assert "A contagem, dia a dia" in told
    assert "O de SEDE, que deve o ato." in told


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "x"}, "Prazo para responder: Escreva um número inteiro"),
        ({"amount": "00"}, "Prazo para responder: Escreva um número inteiro"),
        ({"amount": "99999"}, "Escolha um dia entre"),
        ({"unit": "aeons"}, "não é um prazo"),
        ({"day": "amanhã"}, "Escreva uma data que exista"),
        ({"day": "2020-01-02"}, "Escolha um dia entre"),
        ({"day": "SUNDAY"}, "Quem responde não trabalha nesse dia"),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_words(office, tax, typed, said):
    sunday = today() + timedelta(days=13 - today().weekday())
    given = {name: value.replace("SUNDAY", sunday.isoformat()) for name, value in typed.items()}
    shown = office.visit("SEF").post(f"/tarefas/{tax}/perguntar/efeito", {**QUESTION, **given})
    assert shown.status_code == 422
    assert said in shown.text


@pytest.mark.parametrize("act", ["perguntar/efeito", "perguntar"])
@pytest.mark.parametrize(
    ("wrong", "at"),
    [({"question": ""}, "question"), ({"amount": "x"}, "amount"), ({"day": "2020-01-02"}, "day")],
)
def test_a_refused_question_stays_open_with_all_that_was_typed(office, tax, act, wrong, at):
    typed = {"of": "SEDE", "question": "Qual <é> o imposto?", "amount": "7", "unit": "days"}
    typed |= {"day": in_days(9), **wrong}
    shown = office.visit("SEF").post(f"/tarefas/{tax}/{act}", typed)
    form = next(f for f in forms_of(shown.text) if f.action.endswith("/perguntar/efeito"))
    written = typed.pop("question")

    assert shown.status_code == 422
    assert f"<details open><summary>{FOLD}" in shown.text
    assert {name: form.held[name] for name in typed} == {n: [v] for n, v in typed.items()}
    assert f"\n{escape(written)}</textarea>" in shown.text
    assert f'<a href="#f-ask-{at}">' in shown.text
    assert f'id="f-ask-{at}-error"' in shown.text


def test_the_fold_of_a_question_is_closed_until_it_is_opened(office, tax):
    page = office.visit("SEF").get(f"/tarefas/{tax}").text
    form = next(f for f in forms_of(page) if f.action.endswith("/perguntar/efeito"))

    assert f"<details><summary>{FOLD}" in page
    assert form.held["unit"] == ["working days"]


def test_a_wrong_question_of_who_may_not_ask_opens_no_page_of_the_task(office, tax):
    wrong = {**QUESTION, "amount": "x"}
    shown = office.visit("SEDE").post(f"/tarefas/{tax}/perguntar/efeito", wrong)

    assert shown.status_code == 422
    assert "error-summary" not in shown.text
    visitor = office.visit("SEF")
    assert visitor.post(f"/tarefas/{tax}/perguntar", QUESTION).status_code == 303
    again = visitor.post(f"/tarefas/{tax}/perguntar", wrong)
    assert again.status_code == 422
    assert "error-summary" not in again.text


def test_who_forgot_a_reason_is_led_back_to_the_task_and_from_a_case_to_the_case(office, tax):
    visitor = office.visit("SEF")
    empty = visitor.post(f"/tarefas/{tax}/orgao", {"agency": "SES", "reason": ""})
    assert empty.status_code == 422
    assert "Voltar à tarefa" in empty.text
    assert f'href="/pedidos/{office.number}/tarefas/{tax}"' in empty.text

    refused = office.visit("SCC").post("/desistir", {"reason": ""})
    assert refused.status_code == 422
    assert "Voltar à tarefa" not in refused.text
    assert "Voltar ao pedido" in refused.text


def test_one_agency_more_that_would_answer_too_late_is_asked_only_when_confirmed(office):
    visitor = office.visit("SEDE")
    typed = {"task": "technical_review", "agency": "SES"}
    shown = visitor.post("/orgaos", typed)
    assert shown.status_code == 422
    assert "Pedir também a outro órgão" in shown.text
    assert "depois do prazo do pedido" in shown.text
    assert visitor.post("/orgaos", hidden(shown.text)).status_code == 303
    assert office.task("technical_review")


def test_a_warning_of_a_question_says_to_whom_an_answer_is_owed(office):
    facts = {"title": "Analisar", "asks": "SEF", "due": "vence hoje", "agency": "SEDE"}
    with office.app.test_request_context():
        assert phrase(WORDS, "headline_due_today", facts) == (
            "Responder a SEF (Analisar): vence hoje"
        )
        assert "pode retirar a pergunta" in phrase(WORDS, "otherwise", facts)
        own = {**facts, "asks": ""}
        assert phrase(WORDS, "subject_due_today", own) == "Vence hoje: Analisar"


def test_what_was_asked_stands_in_the_inbox_of_whoever_is_asked(office, tax):
    asks = {**QUESTION, "amount": "5"}
    assert office.visit("SEF").post(f"/tarefas/{tax}/perguntar", asks).status_code == 303
    owner = office.visit("SEDE").client

    inbox = owner.get("/caixa/?ver=agency").text
    assert '<a href="/caixa/perguntas/">Perguntas <span class="count">1</span></a>' in inbox
    page = owner.get("/caixa/perguntas/").text
    number, due_on = office.case().number, office.case().task(tax).request.clock.due_on
    assert f'href="/pedidos/{number}#question-{tax}"' in page
    assert "Qual é o imposto?" in page
    assert f'<time datetime="{due_on.isoformat()}">' in page
    assert "Mostrando 1 de 1" in page
    assert owner.get("/caixa/perguntas/?apos=nada_disto").text.count("Qual é o imposto?") == 1

    others = office.visit("SEF").client.get("/caixa/perguntas/").text
    assert "Nenhuma pergunta espera resposta de SEF agora." in others
    assert owner.get("/caixa/?ver=asked").status_code == 200


def test_the_list_of_questions_costs_few_statements(office, tax):
    assert office.visit("SEF").post(f"/tarefas/{tax}/perguntar", QUESTION).status_code == 303
    owner = office.visit("SEDE").client
    owner.get("/caixa/perguntas/")
    with office.app.app_context():
        engine = db.engine
    with counted(engine) as statements:
        owner.get("/caixa/perguntas/")
    assert len(statements) <= 5, statements

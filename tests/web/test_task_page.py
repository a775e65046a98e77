"""A task from its page: the form, the draft, the way an outcome leads, and two people at once."""

from __future__ import annotations

import re

import pytest

from tests.storage.counting import counted
from tests.web.office import JIANGSU, before, close_office, hidden, open_office, pdf
from web.db import db
from workflow.core.acts.information import askable

MOST_STATEMENTS = 4


@pytest.fixture
def tax(office):
    """Return the number of the task in which the treasury reviews the tax treatment."""
    return office.task("tax_review")


@pytest.fixture
def consolidating(office, tax):
    """Bring the case to its consolidation, which has a form of case data."""
    office.visit("SEF").post(f"/tarefas/{tax}", {"outcome": "favourable"})
    budget = {"outcome": "favourable", "documents.budget_declaration": pdf()}
    office.visit("SEPLAG").post(f"/tarefas/{office.task('budget_review')}", budget)
    return office.task("consolidate")


def answers(page: str, **more: object) -> dict[str, object]:
    """Return what the form of the consolidation sends, as the page gave it."""
    return {
        "seq": hidden(page, "seq"),
        "data.duration.amount": "60",
        "data.duration.unit": "months",
        "data.renewable": "yes",
        "data.standard_draft": "no",
        **more,
    }


def test_the_page_shows_the_form_the_ways_to_end_and_where_they_lead(office, tax):
    page = office.visit("SEF").get(f"/tarefas/{tax}")

    assert page.status_code == 200
    assert "<h1>Analisar o tratamento tributário</h1>" in page.text
    assert "Este parecer vincula." in page.text
    assert "O pedido ainda espera por SEPLAG." in page.text
    assert page.text.count('name="outcome"') == 3


def test_whoever_works_elsewhere_sees_the_task_but_no_button(office, tax):
    page = office.visit("SES").get(f"/tarefas/{tax}").text

    assert "Esta tarefa é de SEF." in page
    assert 'name="outcome"' not in page


def test_opening_a_task_is_its_receipt(office, tax):
    assert office.case().task(tax).received_at is None

    office.visit("SEF").get(f"/tarefas/{tax}")

    assert office.case().task(tax).received_at


def test_nothing_is_chosen_beforehand_and_ending_without_a_choice_is_told(office, tax):
    visitor = office.visit("SEF")

    fresh = visitor.get(f"/tarefas/{tax}").text
    sent = visitor.post(f"/tarefas/{tax}", {"reason": "Sem ônus."})

    assert " checked" not in fresh
    assert sent.status_code == 422
    assert "Escolha como a tarefa termina" in sent.text
    assert "Sem ônus." in sent.text


def test_what_was_chosen_stays_when_the_reason_is_missing(office, tax):
    sent = office.visit("SEF").post(f"/tarefas/{tax}", {"outcome": "contrary"})

    assert sent.status_code == 422
    assert re.findall(r'value="(\w+)" required checked', sent.text) == ["contrary"]


def test_an_outcome_ends_the_task_and_says_where_the_case_is(office, tax):
    visitor = office.visit("SEF")

    sent = visitor.post(f"/tarefas/{tax}", {"outcome": "favourable"})

    assert sent.status_code == 303
    page = visitor.case().text
    assert "Tarefa concluída: Favorável." in page
    assert "SEF concluiu “Analisar o tratamento tributário”: Favorável" in page
    assert "já concluiu esta tarefa: Favorável" in visitor.get(f"/tarefas/{tax}").text


def test_a_missing_reason_is_asked_for_beside_the_field(office, tax):
    sent = office.visit("SEF").post(f"/tarefas/{tax}", {"outcome": "contrary"})

    assert sent.status_code == 422
    assert 'href="#f-reason"' in sent.text
    assert office.case().task(tax)


def test_a_missing_document_is_asked_for_and_what_was_typed_stays(office):
    budget = office.task("budget_review")
    visitor = office.visit("SEPLAG")

    sent = visitor.post(f"/tarefas/{budget}", {"outcome": "contrary", "reason": "Sem dotação."})

    assert sent.status_code == 422
    assert ">Declaração orçamentária: Junte este documento antes de concluir<" in sent.text
    assert "Sem dotação." in sent.text


def test_a_document_sent_with_a_form_that_stops_is_asked_for_again(office):
    budget = office.task("budget_review")
    sent = {"outcome": "contrary", "documents.budget_declaration": pdf()}

    page = office.visit("SEPLAG").post(f"/tarefas/{budget}", sent)

    assert page.status_code == 422
    assert ">Declaração orçamentária: Escolha este arquivo de novo" in page.text
    assert ">Escreva o motivo." in page.text


def test_a_document_comes_with_the_outcome(office):
    budget = office.task("budget_review")
    sent = {"outcome": "favourable", "documents.budget_declaration": pdf("declaração.pdf")}

    assert office.visit("SEPLAG").post(f"/tarefas/{budget}", sent).status_code == 303
    assert office.case().data["budget_declaration"]["name"] == "declaração.pdf"


def test_a_held_outcome_is_a_disabled_button_with_its_reason(office, tax):
    contrary = {"outcome": "contrary", "reason": "Renúncia de receita."}
    office.visit("SEF").post(f"/tarefas/{tax}", contrary)
    budget = {"outcome": "favourable", "documents.budget_declaration": pdf()}
    office.visit("SEPLAG").post(f"/tarefas/{office.task('budget_review')}", budget)

    page = office.visit("SEDE").get(f"/tarefas/{office.task('consolidate')}").text

    assert re.search(r'value="to_counsel" disabled', page)
    assert "Há parecer vinculante contrário." in page
    assert not re.search(r'value="return" disabled', page)


def test_what_was_typed_is_kept_as_a_draft_without_scripts(office, tax):
    visitor = office.visit("SEF")

    saved = visitor.post(f"/tarefas/{tax}/rascunho", {"reason": "Ainda pensando nisto."})

    assert saved.status_code == 303
    page = visitor.get(f"/tarefas/{tax}").text
    assert "Ainda pensando nisto." in page
    assert "Você está vendo o seu rascunho" in page
    assert "Ainda pensando" not in office.visit("SEF", "second").get(f"/tarefas/{tax}").text
    visitor.post(f"/tarefas/{tax}/rascunho/apagar")
    assert "Ainda pensando" not in visitor.get(f"/tarefas/{tax}").text


def test_the_page_itself_saves_the_draft_while_somebody_writes(office, tax):
    saved = office.visit("SEF").post(
        f"/tarefas/{tax}/rascunho", {"reason": "Primeira linha."}, **{"HX-Request": "true"}
    )

    assert saved.status_code == 200
    assert saved.text.startswith('<p id="draft-state"')
    assert "Rascunho guardado às" in saved.text


def test_a_task_is_taken_handed_over_and_given_back(office, tax):
    visitor = office.visit("SEF")
    visitor.post(f"/tarefas/{tax}/assumir")
    me = office.case().task(tax).assignee
    page = visitor.get(f"/tarefas/{tax}").text
    other = next(int(n) for n in re.findall(r'<option value="(\d+)">SEF', page) if int(n) != me)

    assert visitor.post(f"/tarefas/{tax}/passar", {"officer": other}).status_code == 303
    assert office.case().task(tax).assignee == other
    told = visitor.get(f"/tarefas/{tax}").text
    assert "Como chefia, você pode passá-la a você" in told
    assert "peça à chefia" not in told
    assert visitor.post(f"/tarefas/{tax}/devolver").status_code == 303
    assert office.case().task(tax).assignee is None


def test_a_question_is_offered_what_the_act_lets_it_ask(office, tax):
    page = office.visit("SEF").get(f"/tarefas/{tax}").text
    offered = re.findall(r'name="fields" value="(\w+)"', page)

    assert offered
    assert set(offered) == askable(office.case(), "SEF")


def test_a_task_is_not_handed_to_a_stranger(office, tax):
    visitor = office.visit("SEF")

    assert visitor.post(f"/tarefas/{tax}/passar", {"officer": "1"}).status_code == 422


def test_a_question_stops_the_task_until_it_is_answered(office, tax):
    visitor = office.visit("SEF")
    question = {"of": "SEDE", "question": "Qual é o imposto?"}
    assert visitor.post(f"/tarefas/{tax}/perguntar", question).status_code == 303
    assert "Qual é o imposto?" in visitor.get(f"/tarefas/{tax}").text
    asked = office.visit("SEDE")
    assert "Qual é o imposto?" in asked.case().text

    assert asked.post(f"/tarefas/{tax}/responder", {"answer": "Nenhum."}).status_code == 303

    assert office.case().task(tax).request is None
    assert "Nenhum." in visitor.case().text


def test_a_question_asks_for_documents_and_the_answer_brings_them(office, tax):
    visitor = office.visit("SEF")
    assert 'name="fields" value="draft"' in visitor.get(f"/tarefas/{tax}").text
    question = {"of": "SEDE", "question": "A minuta final?", "fields": ["draft"]}
    assert visitor.post(f"/tarefas/{tax}/perguntar", question).status_code == 303
    asked = office.visit("SEDE")
    assert 'name="documents.draft"' in asked.case().text
    assert f"#question-{tax}" in asked.get(f"/tarefas/{tax}").text
    assert f"#question-{tax}" not in visitor.get(f"/tarefas/{tax}").text

    brought = {"answer": "Segue.", "documents.draft": pdf("minuta.pdf")}
    assert asked.post(f"/tarefas/{tax}/responder", brought).status_code == 303

    assert office.case().data["draft"]["name"] == "minuta.pdf"


def test_who_comes_second_is_told_who_was_first_and_keeps_the_text(office, tax):
    late = office.visit("SEF", "second")
    office.visit("SEF").post(f"/tarefas/{tax}", {"outcome": "favourable"})
    text = "Meu parecer, com muitas razões que não devem se perder."

    sent = late.post(f"/tarefas/{tax}", {"outcome": "contrary", "reason": text})

    assert sent.status_code == 409
    assert "SEF First" in sent.text or "SEF first" in sent.text
    assert text in sent.text
    assert "Publicar como comentário" in sent.text


def test_what_changed_elsewhere_does_not_stop_anybody(office, consolidating):
    visitor = office.visit("SEDE", "second")
    page = visitor.get(f"/tarefas/{consolidating}").text
    office.visit("SEF").post("/comentarios", {"text": "Boa sorte.", "readers": "agencies"})

    sent = visitor.post(f"/tarefas/{consolidating}", answers(page, outcome="to_counsel"))

    assert sent.status_code == 303
    assert office.case().state == "counsel_review"


def test_two_texts_for_the_same_field_are_laid_side_by_side(office, consolidating):
    visitor = office.visit("SEDE", "second")
    page = visitor.get(f"/tarefas/{consolidating}").text
    office.visit("SEDE").post(
        "/corrigir",
        {
            "fields": "duration",
            "data.duration.amount": "36",
            "data.duration.unit": "months",
            "reason": "Acertado com o parceiro.",
        },
    )

    sent = visitor.post(
        f"/tarefas/{consolidating}", answers(page, outcome="to_counsel", reason="Já consolidei.")
    )

    assert sent.status_code == 409
    assert "36 meses" in sent.text
    assert "60 meses" in sent.text
    assert "SEDE corrigiu: Duração" in sent.text
    assert office.case().state == "consolidation"
    merged = {"resolve": "merge", "disputed": "data.duration"}
    assert visitor.post(f"/tarefas/{consolidating}/conflito", merged).status_code == 303
    again = visitor.get(f"/tarefas/{consolidating}").text
    assert 'name="data.duration.amount" value="36"' in again
    assert "Já consolidei." in again


def test_a_doubled_click_ends_the_task_once(office, tax):
    visitor = office.visit("SEF")
    once = {"outcome": "favourable", "once": "one and the same key"}

    assert visitor.post(f"/tarefas/{tax}", once).status_code == 303
    assert visitor.post(f"/tarefas/{tax}", once).status_code == 303

    assert visitor.case(ver="all").text.count("SEF concluiu “Analisar o tratamento") == 1


def test_completing_a_task_costs_at_most_four_statements(
    installed_postgresql_url, tmp_path, record_property
):
    office = open_office(installed_postgresql_url, tmp_path)
    tax = office.task("tax_review")
    visitor = office.visit("SEF")
    page = visitor.get(f"/tarefas/{tax}").text
    sent = {"csrf": hidden(page, "csrf"), "seq": hidden(page, "seq"), "outcome": "favourable"}
    with office.app.app_context():
        engine = db.engine

    with counted(engine) as statements:
        answer = visitor.client.post(f"/pedidos/{office.number}/tarefas/{tax}", data=sent)

    close_office(office)
    assert answer.status_code == 303
    record_property("statements to complete a task, sign-in included", len(statements))
    assert len(statements) <= MOST_STATEMENTS, "\n\n".join(statements)


def test_a_part_that_is_emptied_is_refused_and_not_passed_over(tmp_path, installed_url):
    office = open_office(installed_url, tmp_path, steps=before(JIANGSU, "screen"))
    no = office.task("screen")
    visitor = office.visit(office.case().task(no).agency)
    held = office.case().participants["authority"]
    given = {
        "seq": hidden(visitor.get(f"/tarefas/{no}").text, "seq"),
        "data.instrument": "protocolo_intencoes",
        "roles.technical": ["", "SEDE"],
    }

    sent = visitor.post(f"/tarefas/{no}", {**given, "roles.authority": "", "outcome": "accept"})

    assert sent.status_code == 422
    assert 'href="#f-roles.authority"' in sent.text
    assert office.case().participants["authority"] == held
    close_office(office)


def test_of_many_decisions_the_newest_are_in_sight_and_the_others_one_click_away(
    installed_url, tmp_path
):
    office = open_office(installed_url, tmp_path, steps=before(JIANGSU, "register"))
    page = office.visit("SEDE").get(f"/tarefas/{office.task('register')}").text
    close_office(office)
    shown = page[page.index('id="before"') : page.index('id="background"')]
    in_sight, _, folded = shown.partition("<details")

    assert in_sight.count("<dt>") == 6
    assert "Publicar" in in_sight
    assert f"<summary>Mais {folded.count('<dt>')}<" in folded
    assert "Conferir o pedido" in folded

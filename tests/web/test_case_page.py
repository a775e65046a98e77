"""What the page of a case tells, to whom, and what is done with the case from it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.storage.counting import counted
from tests.web.office import pdf
from tests.web.pages import token_of
from web.db import db
from web.words.phrases import has_phrase
from workflow.core.events import Kind

MOST_STATEMENTS = 5


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_event_has_a_sentence(app, kind):
    with app.test_request_context():
        assert has_phrase("events", kind.value)


def test_no_sentence_of_a_refusal_names_the_act(app):
    """The page says once why several acts are refused, where only the act differs."""
    env = app.jinja_env
    source = env.loader.get_source(env, "wording/errors.jinja")[0]
    assert "p.agencies" in source
    assert not re.search(r"p\.act\b|p\[.act.\]", source)


def test_the_page_says_what_the_case_is_where_it_is_and_whose_turn(office):
    page = office.visit("SEF").case()

    assert page.status_code == 200
    assert "<h1>Protocolo de intenções com a Província de Jiangsu</h1>" in page.text
    assert "Tarefa de SEF: Analisar o tratamento tributário" in page.text
    assert "4 de 6 prontas" in page.text
    assert "Etapa 2 de 6, com SEF, SEPLAG" in page.text


def test_the_opinions_stand_side_by_side_with_the_reason_of_a_dissent(office):
    page = office.visit("SEF").case().text

    assert "Favorável com ajustes" in page
    assert "Detalhar as etapas do plano." in page
    assert "Ainda sem responsável" in page


def test_an_agency_without_a_part_reads_no_reason_and_no_restricted_document(office):
    page = office.visit("SES").case().text

    assert "Favorável com ajustes" in page
    assert "Detalhar as etapas do plano." not in page
    assert "parecer_sede.pdf" not in re.sub(r"(?s)<section[^>]*history.*?</section>", "", page)
    assert "Governo Popular da Província de Jiangsu" in page


def test_a_case_that_is_restricted_is_not_there_for_others(office):
    owner = office.visit("SEDE")
    access = {"access": "restricted", "ground": "documento_preparatorio", "reason": "Em estudo."}
    scc = office.visit("SCC")
    assert scc.post("/acesso", access).status_code == 303

    assert office.visit("SES").case().status_code == 404
    assert owner.case().status_code == 200


def test_a_number_that_nobody_has_is_not_found(office):
    visitor = office.visit("SEF")

    assert visitor.client.get("/pedidos/2026-999999-99").status_code == 404
    assert visitor.get("/tarefas/999").status_code == 404
    assert visitor.get("/prazos/case:nothing").status_code == 404
    assert visitor.get("/documentos/subject/1").status_code == 404


@pytest.mark.parametrize("tab", ["moves", "documents", "comments", "all", "nonsense"])
def test_history_is_told_in_days_and_filtered_by_address(office, tab):
    page = office.visit("SEDE").case(ver=tab)

    assert page.status_code == 200
    assert 'aria-current="true"' in page.text


def test_the_whole_record_pages_back_to_the_first_line(office):
    visitor = office.visit("SEDE")
    seen, before = set(), ""
    for _ in range(9):
        page = visitor.case(ver="all", antes=before).text
        seen |= {int(seq) for seq in re.findall(r'id="e(\d+)"', page)}
        found = re.search(r"antes=(\d+)", page)
        if not found:
            break
        before = found[1]

    assert 1 in seen


def test_the_page_costs_few_statements_however_much_is_on_it(office):
    visitor = office.visit("SEF")
    visitor.case()
    with office.app.app_context():
        engine = db.engine

    with counted(engine) as statements:
        assert visitor.case().status_code == 200

    assert len(statements) <= MOST_STATEMENTS, "\n\n".join(statements)


def test_a_deadline_is_explained_day_by_day(office):
    page = office.visit("SEF").get("/prazos/case:whole")

    assert page.status_code == 200
    assert "Começo: o prazo é de 90 dias úteis" in page.text
    assert "Não conta: fim de semana" in page.text
    assert "Último dia do prazo" in page.text


def test_a_comment_is_published_once_however_often_it_is_sent(office):
    visitor = office.visit("SEF")
    comment = {"text": "Falta o anexo II.", "readers": "agencies", "once": "the same key"}

    assert visitor.post("/comentarios", comment).status_code == 303
    assert visitor.post("/comentarios", comment).status_code == 303

    page = visitor.case(ver="comments").text
    assert page.count("Falta o anexo II.") == 1
    assert "Falta o anexo II." not in office.visit("SES").case(ver="comments").text


def test_a_document_is_attached_listed_and_downloaded_as_it_was(office):
    visitor = office.visit("SEDE")

    sent = visitor.post("/documentos", {"field": "work_plan", "document": pdf("plano novo.pdf")})

    assert sent.status_code == 303
    assert "plano novo.pdf" in visitor.case().text
    got = visitor.get("/documentos/work_plan/2")
    assert got.status_code == 200
    assert got.data.startswith(b"%PDF")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["Content-Disposition"].startswith("inline")
    assert office.visit("SES").get("/documentos/work_plan/2").status_code == 404


def test_a_document_that_is_not_what_it_says_is_refused(office):
    sent = office.visit("SEDE").post(
        "/documentos", {"field": "work_plan", "document": (pdf()[0], "plano.exe")}
    )

    assert sent.status_code == 422


def test_an_act_that_is_not_allowed_says_why_and_who_may(office):
    page = office.visit("SEF").case().text

    assert "O que você não pode fazer agora, e por quê" in page
    assert "Pode fazer: SEDE" in page


def test_the_coordinator_suspends_and_resumes(office):
    visitor = office.visit("SEDE")
    day = (datetime.now(UTC) + timedelta(days=14)).date().isoformat()
    soon = {"review_on": day, "reason": "Aguarda o parceiro."}

    assert visitor.post("/suspender", soon).status_code == 303
    assert "Pedido suspenso" in visitor.case().text
    assert visitor.post("/retomar").status_code == 303
    assert "Pedido suspenso" not in visitor.case().text


def test_data_are_corrected_with_a_reason_and_the_history_says_so(office):
    visitor = office.visit("SEDE")
    assert "Objeto" in visitor.get("/corrigir").text
    text = "Cooperação em energia limpa e em reciclagem de baterias entre os dois governos."

    silent = visitor.post("/corrigir", {"fields": "object", "data.object": text})
    said = visitor.post(
        "/corrigir", {"fields": "object", "data.object": text, "reason": "Faltava reciclagem."}
    )

    assert silent.status_code == 422
    assert text in silent.text
    assert said.status_code == 303
    page = visitor.case().text
    assert "SEDE corrigiu: Objeto" in page
    assert text in page


def test_a_refused_act_says_what_to_mend_keeps_the_text_and_leads_back(office):
    reason = "Um motivo longo o bastante para doer se fosse perdido."

    typed = {"review_on": "amanhã", "reason": reason}
    sent = office.visit("SEDE").post("/suspender", typed, **{"Sec-Fetch-Site": "same-origin"})

    assert sent.status_code == 422
    assert reason in sent.text
    assert f'href="/pedidos/{office.number}"' in sent.text


def test_an_act_on_a_case_that_is_not_there_is_not_found(office):
    visitor = office.visit("SES")
    office.visit("SCC").post(
        "/acesso",
        {"access": "restricted", "ground": "documento_preparatorio", "reason": "Em estudo."},
    )
    token = token_of(visitor.client.get("/preferencias/").text)

    sent = visitor.client.post(
        f"/pedidos/{office.number}/comentarios", data={"csrf": token, "text": "Olá."}
    )

    assert sent.status_code == 404


@pytest.mark.parametrize(
    ("act", "typed", "said"),
    [
        ("comentarios", {"text": " "}, "Escreva o texto antes de enviar"),
        (
            "relacionar",
            {"other": "2026-999999-00", "relation": "follows"},
            "Confira os dois últimos",
        ),
    ],
)
def test_a_refused_act_says_in_its_own_words_what_to_mend(office, act, typed, said):
    answer = office.visit("SEF").post(f"/{act}", typed)

    assert answer.status_code == 422
    assert said in answer.text
    assert "O que você escreveu" not in answer.text

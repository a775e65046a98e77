"""The page of papers, and the numbers of SEI that come back to it."""

from __future__ import annotations

import pytest

from tests.core.test_sei_numbers import PROCESS
from tests.web.test_papers import paper, said
from workflow.services.verification import verify


def test_the_page_offers_every_paper_that_the_case_gives(office):
    page = office.visit("SEDE").get("/papeis").text

    assert "Resumo do pedido" in page
    assert "Matriz de respostas" in page
    assert "Analisar o plano de trabalho, de SEMAD" in page
    assert "Analisar o tratamento tributário" not in page
    assert page.count("Salvar em PDF") == 7


def test_the_number_of_the_process_is_shown_where_the_case_is(office):
    visitor = office.visit("SEDE")

    sent = visitor.post("/papeis", {"number": PROCESS})

    assert sent.status_code == 303
    assert "Número do SEI registrado." in visitor.get("/papeis").text
    assert PROCESS in visitor.case().text
    assert f"SEDE registrou o processo {PROCESS} do SEI" in visitor.case().text
    found = visitor.client.get("/pedidos/", query_string={"q": PROCESS}).text
    assert office.number in found
    assert PROCESS in found
    assert f"Processo no SEI {PROCESS}" in said(paper(visitor, "/resumo.pdf"))
    assert verify(office.acting("SCC"), office.number).is_sound


def test_the_document_that_sei_made_of_a_paper_stands_beside_it(office):
    visitor = office.visit("SEMAD")

    sent = visitor.post("/papeis", {"paper": "summary", "number": "98765432"})

    assert sent.status_code == 303
    assert "98765432" in visitor.get("/papeis").text
    history = visitor.case().text
    assert "SEMAD registrou o documento 98765432 do SEI: Resumo do pedido" in history
    assert "Documentos no SEI Resumo do pedido 98765432" in said(paper(visitor, "/resumo.pdf"))
    assert verify(office.acting("SCC"), office.number).is_sound


def test_a_number_is_taken_back_by_whoever_recorded_it(office):
    visitor = office.visit("SEDE")
    visitor.post("/papeis", {"number": PROCESS})

    assert visitor.post("/desfazer").status_code == 303

    page = visitor.case().text
    assert "SEDE retirou o número do processo no SEI" in page
    assert "Ainda sem número." in visitor.get("/papeis").text


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ({"number": "12345"}, "Escreva o número do processo como no SEI"),
        ({"number": f"{PROCESS[:-2]}00"}, "Os números de verificação não conferem"),
        ({"paper": "summary", "number": "123"}, "que tem de 5 a 12 algarismos"),
    ],
)
def test_a_mistyped_number_says_what_to_mend_beside_the_field(office, sent, fault):
    answer = office.visit("SEDE").post("/papeis", sent)

    assert answer.status_code == 422
    assert fault in answer.text
    assert f'value="{sent["number"]}"' in answer.text


def test_wrong_check_digits_are_taken_once_confirmed(office):
    visitor = office.visit("SEDE")
    number = f"{PROCESS[:-2]}00"
    asked = visitor.post("/papeis", {"number": number}).text
    assert f"O número {number} é assim mesmo" in asked

    assert visitor.post("/papeis", {"number": number, "knowingly": "yes"}).status_code == 303
    assert number in visitor.case().text


def test_a_stranger_sees_the_papers_and_records_nothing(office):
    stranger = office.visit("SES")
    page = stranger.get("/papeis").text

    assert "Salvar em PDF" in page
    assert "Registrar" not in page
    assert stranger.post("/papeis", {"number": PROCESS}).status_code == 422


@pytest.mark.parametrize("key", ["opinion:99", "answers:1", "opinion:5:6"])
def test_a_paper_that_there_is_not_takes_no_number(office, key):
    sent = office.visit("SEDE").post("/papeis", {"paper": key, "number": "12345"})

    assert sent.status_code in (404, 422)

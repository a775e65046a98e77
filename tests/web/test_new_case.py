"""Writing a new request: its sections, what is kept, what is asked again, and its receipt."""

from __future__ import annotations

import io
import re

import pytest

from tests.servers.nodejs import html_faults
from tests.web.filled import grant_answers
from tests.web.pages import token_of
from workflow.core.folding import plain
from workflow.services.requester import give_pass

MINUTA = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


class Writer:
    """Somebody who writes a request in a browser without scripts."""

    def __init__(self, visitor, type_key="grant_application"):
        self.visitor = visitor
        start = visitor.get(f"/pedidos/novo/{type_key}")
        begun = visitor.post(f"/pedidos/novo/{type_key}", data={"csrf": token_of(start.text)})
        self.home = begun.headers["Location"]

    def get(self, part=""):
        return self.visitor.get(f"{self.home}{part and '/' + part}")

    def post(self, part, *, then="next", **answers):
        page = self.get(part).text
        shown = re.findall(r'name="shown" value="([^"]+)"', page)
        data = {"csrf": token_of(page), "shown": shown, "then": then, **answers}
        return self.visitor.post(f"{self.home}/{part}", data=data)

    def fill(self, **changed):
        """Answer every section, each with what it asks of these answers."""
        answers = grant_answers(**changed)
        for part in self.parts():
            page = self.get(part).text
            mine = {k: v for k, v in answers.items() if f'name="{k}"' in page}
            self.post(part, **mine)

    def parts(self):
        return re.findall(rf'href="{self.home}/([\w-]+)" aria-describedby', self.get().text)

    def send(self):
        token = token_of(self.visitor.get("/pedidos/novo").text)
        return self.visitor.post(f"{self.home}/confira", data={"csrf": token})


@pytest.fixture
def writer(filled_here):
    return Writer(filled_here.sign_in("SEDE"))


def test_a_request_is_written_checked_sent_and_gets_a_receipt(filled):
    writer = Writer(filled.sign_in("SEDE"))
    writer.fill()

    checked = writer.get("confira").text
    sent = writer.send()
    receipt = writer.visitor.get(sent.headers["Location"]).text
    again = writer.visitor.get(sent.headers["Location"]).text

    assert "Fundo do Clima" in checked
    assert "Falta corrigir" not in checked
    assert sent.status_code == 303
    (code,) = re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", receipt)
    (number,) = set(re.findall(r"\d{4}-\d{6}-\d{2}", receipt))
    assert f"http://localhost/acompanhar/{number}" in receipt
    assert code not in again
    for place in ("", "confira", "sobre"):
        back = writer.get(place)
        assert back.status_code == 200
        assert "Este pedido já foi enviado" in back.text
        assert number in back.text
        assert code not in back.text
    assert "já foi enviado" in writer.send().text
    assert writer.home not in writer.visitor.get("/pedidos/novo").text
    assert "não aparece de novo" in again
    with filled.work() as uow:
        assert give_pass(uow, number, code, address="here").number == number
        data = filled.acting(uow, "SEDE").load(number).snapshot.data
    assert data["max_amount"] == {"amount": "1000000.00", "currency": "EUR"}
    assert data["needs_translation"] is False


AGREEMENT = {
    "data.subject": "Protocolo de intenções com Jiangsu",
    "data.description": "Cooperação com a província.",
    "data.priority": "normal",
    "data.instrument": "protocolo_intencoes",
    "data.object": "Cooperação em ciência, tecnologia e inovação entre as partes.",
    "data.justification": "Abre caminho a projetos conjuntos de pesquisa e de indústria.",
    "data.transfer_amount.amount": "0",
    "data.transfer_amount.currency": "BRL",
    "data.tax_treatment": "no",
    "data.shares_personal_data": "no",
    "data.confidential": "no",
    "data.duration.amount": "60",
    "data.duration.unit": "months",
    "data.parties.0.name": "Estado de Minas Gerais",
    "data.parties.0.agency": "SEDE",
    "data.parties.0.country": "BR",
    "data.parties.1.name": "Província de Jiangsu",
    "data.parties.1.country": "CN",
    "roles.authority": "GOV",
}


def test_the_longest_form_with_its_tables_parts_and_documents_opens_a_case(filled):
    writer = Writer(filled.sign_in("SEDE"), "agreement_review")
    for part in writer.parts():
        page = writer.get(part).text
        mine = {k: v for k, v in AGREEMENT.items() if f'name="{k}"' in page}
        if part == "documentos":
            mine["documents.draft"] = (io.BytesIO(MINUTA), "minuta.pdf")
        answer = writer.post(part, **mine)
        assert answer.status_code == 303, part

    number = re.search(r"\d{4}-\d{6}-\d{2}", writer.send().headers["Location"])[0]

    with filled.work() as uow:
        case = filled.acting(uow, "SEDE").load(number).snapshot
    assert case.data["parties"][1] == {"name": "Província de Jiangsu", "country": "CN"}
    assert case.data["draft"]["name"] == "minuta.pdf"
    assert case.data["foreign_partner"] is True
    assert case.participants["authority"] == ("GOV",)


def test_a_table_gives_more_lines_and_keeps_those_written(filled_here):
    writer = Writer(filled_here.sign_in("SEDE"), "agreement_review")

    more = writer.post(
        "tabela-parties", more_rows="data.parties", **{"data.parties.0.name": "Estado de Minas"}
    )

    assert more.status_code == 200
    assert 'value="Estado de Minas"' in more.text
    assert 'name="data.parties.2.name"' in more.text


def test_pages_are_well_formed(writer):
    paths = ["/pedidos/novo", "/pedidos/novo/agreement_review", writer.home, "/pedidos/"]
    parts = [f"{writer.home}/{part}" for part in (*writer.parts(), "confira")]

    faults = {path: html_faults(writer.visitor.get(path).text) for path in (*paths, *parts)}

    assert {path: found for path, found in faults.items() if found} == {}


def test_sent_twice_it_is_opened_once(filled):
    writer = Writer(filled.sign_in("SEDE"))
    writer.fill()

    first, second = writer.send(), writer.send()

    assert first.headers["Location"] == second.headers["Location"]


def test_a_type_says_what_it_asks_how_long_it_takes_and_what_comes_next(filled_here):
    page = filled_here.sign_in("SEDE").get("/pedidos/novo/agreement_review").text

    assert "Minuta" in page
    assert "90 dias úteis" in page
    assert "Em análise pelos órgãos" in page


def test_who_may_not_open_a_type_is_told_why(filled_here):
    visitor = filled_here.sign_in("SEDE/JUR")
    page = visitor.get("/pedidos/novo").text

    assert 'href="/pedidos/novo/credit_operation"' not in page
    assert 'href="/pedidos/novo/grant_application"' in page


def test_what_was_typed_wrongly_is_not_called_unanswered(filled_here):
    writer = Writer(filled_here.sign_in("SEDE"), "opinion_request")
    table = "tabela-interested"
    assert "Preenchido" not in writer.get("confira").text

    wrong = {"data.interested.0.cpf": "123", "data.interested.0.cnpj": "456"}
    assert writer.post(table, **wrong).status_code == 422
    page = writer.get("confira").text
    answer = page[page.index('id="p-tabela-interested"') : page.index('id="p-temas"')]
    assert "Não respondido" not in answer
    assert "Preenchido, falta corrigir" in answer
    assert re.findall(r"Este (\w+) não confere", answer) == ["CPF", "CNPJ"]


def test_what_a_form_offers_blank_is_unanswered_where_nothing_was_typed(filled_here):
    writer = Writer(filled_here.sign_in("SEDE"), "credit_operation")
    for part in writer.parts():
        page = writer.get(part).text
        money = re.findall(r'name="(data\.[\w.]+)\.currency"', page)
        rows = re.findall(r'<input[^>]* name="(data\.\w+\.0\.\w+)"', page)
        blank = {f"{name}.currency": "BRL" for name in money} | dict.fromkeys(rows, "")
        writer.post(part, **blank)

    page = writer.get("confira").text
    for title in ("Valor", "Interessados", "Componentes"):
        answer = page.partition(f"<dt>{title}</dt>")[2].partition("</dd>")[0]
        assert "Não respondido" in answer
        assert "Preenchido" not in answer


def test_types_stand_by_title_and_those_that_may_not_be_opened_last(filled_here):
    page = filled_here.sign_in("SEDE/JUR").get("/pedidos/novo").text
    cards = re.findall(r"<h3>(<a [^>]+>)?([^<]+)<", page)
    titles = {
        may: [plain(title) for link, title in cards if bool(link) is may] for may in (True, False)
    }

    assert all(titles.values())
    assert titles == {may: sorted(found) for may, found in titles.items()}
    assert [bool(link) for link, _ in cards] == sorted(
        (bool(link) for link, _ in cards), reverse=True
    )


def test_sections_are_short_and_say_which_of_how_many(writer):
    parts = writer.parts()

    assert parts[0] == "sobre"
    assert len(parts) == len(set(parts))
    for n, part in enumerate(parts, 1):
        page = writer.get(part).text
        assert f"Etapa {n} de {len(parts)}" in page
        assert page.count('class="field') <= 12


def test_what_was_typed_is_kept_even_when_it_is_wrong(writer):
    answer = writer.post("sobre", **{"data.subject": "X", "data.description": "Por quê"})
    later = writer.get("sobre").text

    assert answer.status_code == 422
    assert "<title>Erro: " in answer.text
    assert 'href="#f-data.subject"' in answer.text
    assert 'value="X"' in answer.text
    assert 'value="X"' in later
    assert "Por quê" in later


def test_an_answer_may_ask_for_more_and_what_it_no_longer_asks_is_left_out(writer):
    first = writer.post(
        "sobre",
        **{"data.subject": "Edital", "data.description": "D", "data.priority": "urgent"},
    )
    typed = {"data.subject": "Edital", "data.description": "D", "data.priority_reason": "Pressa"}
    second = writer.post("sobre", **typed, **{"data.priority": "urgent"})
    third = writer.post("sobre", **typed, **{"data.priority": "normal"})

    assert first.status_code == 200
    assert "abriu mais perguntas" in first.text
    assert 'name="data.priority_reason"' in first.text
    assert (second.status_code, third.status_code) == (303, 303)
    assert "Pressa" not in writer.get("confira").text


def test_what_is_missing_is_told_at_the_check_with_a_way_to_mend_it(writer):
    answer = writer.send()

    assert answer.status_code == 422
    assert "Falta corrigir" in answer.text
    assert f'href="{writer.home}/sobre?volta=1#f-data.subject"' in answer.text


def test_an_answer_changed_from_the_check_leads_back_to_it(writer):
    page = writer.get("sobre").text
    typed = {"data.subject": "Edital novo", "data.description": "D", "data.priority": "normal"}

    answer = writer.visitor.post(
        f"{writer.home}/sobre?volta=1",
        data={"csrf": token_of(page), "shown": ["data.subject"], **typed},
    )
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    answer = writer.visitor.post(
        f"{writer.home}/sobre?volta=1", data={"csrf": token_of(page), "shown": shown, **typed}
    )

    assert answer.headers["Location"] == f"{writer.home}/confira"


def test_a_document_is_kept_at_once_and_one_of_the_wrong_kind_is_refused(writer):
    wrong = writer.post("documentos", **{"documents.call_text": (io.BytesIO(b"MZ"), "edital.exe")})
    right = writer.post("documentos", **{"documents.call_text": (io.BytesIO(MINUTA), "edital.pdf")})

    assert wrong.status_code == 422
    assert "escolheu um arquivo .exe" in wrong.text
    assert right.status_code == 303
    assert "edital.pdf" in writer.get("documentos").text
    assert "edital.pdf" in writer.get("confira").text


def test_an_external_number_that_looks_mistyped_can_be_confirmed(writer):
    typed = {
        "data.external_number_kind": "sei_mg",
        "data.external_number": "1010.01.0000001/2026-00",
    }
    writer.post("temas", **{"data.external_number_kind": "sei_mg"})
    doubted = writer.post("temas", **typed)
    confirmed = writer.post(
        "temas", **typed, confirmed="data.external_number=1010.01.0000001/2026-00"
    )
    again = writer.post("temas", **typed, confirmed="data.external_number=1010.01.0000001/2026-00")

    assert doubted.status_code == 422
    assert 'name="confirmed"' in doubted.text
    assert (confirmed.status_code, again.status_code) == (303, 303)
    assert 'type="hidden" name="confirmed"' in writer.get("temas").text


def test_a_draft_is_its_writers_own_and_can_be_thrown_away(filled_here, writer):
    stranger = filled_here.sign_in("SEF")
    index = writer.visitor.get("/pedidos/novo").text

    assert stranger.get(writer.home).status_code == 404
    assert writer.home in index
    thrown = writer.visitor.post(
        f"{writer.home}/descartar", data={"csrf": token_of(index)}, follow_redirects=True
    )
    assert "Rascunho descartado." in thrown.text
    assert writer.get().status_code == 404


def test_leaving_for_later_asks_for_nothing(writer):
    answer = writer.post("sobre", then="later", **{"data.subject": "Edital"})

    assert answer.headers["Location"] == writer.home
    assert "Falta completar" in writer.get().text


def test_while_typing_the_draft_is_kept_and_the_hour_told(writer):
    page = writer.get("sobre").text

    answer = writer.visitor.post(
        f"{writer.home}/sobre",
        data={"csrf": token_of(page), "data.subject": "Pela metade"},
        headers={"HX-Request": "true"},
    )

    assert answer.text.strip().startswith("Rascunho guardado às")
    assert 'value="Pela metade"' in writer.get("sobre").text

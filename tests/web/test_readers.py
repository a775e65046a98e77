"""Who may read a restricted case by name and who read it, as pages for whoever decides that."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.web.office import Office, hidden, pdf
from workflow.core.fields import Access
from workflow.services.cases import change_access
from workflow.services.reading_log import Reading
from workflow.storage.watching import ReadingRow

GROUND = "sigilo_fiscal"
ACCESS = "/leituras/acesso"


@pytest.fixture
def restricted(office: Office) -> Office:
    change_access(
        office.acting("SCC"), office.number, Access.RESTRICTED, GROUND, "Sigilo.", key="restrict"
    )
    return office


def readings(office):
    with office.acting("SCC").reading() as connection:
        rows = connection.execute(select(ReadingRow.agency, ReadingRow.kind))
        return sorted(tuple(row) for row in rows)


def let_in(office, visitor, **changed):
    page = visitor.get("/leituras").text
    until = office.acting("SCC").today.isoformat()
    form = {"email": "first.see@example.org", "until": until, "reason": "Perícia."}
    return visitor.post(ACCESS, {**form, "once": hidden(page, "once"), **changed})


def test_whoever_is_let_in_by_name_opens_the_page_and_is_told_until_when(restricted):
    stranger = restricted.visit("SEE")
    assert stranger.case().status_code == 404

    assert let_in(restricted, restricted.visit("SCC")).status_code == 303
    page = stranger.case()
    assert page.status_code == 200
    assert "Você pode ler este pedido até" in page.text
    assert "Quem leu e quem pode ler" not in page.text
    assert stranger.get("/leituras").status_code == 422


def test_the_coordinator_sees_who_read_what_and_takes_the_table_home(restricted):
    reader = restricted.visit("SEF")
    reader.case()
    reader.case()
    coordinator = restricted.visit("SCC")
    assert "Quem leu e quem pode ler" in coordinator.case().text

    page = coordinator.get("/leituras")
    assert "SEF first" in page.text
    table = coordinator.get("/leituras.csv")
    assert table.mimetype == "text/csv"
    lines = table.text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "Quando;Pessoa;E-mail;Unidade;O que leu"
    assert sum("SEF first" in line for line in lines) == 1
    assert readings(restricted) == [
        ("SCC", Reading.EXPORT),
        ("SCC", Reading.PAGE),
        ("SEF", Reading.PAGE),
    ]


def test_a_document_is_read_as_a_document(restricted):
    visitor = restricted.visit("SEDE")
    visitor.post("/documentos", {"field": "work_plan", "document": pdf("plano.pdf")})
    assert visitor.get("/documentos/work_plan/2").status_code == 200
    assert ("SEDE", Reading.DOCUMENT) in readings(restricted)


def test_a_paper_is_read_as_a_pdf_and_what_a_search_shows_as_words_found(restricted):
    visitor = restricted.visit("SEF")
    assert visitor.get("/resumo.pdf").status_code == 200
    assert restricted.number in visitor.client.get("/busca?q=jiangsu").text
    assert restricted.number not in restricted.visit("SEE").client.get("/busca?q=jiangsu").text
    assert readings(restricted) == [("SEF", Reading.FOUND), ("SEF", Reading.PDF)]


def test_nothing_is_kept_of_a_case_that_the_network_knows(office):
    office.visit("SCC").case()
    assert readings(office) == []


def test_access_is_taken_back_and_the_undoing_is_one_click(restricted):
    coordinator = restricted.visit("SCC")
    let_in(restricted, coordinator)
    officer = next(iter(restricted.case().readers))
    once = hidden(coordinator.get("/leituras").text, "once")
    revoked = coordinator.post(f"{ACCESS}/{officer}/retirar", {"reason": "Fim.", "once": once})
    assert revoked.status_code == 303
    assert restricted.visit("SEE").case().status_code == 404

    page = coordinator.get("/leituras").text
    assert "A pessoa não lê mais o pedido" in page
    assert "desfazer" in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"email": "nobody@example.org"}, "Ninguém entra aqui com este e-mail"),
        ({"until": "logo"}, "Preencha este campo"),
        ({"until": "2020-01-01"}, "Escolha um dia entre"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(restricted, changed, said):
    answer = let_in(restricted, restricted.visit("SCC"), **changed)
    assert answer.status_code == 422
    assert said in answer.text

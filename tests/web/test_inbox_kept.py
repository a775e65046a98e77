"""What is kept of an inbox: filters under a name, columns, and the file for spreadsheets."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from tests.web.pages import token_of
from tests.web.test_inbox import Desk
from web.spreadsheets import harmless
from workflow.services.saved_filters import MOST


@pytest.fixture
def desk(filled_here):
    return Desk(filled_here)


def keep(desk, name, query="ver=agency&q=Edital+lote001", client=None, **fields):
    client = client or desk.client
    token = token_of(client.get("/caixa/").text)
    sent = {"csrf": token, "name": name, "query": query, **fields}
    assert client.post("/caixa/filtros", data=sent).status_code == 303


def sheet(desk, query="ver=agency"):
    answer = desk.client.get(f"/caixa/planilha.csv?{query}")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def test_a_filter_is_kept_with_its_count_and_its_address(desk):
    keep(desk, " Os  de hidrogênio ")
    page = desk.page()
    assert "Filtro guardado" in page
    assert 'Os de hidrogênio <span class="count">1</span>' in page
    address = page.split('">Os de hidrogênio', 1)[0].rsplit('href="', 1)[1].replace("&amp;", "&")
    assert desk.shows(address.partition("?")[2]) == [desk.numbers[1]]

    keep(desk, "Os de hidrogênio", "ver=unassigned&tipo=grant_application")
    assert 'Os de hidrogênio <span class="count">3</span>' in desk.page()


def test_a_filter_is_seen_by_the_agency_only_where_it_is_shared(desk):
    keep(desk, "Só meu")
    keep(desk, "Da unidade", shared="1")
    colleague = desk.filled.sign_in(desk.agency, head=True)
    page = colleague.get("/caixa/?ver=agency").text
    assert "Da unidade" in page
    assert "Só meu" not in page
    assert "Apagar<span" not in page
    stranger = desk.filled.sign_in("SES")
    assert "Da unidade" not in stranger.get("/caixa/?ver=agency").text


def test_only_who_keeps_a_filter_forgets_it(desk):
    keep(desk, "Da unidade", shared="1")
    page = desk.page()
    forget = page.split("/apagar", 1)[0].rsplit('action="', 1)[1] + "/apagar"
    colleague = desk.filled.sign_in(desk.agency, head=True)
    token = token_of(colleague.get("/caixa/").text)
    colleague.post(forget, data={"csrf": token})
    assert "Da unidade" in desk.page()
    desk.client.post(forget, data={"csrf": token_of(page)})
    assert "Filtros guardados" not in desk.page()


def test_a_filter_has_a_name_and_there_are_only_so_many(desk):
    keep(desk, "   ")
    assert "Dê ao filtro um nome" in desk.page()
    for n in range(MOST):
        keep(desk, f"Filtro {n}")
    keep(desk, "Um a mais")
    page = desk.page()
    assert f"Você já tem {MOST} filtros guardados" in page
    assert "Um a mais" not in page


def test_the_officer_chooses_the_columns(desk):
    token = token_of(desk.page())
    sent = {"csrf": token, "column": ["state", "type", "nothing"]}
    desk.client.post("/caixa/colunas", data=sent)
    page = desk.page()
    assert 'class="head-state"' in page
    assert 'class="head-requester"' not in page
    assert sheet(desk)[0] == [
        *("Protocolo", "Assunto", "Tarefa", "Prazo", "Tipo de pedido", "Etapa", "Prioridade")
    ]


def test_the_file_has_all_pages_of_what_is_shown(filled_here):
    desk = Desk(filled_here, n=30)
    rows = sheet(desk)
    assert len(rows) == 31
    assert rows[0][:4] == ["Protocolo", "Assunto", "Tarefa", "Prazo"]
    assert [row[0] for row in rows[1:]] == desk.numbers
    assert [row[1] for row in sheet(desk, "ver=agency&q=Edital+lote029")[1:]] == ["Edital lote029"]
    assert [row[0] for row in sheet(desk, "ver=done")] == ["Protocolo"]
    assert [row[0] for row in sheet(desk, "ver=following")] == ["Protocolo"]


@pytest.mark.parametrize("cell", ["=1+1", "+55", "-2", "@sum", "\tx", "\rx"])
def test_nothing_in_the_file_is_a_formula(cell):
    assert harmless(cell) == f"'{cell}"
    assert harmless(f"a{cell}") == f"a{cell}"


def test_a_long_page_shows_as_many_as_one_act_may_be_done_on(filled_here):
    desk = Desk(filled_here, n=27)
    assert len(desk.shows("ver=agency")) == 25
    page = desk.page("ver=agency")
    following = page.split('" rel="next"', 1)[0].rsplit('href="/caixa/?', 1)[1]
    assert len(desk.shows(following.replace("&amp;", "&"))) == 2
    assert desk.shows("ver=agency&por=100") == desk.numbers
    assert desk.batch("claim", *desk.numbers).status_code == 303
    assert len(desk.shows("ver=mine&por=100")) == 27

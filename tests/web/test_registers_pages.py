"""Registers as officers use them: entered once, found, confirmed, changed, given away, ended."""

from __future__ import annotations

import json
import re

import pytest

from tests.servers.nodejs import html_faults
from tests.storage.counting import counted
from tests.web.limits import in_one_window
from tests.web.pages import token_of
from workflow.services.public_view import EXPORTS, WINDOW

PORTO = {"data.name": "Universidade do Porto", "data.kind": "university", "data.country": "PT"}


@pytest.fixture(scope="module")
def sound():
    """Look once at the HTML of each kind of page."""
    seen = set()

    def look(path, page):
        kind = (re.sub(r"\d+|\?.*", "", path), page.status_code)
        if kind not in seen and "<html" in page.text:
            seen.add(kind)
            assert html_faults(page.text) == [], path

    return look


@pytest.fixture
def visits(office, sound):
    """Sign in as somebody of an agency; return how to read and how to send."""

    def sign_in(agency):
        client = office.visit(agency).client
        pages = {"at": ""}

        def read(path, status=200):
            page = client.get(path)
            assert page.status_code == status, page.text
            sound(path, page)
            pages["at"] = page.text
            return page.text

        def send(path, status=303, **fields):
            form = {"csrf": token_of(pages["at"]), **fields}
            page = client.post(path, data=form)
            assert page.status_code == status, page.text
            if status == 303:
                return page.headers["Location"]
            sound(path, page)
            return page.text

        return read, send

    return sign_in


def test_a_partner_is_entered_found_confirmed_changed_given_away_and_ended(visits):
    read, send = visits("SEDE")
    assert "Incluir" in read("/registros/")
    form = read("/registros/partner/nova")
    assert "Quem mantém: SEDE" in form

    wrong = send("/registros/partner/nova", 422, **{**PORTO, "data.name": ""})
    assert "Falta corrigir" in wrong
    assert "Nome: " in wrong
    page = send("/registros/partner/nova", **PORTO)
    number = page.rpartition("/")[2]
    assert re.fullmatch(r"PAR-\d{6}", number)
    told = read(page)
    assert "Portugal" in told
    assert "entrou no registro" in told
    assert number in read("/registros/partner?q=porto")
    assert number in read("/registros/partner?campo.kind=university&pais=PT&orgao=sede")
    assert number not in read("/registros/partner?campo.kind=embassy")
    assert "Portugal: 1</title>" in read("/registros/partner/paises")
    letter = {"data.subject": "Visita", "data.date": "2026-03-02", "data.direction": "received"}
    read("/registros/correspondence/nova")
    letter |= {"data.answer_by": "2026-03-16"}
    named = {**letter, "data.partner": f"Universidade do Porto ({number})"}
    send("/registros/correspondence/nova", **named)
    assert "Universidade do Porto" in read("/registros/correspondence")
    assert "Visita" in read(page)
    about = read(f"/registros/correspondence?campo.partner={number}")
    assert f"<strong>Universidade do Porto ({number})</strong>" in about
    assert "desde 16/03/2026" in read("/registros/confirmar")

    read(page)
    assert "Já está assim" in send(f"{page}/mudar", 422, revision="1", **PORTO)
    changed = {**PORTO, "data.acronym": "UP", "revision": "1"}
    assert send(f"{page}/mudar", **changed) == page
    read(page)
    late = send(f"{page}/mudar", 409, **{**changed, "data.themes": "Café", "revision": "1"})
    assert "Café" in late
    assert "Outra pessoa mudou" in late
    assert send(f"{page}/confirmar", revision="2") == page
    assert "Confirmado" in read(page)
    assert "Diga por que" in send(f"{page}/encerrar", 422, reason=" ", revision="3")
    send(f"{page}/passar", holder="SES", revision="3")
    read, send = visits("SES")
    assert "Passou a SES" in read(page)
    send(f"{page}/encerrar", reason="Fechou.", revision="4")
    assert "Fechou." in read(page)
    assert number not in read("/registros/partner")
    assert number in read("/registros/partner?situacao=encerrados")
    read(page)
    send(f"{page}/retomar")
    assert "Em dia" in read(page)


def test_what_is_alike_is_shown_before_it_is_entered_twice(visits):
    read, send = visits("SEDE")
    read("/registros/partner/nova")
    page = send("/registros/partner/nova", **PORTO)
    again = {**PORTO, "data.name": "Univ. do Pôrto"}
    number = page.rpartition("/")[2]
    read("/registros/partner/nova")

    assert number in send("/registros/partner/parecidos", 200, **again)
    asked = send("/registros/partner/nova", 200, **again)

    assert "Já existe uma entrada parecida" in asked
    assert "Univ. do Pôrto" in asked
    assert f'name="seen" value="{number}"' in asked
    assert send("/registros/partner/nova", **again, seen=number) != page


def test_whoever_does_not_keep_an_entry_reads_it_and_no_more(visits):
    read, send = visits("SEDE")
    read("/registros/partner/nova")
    page = send("/registros/partner/nova", **PORTO)
    read, send = visits("SES")
    told = read(page)

    assert "Confirmo que está certo" not in told
    assert "Só quem trabalha em SEDE" in send(f"{page}/mudar", 422, **PORTO)
    assert "Não encontramos" in read("/registros/ficha/PAR-999999", 404)


def test_a_solution_tells_how_many_agencies_use_it_and_is_found_by_its_problem(visits):
    read, send = visits("SEDE")
    read("/registros/solution/nova")
    card = {"title": "Fila única", "problem": "A espera era longa demais", "done": "Uma fila só"}
    typed = {f"data.{key}": text for key, text in card.items()}
    page = send("/registros/solution/nova", **typed, **{"data.used_by": ["SES", "SEE"]})
    shown = " ".join(read(page).split())
    assert "<dt>Usada por</dt><dd>2 órgãos: SES, Secretaria" in shown
    listed = read("/registros/solution?q=espera+longa")
    assert "Usada por 2 órgãos: SES, SEE" in listed
    assert "Fila única" not in read("/registros/solution?q=carimbo")


def test_a_register_is_downloaded_in_words_and_as_data(office):
    client = office.visit("SEDE").client
    token = token_of(client.get("/registros/partner/nova").text)
    client.post("/registros/partner/nova", data={**PORTO, "data.name": "=Porto", "csrf": token})

    sheet = client.get("/registros/partner/planilha.csv?q=porto")
    assert sheet.content_type == "text/csv; charset=utf-8"
    rows = sheet.text.splitlines()
    data = json.loads(client.get("/registros/partner/dados.json?q=porto").text)

    assert rows[0].lstrip("\ufeff").startswith("Número;Quem mantém;Situação;")
    assert "'=Porto" in rows[1]
    assert ";Em dia;" in rows[1]
    assert [entry["values"]["country"] for entry in data["entries"]] == ["PT"]


def test_pages_of_registers_cost_few_statements(office):
    client = office.visit("SEDE").client
    client.get("/registros/")
    for path, most in (
        ("/registros/", 14),
        ("/registros/partner", 16),
        ("/registros/confirmar", 12),
    ):
        with counted(office.installation.engine) as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= most, (path, len(statements))


def test_the_public_reads_open_registers_and_nothing_else(visits, office, sound):
    read, send = visits("SCC")
    read("/registros/partner/nova")
    partner = send("/registros/partner/nova", **PORTO).rpartition("/")[2]
    read("/registros/agreement/nova")
    pact = {"data.name": "Acordo do Porto", "data.instrument": "other", "data.partner": partner}
    days = {"data.signed_on": "2026-03-02", "data.ends_on": "2099-03-02"}
    page = send("/registros/agreement/nova", **pact, **days, **{"data.partner_name": "Porto"})
    number = page.rpartition("/")[2]
    anybody = office.app.test_client()

    for path in ("/publico/", "/publico/agreement", f"/publico/ficha/{number}"):
        seen = anybody.get(path)
        assert seen.status_code == 200, path
        sound(path, seen)
    assert "Acordo do Porto" in anybody.get("/publico/agreement?q=porto").text
    in_one_window(WINDOW)
    [told] = json.loads(anybody.get("/publico/agreement/dados.json?q=porto").text)["entries"]
    assert told["values"]["ends_on"] == "2099-03-02"
    assert not told.keys() & {"source", "case", "end_reason"}
    assert partner not in json.dumps(told)
    assert partner in office.visit("SCC").client.get("/registros/agreement/dados.json").text
    assert "Acordo do Porto" in anybody.get("/publico/agreement/planilha.csv").text
    for hidden in ("/publico/partner", f"/publico/ficha/{partner}", "/publico/partner/dados.json"):
        assert anybody.get(hidden).status_code == 404, hidden
    assert office.visit("SCC").client.get("/publico/partner").status_code == 404
    files = ("/publico/agreement/dados.json", "/publico/agreement/planilha.csv")
    taken = [anybody.get(files[n % 2]) for n in range(EXPORTS)]
    assert {one.status_code for one in taken} == {200, 429}
    assert 0 < int(taken[-1].headers["Retry-After"]) <= 600
    assert anybody.get("/publico/agreement").status_code == 200
    for unwritten in ("/publico/agreement?q=%00", "/publico/ficha/%00"):
        assert anybody.get(unwritten).status_code == 400, unwritten

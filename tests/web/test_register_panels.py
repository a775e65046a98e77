"""The pages of partners and of funding, on a day on which something is due."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.servers.clockwork import shifted_to
from tests.servers.nodejs import html_faults
from tests.services.test_panels import WEDNESDAY
from tests.services.test_register_panels import fill
from tests.web.office import close_office, open_office, reopen_office
from tests.web.test_panels import text_of


@pytest.fixture(scope="module")
def panels(installed_sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("partners")
    shutil.copyfile(installed_sqlite_template, folder / "office.sqlite")
    url = f"sqlite:///{folder / 'office.sqlite'}"
    first = open_office(url, folder, steps=0)
    number = fill(first.installation)
    close_office(first)
    office = reopen_office(url, folder, number, **shifted_to(WEDNESDAY))
    yield office
    close_office(office)


def test_a_partner_shows_its_story_what_is_pending_and_who_talks_to_it(panels):
    visitor = panels.visit("SES").client
    entry = visitor.get(f"/registros/ficha/{panels.number}").text
    assert f'href="/paineis/parceiros/{panels.number}"' in entry
    page = visitor.get(f"/paineis/parceiros/{panels.number}").text
    told = text_of(page)

    assert html_faults(page) == []
    assert re.search(r"Último contato 03/04 : Reunião, SEDE", told)
    assert "Responder ao parceiro" in told
    assert "Marcar a reunião" in told
    assert "Acordo com a Universidade do Porto" in told
    there = f"/paineis/parceiros/{panels.number}"
    only = visitor.get(f"{there}?orgao=SCC").text.partition('id="story"')[2]
    assert "Visita da reitoria" in only
    assert "Acordo com a Universidade" not in only
    assert "Visita da reitoria" in visitor.get(f"{there}/historia.csv").text
    assert visitor.get("/paineis/parceiros/PAR-999999").status_code == 404


def test_the_calendar_of_funding_and_the_agreements_that_end_tell_of_registers(panels):
    visitor = panels.visit("SES").client
    page = visitor.get("/paineis/captacao").text
    assert html_faults(page) == []
    assert re.search(r"Edital de clima .+? Fundo do Clima", text_of(page))
    assert '<a href="#m2026-05">1' in page
    assert "18/05/2026;" in visitor.get("/paineis/captacao.csv").text

    ends = text_of(visitor.get("/paineis/vigencias").text)
    assert re.search(r"A decidir: prorrogar ou deixar terminar.+?Com SEDE desde", ends)

"""What is old keeps the name of its day, on every page and paper; what is new shows the present."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date

import pytest

from tests.web.office import close_office, open_office
from tests.web.test_papers import paper, said
from tests.world import DEFINITIONS
from workflow.services.network import Renaming, replace_network

STORY = DEFINITIONS / "scenarios" / "opinion_request" / "straight_way.yaml"
THEN = "Secretaria de Estado de Desenvolvimento Econômico"
NOW = "Secretaria de Estado de Economia e Trabalho"
LATER = "Advocacia e Consultoria-Geral do Estado"


@pytest.fixture(scope="module")
def answered(installed_sqlite_template, tmp_path_factory):
    """Let a case be answered in March, and rename both of its agencies in May."""
    folder = tmp_path_factory.mktemp("renamed")
    shutil.copyfile(installed_sqlite_template, folder / "office.sqlite")
    office = open_office(f"sqlite:///{folder / 'office.sqlite'}", folder, story=STORY, steps=2)
    rename(office, {"SEDE": NOW, "AGE": LATER}, on=date(2026, 5, 4))
    yield office
    close_office(office)


def rename(office, names, *, on):
    uow = office.acting("SCC")
    network = uow.world().network
    renamed = [replace(network.agency(code), name=name) for code, name in names.items()]
    replace_network(uow, renamed, renaming=Renaming(on, "Lei 25.001"))


def test_a_closed_case_keeps_the_names_of_its_day_and_says_the_present_ones(answered):
    page = answered.visit("SEDE").case().text
    assert f"SEDE, {THEN}<small>Hoje: {NOW}" in page
    assert f"Até 03/05/2026, SEDE se chamava “{THEN}”; hoje se chama “{NOW}”." in page
    assert page.count("Até 03/05/2026, SEDE") == 1


def test_lists_of_closed_cases_show_the_name_of_their_day(answered):
    visitor = answered.visit("SEDE")
    listed = visitor.client.get("/pedidos/?ver=meus").text
    assert f'<abbr title="{THEN}">SEDE</abbr>' in listed
    found = visitor.client.get("/busca?q=foro").text
    assert f'<abbr title="{THEN}">SEDE</abbr>' in found


def test_a_paper_never_changes_with_a_name(answered):
    visitor = answered.visit("SEDE")
    task = said(paper(visitor, "/tarefas/1/resultado.pdf"))
    assert THEN in task
    assert NOW not in task
    assert LATER not in task
    summary = said(paper(visitor, "/resumo.pdf"))
    assert f"Siglas AGE Advocacia-Geral do Estado SEDE {THEN}" in summary
    assert NOW not in summary


def test_an_open_case_shows_the_present_name_and_its_old_lines_the_former_one(office):
    rename(office, {"SEDE": NOW}, on=date(2026, 5, 4))
    page = office.visit("SCC").case().text
    assert f"SEDE, {NOW}" in page
    assert f"Até 03/05/2026, SEDE se chamava “{THEN}”" in page
    summary = said(paper(office.visit("SCC"), "/resumo.pdf"))
    assert f"SEDE {THEN} (nome até 03/05/2026) {NOW}" in summary


def test_the_public_page_names_agencies_as_on_each_day(office):
    rename(office, {"SEDE": NOW}, on=date(2026, 5, 4))
    page = office.app.test_client().get(f"/acompanhar/{office.number}").text
    assert f"Recebemos o pedido de {THEN} (SEDE)." in page
    assert f"SEDE hoje se chama {NOW}" in page


def test_lines_tell_of_agencies_that_are_no_longer_there(office):
    uow = office.acting("SCC")
    gone = replace(uow.world().network.agency("SEDE"), valid_to=date(2026, 6, 1), successor="SEF")
    replace_network(uow, [gone])
    page = office.visit("SCC").case().text
    assert f"SEDE: “{THEN}”, que existiu até 01/06/2026; quem a sucede é SEF." in page


def test_the_page_of_an_agency_tells_its_names_and_by_which_act(answered):
    page = answered.visit("SEDE").client.get("/administracao/orgaos/SEDE").text
    assert f"Deixou de se chamar “{THEN}” e passou a se chamar “{NOW}”" in page
    assert "04/05/2026</time> · Lei 25.001" in page

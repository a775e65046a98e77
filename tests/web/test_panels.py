"""The pages of the panels: numbers that lead to their lists, and the same table in a file."""

from __future__ import annotations

import re
import shutil
from datetime import date

import pytest

from tests.servers.clockwork import shifted_to
from tests.servers.nodejs import html_faults
from tests.services.test_panels import ADVICE, AMENDED, STORIES, WEDNESDAY, play
from tests.storage.counting import counted
from tests.web.office import close_office, hidden, open_office, reopen_office
from tests.web.pages import token_of


@pytest.fixture(scope="module")
def panels(installed_sqlite_template, tmp_path_factory):
    """A site on Wednesday 8 April: advice being prepared, an agreement that ends in September."""
    folder = tmp_path_factory.mktemp("panels")
    shutil.copyfile(installed_sqlite_template, folder / "office.sqlite")
    url = f"sqlite:///{folder / 'office.sqlite'}"
    first = open_office(url, folder, story=ADVICE, steps=2)
    play(first.installation, AMENDED, until=date(2026, 3, 24))
    close_office(first)
    office = reopen_office(url, folder, first.number, **shifted_to(WEDNESDAY))
    yield office
    close_office(office)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_week_tells_what_is_used_when_and_who_owes_it_since_when(panels):
    visitor = panels.visit("SCC").client
    page = visitor.get("/paineis/semana").text
    told = text_of(page)

    assert '<a href="#d2026-04-16">1' in page
    assert re.search(r"Audiência com o embaixador do Japão .+? Data de uso", told)
    assert re.search(r"SEAPA : .+? desde 31/03", told)
    assert html_faults(page) == []
    rows = visitor.get("/paineis/semana.csv").text.splitlines()
    assert rows[1].startswith("16/04/2026;")
    assert ";SEAPA;" in rows[1]
    assert "embaixador" not in panels.visit("SES").client.get("/paineis/semana").text


def test_what_ends_is_laid_out_by_month_with_the_decision(panels):
    visitor = panels.visit("SES").client
    visitor.get("/paineis/vigencias")
    with counted(panels.installation.engine) as statements:
        page = visitor.get("/paineis/vigencias").text
    told = text_of(page)

    assert len(statements) <= 10
    assert '<a href="#m2026-09">1' in page
    assert "setembro de 2026" in told
    assert re.search(r"A decidir: Decidir aditivo ou encerramento.+?Com SEE desde 23/03", told)
    assert html_faults(page) == []
    assert "18/09/2026;" in visitor.get("/paineis/vigencias.csv").text
    assert "Nada termina" in visitor.get("/paineis/vigencias?tipo=sector_plan").text
    assert 'href="/paineis/vigencias"' in visitor.get("/paineis/").text


def test_the_panel_of_the_network_leads_from_each_number_to_its_list(panels):
    silence = STORIES / "network_notice" / "silence_is_shown.yaml"
    play(panels.installation, silence, until=date(2026, 3, 31))
    visitor = panels.visit("SEPLAG").client
    visitor.get("/paineis/rede")
    with counted(panels.installation.engine) as statements:
        page = visitor.get("/paineis/rede").text

    assert len(statements) <= 14
    assert html_faults(page) == []
    links = set(re.findall(r'href="(/paineis/rede/lista/[^"]+)"', page))
    assert len(links) >= 3
    for link in links:
        listed = visitor.get(link.replace("&amp;", "&"))
        assert listed.status_code == 200
        assert 'class="table stacking"' in listed.text, link
    assert "Não respondeu no prazo" in visitor.get("/paineis/rede/lista/notices").text
    assert visitor.get("/paineis/rede/lista/notices.csv?ano=2026").text.count("\n") >= 2
    assert "Informes sem ciência" in visitor.get("/paineis/rede.csv").text
    assert visitor.get("/paineis/rede/lista/nada").status_code == 404
    assert '"/paineis/rede"' in visitor.get("/servicos/R26").text
    stranger = panels.visit("SES").client
    assert stranger.get("/paineis/rede").status_code == 404
    assert "/paineis/rede" not in stranger.get("/servicos/R26").text


def test_the_coordination_writes_its_targets_on_the_panel(panels):
    visitor = panels.visit("SEPLAG").client
    page = visitor.get("/paineis/rede").text
    sent = {"csrf": token_of(page), "once": hidden(page, "once"), "ano": "2026"}
    wrong = visitor.post("/paineis/rede/metas", data={**sent, "meetings": "sete"})
    assert wrong.status_code == 422
    assert "Escreva um número inteiro" in wrong.text

    kept = visitor.post(
        "/paineis/rede/metas", data={**sent, "meetings": "7", "certificates": "360"}
    )
    assert kept.status_code == 303
    told = text_of(visitor.get("/paineis/rede").text)
    assert re.search(r"Certificados emitidos 0 360 0%", told)
    assert "Escrever as metas" not in panels.visit("GOV").client.get("/paineis/rede").text


def test_versions_of_a_text_are_compared_and_each_contribution_has_its_fate(panels):
    heard = STORIES / "cooperation_guideline" / "accepted_and_refused.yaml"
    number = play(panels.installation, heard, until=date(2026, 4, 13))
    visitor = panels.visit("SEDE").client
    case = visitor.get(f"/pedidos/{number}").text
    for page in ("textos/text", "contribuicoes"):
        assert f'href="/pedidos/{number}/{page}"' in case

    changed = visitor.get(f"/pedidos/{number}/textos/text").text
    assert html_faults(changed) == []
    assert re.search(r"<ins><span[^>]*>\[entrou: </span> e de emprego<span", changed)
    beside = visitor.get(f"/pedidos/{number}/textos/text?modo=lado&amp;de=1&amp;ate=2").text
    assert html_faults(beside) == []
    assert "Esta versão não existe" in visitor.get(f"/pedidos/{number}/textos/text?ate=9").text
    for wrong in ("textos/draft", "textos/nada", "textos/act_number"):
        assert visitor.get(f"/pedidos/{number}/{wrong}").status_code == 404

    told = visitor.get(f"/pedidos/{number}/contribuicoes").text
    assert html_faults(told) == []
    assert re.search(r"SEMAD.+?Falta critério.+?Recusada.+?Já está no artigo 3", text_of(told))
    assert re.search(r"SES .+?Não respondeu no prazo", text_of(told))
    rows = visitor.get(f"/pedidos/{number}/contribuicoes.csv").text.splitlines()
    assert rows[1].startswith("SEDE;Incluir critério de empregos.;Aceita;")
    assert re.fullmatch(r"SES;.*;", rows[3])  # what never came has no day
    other = panels.number
    assert visitor.get(f"/pedidos/{other}/contribuicoes").status_code == 404

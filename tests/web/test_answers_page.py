"""The page of the answers of a round: who answered what, who was silent, whom it concerns not."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.storage.counting import counted
from tests.web.office import before, close_office, open_office
from tests.world import DEFINITIONS

CONSULTATION = DEFINITIONS / "scenarios" / "network_consultation" / "quorum_reached.yaml"
TAGS = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module")
def consultation(installed_sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("consultation")
    shutil.copyfile(installed_sqlite_template, folder / "office.sqlite")
    url, steps = f"sqlite:///{folder / 'office.sqlite'}", before(CONSULTATION, "consolidate")
    office = open_office(url, folder, story=CONSULTATION, steps=steps)
    yield office
    close_office(office)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", TAGS.sub(" ", page))


def test_the_page_tells_answers_silence_and_not_applicable_apart(consultation):
    page = consultation.visit("SCC").get("/respostas/2").text
    table = text_of(page.partition('id="answers"')[2])

    assert re.search(r"SES/AEST .+? Respondeu .+? Telessaúde com a região da Lombardia", table)
    assert re.search(r"SEMAD/AEST .+? Não se aplica .*?Nada em curso com a Itália", table)
    assert re.search(r"SEE/AEST .+? Silêncio: o prazo terminou Sem resposta no prazo", table)
    for standing, n in (("answered", 2), ("not_concerned", 1), ("silent", 1)):
        link = rf'href="/pedidos/[^"]+/respostas/2\?so={standing}#answers">{n}<'
        assert re.search(link, page), standing
    icons = set(re.findall(r'icons[^"]*#(check|ban|circle-x)"', page))
    assert icons == {"check", "ban", "circle-x"}


def test_a_number_leads_to_its_list(consultation):
    only = text_of(consultation.visit("SCC").get("/respostas/2?so=silent").text)

    assert "SEE/AEST" in only
    assert "SES/AEST" not in only
    assert "SES/AEST" in text_of(consultation.visit("SCC").get("/respostas/2?so=zzz").text)


def test_reasons_are_for_the_agencies_of_the_case_alone(consultation):
    stranger = consultation.visit("IPSEMG")

    page = stranger.get("/respostas/2").text
    assert "Não se aplica" in page
    assert "Nada em curso com a Itália" not in page
    assert "Nada em curso com a Itália" not in stranger.get("/respostas/2.csv").text


def test_the_sheet_has_a_column_for_each_field_and_the_page_takes_few_statements(consultation):
    visitor = consultation.visit("SCC")
    rows = visitor.get("/respostas/2.csv").text.splitlines()
    assert rows[0].endswith(";Situação;Resposta")
    assert "Telessaúde com a região da Lombardia." in rows[1]

    with counted(consultation.installation.engine) as statements:
        assert visitor.get("/respostas/2").status_code == 200
    assert len(statements) <= 8, statements
    assert visitor.get("/respostas/1").status_code == 404

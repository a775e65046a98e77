"""The places of a case on their page, and the way from there to taking one."""

from __future__ import annotations

import re

import pytest

from tests.hosting import EXCURSION, RIDER
from tests.installation import deploy
from tests.servers.nodejs import html_faults
from workflow.core.acts.answers import Answers
from workflow.services.cases import open_case
from workflow.services.clock import work_off
from workflow.services.tasks import complete_task

DATA = {"subject": "Passeio ao museu", "description": "De manhã."}


@pytest.fixture
def excursion(filled_here):
    """Open an excursion with one seat, that two agencies want."""
    with filled_here.work() as uow:
        deploy(uow, [EXCURSION, RIDER])
        scc = filled_here.acting(uow, "SCC")
        answers = Answers(data={**DATA, "seats": 1, "share": 1})
        number = open_case(scc, "excursion", opener="SCC", answers=answers, key="e").number
        for agency in ("SEDE", "SEF"):
            rides = Answers(data={**DATA, "subject": f"Vai {agency}", "excursion": number})
            rider = filled_here.acting(uow, agency)
            open_case(rider, "rider", opener=agency, answers=rides, key=agency)
        complete_task(scc, number, 1, "board", answers=Answers(), key="board")
        work_off(lambda: uow, owner="one")
    return number


def test_the_page_tells_who_has_a_place_who_waits_and_in_which_order(filled_here, excursion):
    visitor = filled_here.sign_in("SEDE")
    case = visitor.get(f"/pedidos/{excursion}").text
    assert f'href="/pedidos/{excursion}/vagas"' in case

    page = visitor.get(f"/pedidos/{excursion}/vagas").text
    assert html_faults(page) == []
    assert "1 de 1 vaga ocupada" in page
    placed, _, waiting = page.partition('id="waiting"')
    assert "Vai SEDE" in placed
    assert "Vai SEF" in waiting
    table = visitor.get(f"/pedidos/{excursion}/vagas.csv").text
    assert [line.split(";")[0] for line in table.splitlines()[1:]] == ["", "1"]
    assert visitor.get(f"/pedidos/{visitor_rider(placed)}/vagas").status_code == 404


def visitor_rider(placed):
    """Return the number of the case that the list of those placed names."""
    return re.findall(r'href="/pedidos/(2\d{3}-\d+-\d+)"', placed)[-1]


def test_from_the_page_a_request_begins_that_names_the_case(filled_here, excursion):
    visitor = filled_here.sign_in("SEDE")
    page = visitor.get(f"/pedidos/{excursion}/vagas").text
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    begun = visitor.post("/pedidos/novo/rider", data={"csrf": token, "data.excursion": excursion})
    section = visitor.get(f"{begun.headers['Location'].rstrip('/')}/dados-1").text
    assert f'<option value="{excursion}" selected>Passeio ao museu ({excursion})' in section
    assert html_faults(section) == []

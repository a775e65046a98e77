"""The front page of the administration: it leads everywhere, and is not there for others."""

from __future__ import annotations

import re

from tests.installation import employ
from workflow.services import clock
from workflow.storage import jobs

PAGE = "/administracao/"
PARTS = ("orgaos", "tipos", "calendarios", "relogio", "avisos", "parados")


def test_for_anybody_else_the_page_does_not_exist_and_no_menu_names_it(client, signed_in):
    assert signed_in.get(PAGE).status_code == 404
    assert f'href="{PAGE}"' not in signed_in.get("/preferencias/").text


def test_it_leads_to_every_part_and_the_menu_leads_to_it(administrator):
    page = administrator.get(PAGE).text
    ways = page.partition("<main")[2]

    for part in PARTS:
        assert f'href="{PAGE}{part}"' in ways
        assert administrator.get(f"{PAGE}{part}").status_code == 200
    assert f'href="{PAGE}"' in administrator.get("/preferencias/").text
    for part in ("calendarios", "relogio", "avisos"):
        assert f'href="{PAGE}"' in administrator.get(f"{PAGE}{part}").text.partition("<main")[2]


def test_it_leads_nobody_where_they_may_not_go(administrator):
    ways = administrator.get(PAGE).text.partition("<main")[2].partition("</main>")[0]

    for way in re.findall(r'href="(/[^"]+)"', ways):
        assert administrator.get(way).status_code == 200, way


def test_it_says_how_each_part_stands(administrator, errands):
    page = administrator.get(PAGE).text
    assert "Nenhum relógio está em funcionamento" in page
    assert "trabalho abandonado" not in page
    people = int(re.search(r"(\d+) pessoas?\b", page)[1])

    employ(errands.uow(), "nova@example.org", SEF="officer", SEDE="officer")
    clock.beat(errands.uow(), "here:8:bb")
    with errands.uow().writing() as connection:
        jobs.enqueue(connection, "send_mail", key="k", payload={})
        (job,) = jobs.claim(connection, "a clock")
        jobs.fail(connection, job, error="550", final=True)
    page = administrator.get(PAGE).text

    assert "Nenhum relógio está em funcionamento" not in page
    assert "1 trabalho abandonado" in page
    assert int(re.search(r"(\d+) pessoas?\b", page)[1]) == people + 1

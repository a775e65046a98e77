"""The front page of the administration: it leads everywhere, and is not there for others."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from tests.installation import employ
from tests.services.errands import Office as Errands
from workflow.services import clock
from workflow.storage import jobs
from workflow.storage.people import Officer

PAGE = "/administracao/"
PARTS = ("orgaos", "tipos", "calendarios", "relogio", "avisos", "parados")


@pytest.fixture
def office(app, helena):
    return Errands(app.extensions["installation"], datetime.now(UTC))


@pytest.fixture
def administrator(office, signed_in, helena):
    """Let Helena administer the installation."""
    with office.uow().writing() as connection:
        whom = Officer.email == helena["email"]
        connection.execute(update(Officer).where(whom).values(administrator=True))
    return signed_in


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


def test_it_says_how_each_part_stands(administrator, office):
    page = administrator.get(PAGE).text
    assert "Nenhum relógio está em funcionamento" in page
    assert "trabalho abandonado" not in page
    people = int(re.search(r"(\d+) pessoas?\b", page)[1])

    employ(office.uow(), "nova@example.org", SEF="officer")
    clock.beat(office.uow(), "here:8:bb")
    with office.uow().writing() as connection:
        jobs.enqueue(connection, "send_mail", key="k", payload={})
        (job,) = jobs.claim(connection, "a clock")
        jobs.fail(connection, job, error="550", final=True)
    page = administrator.get(PAGE).text

    assert "Nenhum relógio está em funcionamento" not in page
    assert "1 trabalho abandonado" in page
    assert int(re.search(r"(\d+) pessoas?\b", page)[1]) == people + 1

"""How a person chooses to be told, and who lets delays be told above an agency's head."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from tests.installation import deploy
from tests.services.conftest import NOON
from tests.services.errands import ERRAND, LADDERED, Office
from tests.web.pages import token_of
from workflow.core.topics import Topic, Way
from workflow.services.ways import my_ways
from workflow.storage.officers import add_memberships
from workflow.storage.people import Officer


@pytest.fixture
def office(app, helena):
    return Office(app.extensions["installation"], NOON)


@pytest.fixture
def officer(office, helena):
    with office.uow().reading() as connection:
        whose = select(Officer.id).where(Officer.email == helena["email"])
        return connection.execute(whose).scalar_one()


@pytest.fixture
def coordinator(office, officer):
    """Let the officer who is signed in coordinate the types of SCC."""
    where = {"agency": "SCC", "role": "coordinator", "valid_from": date(2020, 1, 1)}
    with office.uow().writing() as connection:
        add_memberships(connection, [{"officer_id": officer, **where}])
    return officer


def checked(page):
    return dict(re.findall(r'name="(\w+)" value="(\w+)" checked', page))


def test_everybody_begins_with_the_usual_ways(office, signed_in):
    page = signed_in.get("/preferencias/avisos").text
    assert checked(page) == {
        "due": "at_once",
        "ahead": "digest",
        "tasks": "at_once",
        "questions": "at_once",
        "results": "at_once",
        "mentions": "at_once",
        "comments": "digest",
    }
    assert "um só por dia" in page


def test_what_stands_still_in_an_agency_is_asked_of_who_heads_one(office, officer, signed_in):
    assert "que você chefia" not in signed_in.get("/preferencias/avisos").text
    where = {"agency": "SEF", "role": "head", "valid_from": date(2020, 1, 1)}
    with office.uow().writing() as connection:
        add_memberships(connection, [{"officer_id": officer, **where}])
    page = signed_in.get("/preferencias/avisos").text
    assert checked(page)["neglect"] == "digest"

    token = token_of(page)
    signed_in.post("/preferencias/avisos", data={"csrf": token, "neglect": "at_once"})
    signed_in.post("/preferencias/avisos", data={"csrf": token, "comments": "pages"})
    assert my_ways(office.uow(), officer)[Topic.NEGLECT] is Way.AT_ONCE


def test_what_is_chosen_is_kept_and_legal_ends_are_never_left_to_the_pages(
    office, officer, signed_in
):
    token = token_of(signed_in.get("/preferencias/avisos").text)
    chosen = {"csrf": token, "comments": "at_once", "due": "pages", "tasks": "digest"}
    assert signed_in.post("/preferencias/avisos", data=chosen).status_code == 303

    ways = my_ways(office.uow(), officer)
    assert ways[Topic.COMMENTS] is Way.AT_ONCE
    assert ways[Topic.TASKS] is Way.DIGEST
    assert ways[Topic.DUE] is Way.AT_ONCE
    page = signed_in.get("/preferencias/avisos").text
    assert checked(page)["tasks"] == "digest"
    assert 'name="due" value="pages"' not in page
    assert "Preferências gravadas" in page


def test_a_coordinator_lets_delays_climb_and_the_page_tells_who_did(coordinator, signed_in):
    assert "/avisos/acima/" in signed_in.get("/preferencias/avisos").text
    page = signed_in.get("/avisos/acima/").text
    assert "checked" not in page
    assert "Recado" in page

    data = {"csrf": token_of(page), "above": ["focal_point", "cabinet", "everybody"]}
    assert signed_in.post("/avisos/acima/errand", data=data).status_code == 303
    page = signed_in.get("/avisos/acima/").text
    assert re.findall(r'value="(\w+)" checked', page) == ["focal_point", "cabinet"]
    assert page.count("ligou") == 2

    signed_in.post("/avisos/acima/errand", data={"csrf": token_of(page)})
    page = signed_in.get("/avisos/acima/").text
    assert "checked" not in page
    assert page.count("desligou") == 2


def test_the_page_says_when_those_above_hear_as_each_type_has_it(office, coordinator, signed_in):
    deploy(office.uow(), [LADDERED, SILENT_ABOVE])
    page = signed_in.get("/avisos/acima/").text
    own = {key: hints(page, key) for key in ("errand", "laddered", "silent_above")}
    assert own["errand"] == [
        "3 dias úteis depois do prazo, em todos os prazos",
        "5 dias úteis depois do prazo, em todos os prazos",
        "10 dias úteis depois do prazo, em todos os prazos",
    ]
    never = "Neste tipo, nenhum prazo tem aviso para quem está aqui"
    assert own["laddered"] == [
        never,
        "5 dias úteis antes do prazo, em todos os prazos",
        "3 dias depois do prazo, em todos os prazos",
    ]
    assert own["silent_above"] == [
        never,
        "a cada 2 dias depois do prazo, em “Levar o recado”",
        never,
    ]


SILENT_ABOVE = ERRAND.replace("key: errand", "key: silent_above").replace(
    "        deadline: {term: 10 working days, rule: house}",
    "        deadline: {term: 10 working days, rule: house, "
    "escalate: [{when: every 2 days after, to: coordinator}]}\n"
    "    deadline: {term: 30 days, escalate: none}",
)


def hints(page, key):
    card = page.partition(f'id="{key}"')[2].partition("</section>")[0]
    return re.findall(r'<small class="hint">(.+?)</small>', card)


def test_whoever_coordinates_nothing_changes_nothing(office, signed_in):
    assert "/avisos/acima/" not in signed_in.get("/preferencias/avisos").text
    page = signed_in.get("/avisos/acima/")
    assert "não coordena nenhum" in page.text
    token = token_of(signed_in.get("/preferencias/").text)
    answer = signed_in.post("/avisos/acima/errand", data={"csrf": token, "above": "cabinet"})
    assert answer.status_code == 404

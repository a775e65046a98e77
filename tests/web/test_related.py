"""The page of cases that belong together, and what it offers where two ask the same."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from tests.servers.nodejs import html_faults
from tests.web.pages import token_of
from tests.web.test_inbox import Desk
from workflow.storage.case import Case


@pytest.fixture
def desk(filled_here):
    return Desk(filled_here)


@pytest.fixture
def opener(desk):
    return desk.filled.sign_in("SEDE")


def tie(client, number, other, relation):
    page = client.get(f"/pedidos/{number}").text
    sent = {"csrf": token_of(page), "other": other, "relation": relation}
    answer = client.post(f"/pedidos/{number}/relacionar", data=sent)
    assert answer.status_code == 303
    return answer.location


def test_the_family_of_a_case_is_drawn_listed_and_told(desk, opener):
    first, second, third = desk.numbers
    tie(opener, first, second, "precedes")
    tie(opener, second, third, "child")
    page = opener.get(f"/pedidos/{first}").text
    assert f'href="/pedidos/{first}/relacionados"' in page
    page = opener.get(f"/pedidos/{first}/relacionados").text
    assert html_faults(page) == []
    drawn = page.split('class="map"', 1)[1].split("</svg>", 1)[0]
    assert drawn.count("<rect") == 3
    assert [n for n in desk.numbers if n in drawn] == desk.numbers
    assert "vem antes de" in drawn
    assert "deu origem a" in drawn
    listed = page.split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    assert re.search(rf"vem antes de <span class=\"num\">{first}<", listed)
    told = page.split('class="timeline', 1)[1]
    assert all(f">{number}</a>" in told for number in desk.numbers)
    alone = opener.get(f"/pedidos/{first}/relacionados?pedido={third}").text
    assert f">{first}</a>" not in alone.split('class="timeline', 1)[1]


def test_a_case_that_one_may_not_see_leaves_no_trace_on_the_page(desk, opener):
    first, second, third = desk.numbers
    tie(opener, first, second, "precedes")
    tie(opener, second, third, "precedes")
    with desk.filled.work() as uow, uow.writing() as connection:
        connection.execute(update(Case).where(Case.number == second).values(access="restricted"))
    stranger = desk.filled.sign_in("SES")
    page = stranger.get(f"/pedidos/{first}/relacionados").text
    assert "Nenhum outro pedido que você possa ver" in page
    assert second not in page
    assert third not in page
    assert stranger.get(f"/pedidos/{second}/relacionados").status_code == 404


def test_one_of_two_that_ask_the_same_is_ended_by_its_own_act(desk, opener):
    first, second, _ = desk.numbers
    assert tie(opener, second, first, "duplicate").endswith(f"/pedidos/{second}/relacionados")
    page = opener.get(f"/pedidos/{second}/relacionados").text
    assert "Este pedido é igual a outro" in page
    assert f"Pedido igual ao {first}." in page
    assert f'action="/pedidos/{second}/desistir"' in page
    assert "é igual a" in opener.get(f"/pedidos/{first}/relacionados").text
    stranger = desk.filled.sign_in("SES")
    seen = stranger.get(f"/pedidos/{second}/relacionados").text
    assert "Este pedido é igual a outro" not in seen
    sent = {"csrf": token_of(page), "reason": f"Pedido igual ao {first}."}
    assert opener.post(f"/pedidos/{second}/desistir", data=sent).status_code == 303
    after = opener.get(f"/pedidos/{second}/relacionados").text
    assert "Este pedido é igual a outro" not in after

"""The load of each officer as a page for the head, and work moved from there."""

from __future__ import annotations

import pytest

from tests.web.pages import token_of
from tests.web.test_inbox import Desk


@pytest.fixture
def desk(filled_here):
    made = Desk(filled_here, 2)
    made.head = filled_here.sign_in(made.agency, head=True)
    return made


def test_the_page_is_there_for_heads_only(desk):
    assert desk.client.get("/caixa/carga").status_code == 404
    assert desk.client.get("/caixa/carga?quem=0").status_code == 404
    assert "/caixa/carga" not in desk.page()
    assert desk.filled.app.test_client().get("/caixa/carga").status_code == 303
    assert 'href="/caixa/carga"' in desk.head.get("/caixa/").text
    assert desk.head.get("/caixa/carga").status_code == 200


def test_a_head_moves_work_from_one_officer_to_another(desk):
    desk.batch("claim", *desk.numbers)
    with desk.filled.work() as uow:
        holder = desk.filled.acting(uow, "SEDE").load(desk.numbers[0]).snapshot.task(1).assignee
    _, colleague = desk.filled.officer(desk.agency, role="focal_point")

    page = desk.head.get(f"/caixa/carga?quem={holder}").text
    assert all(f'value="{number}.1"' in page for number in desk.numbers)
    assert f'<option value="{colleague}">' in page
    assert f'<option value="{holder}">' not in page
    assert page.count('<svg class="load"') == 4

    sent = {"csrf": token_of(page), "act": "assign", "ready": "1", "task": f"{desk.numbers[0]}.1"}
    back = f"/caixa/carga?quem={holder}"
    assert desk.head.post("/caixa/lote", data={**sent, "back": back}).status_code == 422
    chosen = {**sent, "officer": str(colleague), "back": back}
    moved = desk.head.post("/caixa/lote", data=chosen)
    assert (moved.status_code, moved.location) == (303, back)

    left = desk.head.get(back).text
    assert f'value="{desk.numbers[0]}.1"' not in left
    assert f'value="{desk.numbers[1]}.1"' in left
    assert f'value="{desk.numbers[0]}.1"' in desk.head.get(f"/caixa/carga?quem={colleague}").text


def test_what_nobody_has_taken_is_listed_and_a_mistyped_officer_lists_nobody(desk):
    free = desk.head.get("/caixa/carga?quem=0").text
    assert all(f'value="{number}.1"' in free for number in desk.numbers)
    for asked in ("x", "999999", "-1"):
        answer = desk.head.get(f"/caixa/carga?quem={asked}")
        assert answer.status_code == 200
        assert 'id="tasks-of"' not in answer.text

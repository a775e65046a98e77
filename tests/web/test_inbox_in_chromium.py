"""The inbox under the hands of an officer: keys, picking, and news that move nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest
from playwright.sync_api import expect

from tests.installation import acting_as
from tests.servers.nodejs import axe
from tests.web.filled import GRANT
from tests.web.site import sign_in
from workflow.core.acts.answers import Answers
from workflow.services.cases import open_case

ARRIVALS = count(1)


def arrive(site):
    """Open a case whose first task is the inbox's under test."""
    acting, n = acting_as(site.installation, "SEDE", now=datetime.now(UTC)), next(ARRIVALS)
    data = {**GRANT, "call_code": f"HV-{n}", "subject": f"Edital {n}"}
    done = open_case(
        acting, "grant_application", opener="SEDE", answers=Answers(data=data), key=f"arrive {n}"
    )
    (task,) = done.change.after.tasks
    return task.agency, done.number


@pytest.fixture
def page(site, visitors):
    """Show the inbox of an agency with two tasks at least."""
    agency, _ = arrive(site)
    arrive(site)
    page = visitors.page(width=1280)
    sign_in(page, site, agency)
    page.goto(f"{site.url}/caixa/?ver=agency")
    return page


def test_news_wait_in_their_own_space(site, page):
    row = page.locator(".task").first
    before, rows = row.bounding_box(), page.locator(".task").count()
    title = page.title()

    arrive(site)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    chip = page.locator(".arrivals .news")
    expect(chip).to_have_text("Chegou 1 tarefa nova. Mostrar")
    assert row.bounding_box() == before
    assert page.locator(".task").count() == rows
    assert page.title() == f"(1) {title}"
    assert axe(page) == []
    chip.click()
    expect(page.locator(".task")).to_have_count(rows + 1)
    assert page.title() == title


def test_keys_reach_every_task(page, visitors):
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator(".task").nth(1).locator(".pick").is_checked()
    expect(page.locator(".bulk [data-count-one]")).to_have_text("1 tarefa selecionada")
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator(".bulk [data-count-one]")).to_have_text("2 tarefas selecionadas")
    number = page.locator(".task").nth(0).locator(".num").inner_text()
    page.keyboard.press("a")
    expect(page.locator(".said")).to_contain_text(number)

    page.keyboard.press("?")
    assert page.locator("#shortcuts").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/tarefas/" in url)
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url(lambda url: "/caixa/" in url)
    page.keyboard.press("n")
    page.wait_for_url(lambda url: "/pedidos/novo" in url)
    assert visitors.complaints == []


def test_many_are_taken_with_the_mouse_and_given_back_in_one_step(site, visitors):
    agency, _ = arrive(site)
    arrive(site)
    page = visitors.page(width=360)
    sign_in(page, site, agency)
    page.goto(f"{site.url}/caixa/?ver=unassigned&tipo=grant_application")
    picks = page.locator(".pick")
    free = picks.count()
    picks.first.check()
    picks.last.click(modifiers=["Shift"])
    page.locator('.bulk [value="claim"]').click()
    expect(page.locator(".said")).to_contain_text("tarefas assumidas")
    assert page.locator(".pick").count() == 0
    page.locator(".said button").click()
    expect(page.locator(".pick")).to_have_count(free)
    assert visitors.complaints == []


def test_on_a_telephone_the_menus_show_where_one_is(site, visitors):
    page = visitors.page(width=360)
    sign_in(page, site, "SCC")
    for path, menu in {"/caixa/?ver=done": ".side", "/servicos/": ".menu"}.items():
        page.goto(f"{site.url}{path}")
        expect(page.locator(f"{menu} a[aria-current]")).to_be_in_viewport(ratio=0.99)
        assert page.evaluate("scrollY") == 0

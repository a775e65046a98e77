"""The pages on which people write, with their faults, and a case from every side, in a browser."""

from __future__ import annotations

import pytest

from tests.servers.chromium import Visitors
from tests.web.driving import end_task, press
from tests.web.looks import SCREENS, barriers, on_screens
from tests.web.site import Site, sign_in
from workflow.services.case_view import TABS

pytestmark = pytest.mark.exhaustive


def hold_no_barrier(page, path: str = "") -> None:
    assert barriers(page) == [], path or page.url


@pytest.fixture
def number(site: Site) -> str:
    """A case that is still open."""
    return next(n for name, n in site.cases.items() if "jiangsu" not in name)


@on_screens
def test_a_request_is_written_without_a_barrier(site: Site, visitors: Visitors, screen: str):
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SCC")
    page.goto(f"{site.url}/pedidos/novo/agreement_review")
    press(page.locator("main form button[type=submit]").first)
    hold_no_barrier(page)
    home = page.url.rstrip("/")

    for section in page.locator("main a[aria-describedby]").evaluate_all("a => a.map(b => b.href)"):
        page.goto(section)
        hold_no_barrier(page)
        page.locator("main form").first.evaluate("form => form.noValidate = true")
        press(page.locator("button[name=then][value=next]"))
        hold_no_barrier(page, f"{section}, sent empty")
    page.goto(f"{home}/confira")
    hold_no_barrier(page)


@on_screens
def test_a_case_is_read_and_worked_on_without_a_barrier(
    site: Site, visitors: Visitors, number: str, screen: str
):
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SCC")
    case = f"{site.url}/pedidos/{number}"
    fields = "&".join(f"campo={key}" for key in ("subject", "instrument", "parties"))
    for path in (*(f"{case}?ver={tab}" for tab in TABS), f"{case}/corrigir?{fields}"):
        page.goto(path)
        hold_no_barrier(page)
    assert page.locator("main textarea[name=reason]").count() == 1
    page.goto(case)
    press(page.locator(f'main a[href*="/{number}/prazos/"]').first)
    hold_no_barrier(page)

    page.goto(f"{site.url}/caixa/?ver=agency")
    press(page.locator(".col-subject a").first)
    page.locator("#task-form").evaluate("form => form.noValidate = true")
    end_task(page)
    hold_no_barrier(page, "a task, ended without what it asks")

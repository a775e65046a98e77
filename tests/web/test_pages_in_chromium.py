"""Every page in a real browser: no barrier, no sideways scroll, no complaint, on every screen."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.servers.chromium import Visitors
from tests.servers.nodejs import axe
from tests.web.site import Site, sign_in
from workflow.core.playing import powers_of

SCREENS = {
    "light": {"scheme": "light", "width": 1280},
    "dark": {"scheme": "dark", "width": 1280},
    "telephone": {"scheme": "light", "width": 360},
}
OPEN_TO_ALL = [
    "/entrar",
    "/acompanhar/",
    "/acessibilidade",
    "/privacidade",
    "/ajuda/",
    "/ajuda/prazos",
    "/nao-existe",
]
FOR_OFFICERS = [
    "/caixa/",
    "/caixa/?ver=mine",
    "/caixa/?q=nada-disto",
    "/caixa/?ver=waiting",
    "/caixa/?ver=aside",
    "/caixa/?ver=following",
    "/caixa/?ver=done",
    "/pedidos/",
    "/pedidos/{jiangsu}",
    "/pedidos/{jiangsu}/papeis",
    "/pedidos/novo",
    "/pedidos/novo/agreement_review",
    "/busca",
    "/busca?q=protocolo",
    "/busca?q=2026&tipo=agreement_review",
    "/busca?q=nada-disto",
    "/avisos/",
    "/avisos/acima/",
    "/prazos/",
    "/prazos/?de=orgao",
    "/prazos/?ver=mes&de=orgao",
    "/prazos/radar?de=orgao",
    "/prazos/agenda",
    "/preferencias/",
    "/preferencias/avisos",
    "/ausencias",
    "/ausencias/nova",
    "/ausencias/nova?cargo=head&orgao=SEPLAG",
    "/administracao/orgaos",
    "/administracao/orgaos/SEPLAG",
    "/administracao/pessoas/{colleague}",
    "/administracao/pessoas/nova?orgao=SEPLAG",
    "/administracao/saidas/nova?pessoa={colleague}&orgao=SEPLAG",
    "/pedidos/0000-000000-00",
]
CASES = {"jiangsu": "agreement_review/jiangsu_protocol"}


@pytest.mark.parametrize("screen", SCREENS)
def test_pages_for_anybody_have_no_barrier(site: Site, visitors: Visitors, screen: str):
    page = visitors.page(**SCREENS[screen])
    public = f"/acompanhar/{site.cases[CASES['jiangsu']]}"

    for path in (*OPEN_TO_ALL, public):
        page.goto(site.url + path)
        assert axe(page) == [], path
        assert sideways(page) <= 0, path

    assert visitors.complaints == []


@pytest.mark.parametrize("screen", SCREENS)
def test_pages_for_officers_have_no_barrier(site: Site, visitors: Visitors, screen: str):
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SEPLAG")
    numbers = {name: site.cases[story] for name, story in CASES.items()}
    numbers["colleague"] = str(powers_of("SEPLAG", "second").officer)

    for path in FOR_OFFICERS:
        page.goto(site.url + path.format(**numbers))
        assert axe(page) == [], path
        assert sideways(page) <= 0, path
    page.goto(f"{site.url}/caixa/?ver=agency")
    page.locator(".more summary").click()
    page.locator(".pick").first.check()
    assert axe(page) == [], "inbox with a task picked"
    assert sideways(page) <= 0, "inbox with a task picked"
    for act in ("prioritise", "snooze", "assign", "complete"):
        if act in ("prioritise", "snooze"):
            page.locator(".bulk summary").click()
        page.locator(f'.bulk [value="{act}"]').click()
        assert axe(page) == [], act
        assert sideways(page) <= 0, act
        page.goto(f"{site.url}/caixa/?ver=agency")
        page.locator(".pick").first.check()
    page.locator(".col-subject a").first.click()
    assert axe(page) == [], "task"
    assert sideways(page) <= 0, "task"

    assert visitors.complaints == []


def test_a_case_is_printed_on_white_without_what_only_a_screen_can_do(
    site: Site, visitors: Visitors
):
    page = visitors.page(**SCREENS["dark"])
    sign_in(page, site, "SEPLAG")
    page.goto(f"{site.url}/pedidos/{site.cases[CASES['jiangsu']]}")
    page.emulate_media(media="print", color_scheme="dark")

    shown = page.locator("button, input, textarea, select, nav, .btn, #acts")
    assert [one.evaluate("e => e.outerHTML") for one in shown.all() if one.is_visible()] == []
    paper, ink = (
        page.evaluate(f"getComputedStyle(document.body).{one}") for one in ("background", "color")
    )
    assert "rgb(255, 255, 255)" in paper
    assert ink == "rgb(0, 0, 0)"
    assert page.locator("#history").is_visible()
    assert len(PdfReader(BytesIO(page.pdf(format="A4"))).pages) < 9


def sideways(page) -> int:
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )

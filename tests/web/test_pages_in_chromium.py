"""Every page in a real browser: no barrier, no sideways scroll, no complaint, on every screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page
from pypdf import PdfReader
from sqlalchemy import update

from tests.installation import acting_as
from tests.servers.chromium import Visitors
from tests.servers.ports import LOOPBACK
from tests.web.driving import press
from tests.web.looks import SCREENS, barriers, on_screens, share
from tests.web.office import PDF
from tests.web.site import PASSWORD, Site, address, sign_in
from workflow.core.playing import powers_of
from workflow.services.cases import attach
from workflow.services.liveness import look
from workflow.services.reading_log import Reading, grant_access, note
from workflow.storage.documents import open_store
from workflow.storage.jobs import enqueue
from workflow.storage.work import JobRow

pytestmark = pytest.mark.exhaustive

OPEN_TO_ALL = [
    "/entrar",
    "/esqueci",
    "/acompanhar/",
    "/conferir",
    "/conferir/ABCD",
    "/publico/",
    "/publico/agreement",
    "/acessibilidade",
    "/privacidade",
    "/conferir-recibo/",
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
    "/caixa/perguntas/",
    "/caixa/carga",
    "/caixa/carga?quem=0",
    "/caixa/rotulos",
    "/pedidos/",
    "/pedidos/{jiangsu}",
    "/pedidos/{jiangsu}?ver=all",
    "/pedidos/{jiangsu}/papeis",
    "/pedidos/{jiangsu}/respostas/2",
    "/pedidos/{jiangsu}/relacionados",
    "/pedidos/{jiangsu}/comentar",
    "/pedidos/{jiangsu}/compromissos",
    "/pedidos/{jiangsu}/comentar?quem=seplag",
    "/paineis/",
    "/paineis/semana",
    "/paineis/vigencias",
    "/paineis/rede",
    "/paineis/captacao",
    "/paineis/rede/lista/planos",
    "/pedidos/novo",
    "/pedidos/novo/agreement_review",
    "/servicos/",
    "/servicos/?q=sobrestar",
    "/servicos/?q=viagem",
    "/servicos/A7",
    "/servicos/R16",
    "/registros/",
    "/registros/confirmar",
    "/registros/partner",
    "/registros/partner?q=nada-disto",
    "/registros/partner/paises",
    "/registros/partner/nova",
    "/busca",
    "/busca?q=protocolo",
    "/busca?q=2026&tipo=agreement_review",
    "/busca?q=nada-disto",
    "/avisos/",
    "/avisos/?ver=citaram",
    "/avisos/acima/",
    "/prazos/",
    "/prazos/?de=orgao",
    "/prazos/?ver=mes&de=orgao",
    "/prazos/radar?de=orgao",
    "/prazos/agenda",
    "/preferencias/",
    "/preferencias/avisos",
    "/meus-dados/",
    "/conta/",
    "/conta/conexoes",
    "/conta/senha",
    "/conta/confirmar",
    "/conta/aplicativo",
    "/conta/chave",
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
FOR_COORDINATORS = [
    "/administracao/parados",
    "/pedidos/{jiangsu}/leituras",
]
CASES = {"jiangsu": "agreement_review/jiangsu_protocol"}


@pytest.mark.parametrize("screen", SCREENS)
def test_pages_for_anybody_have_no_barrier(site: Site, visitors: Visitors, screen: str):
    page = visitors.page(**SCREENS[screen])
    public = f"/acompanhar/{site.cases[CASES['jiangsu']]}"

    for path in share(screen, [*OPEN_TO_ALL, public]):
        page.goto(site.url + path)
        assert barriers(page) == [], path

    assert visitors.complaints == []


@pytest.mark.parametrize("screen", SCREENS)
def test_pages_for_officers_have_no_barrier(site: Site, visitors: Visitors, screen: str):
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SEPLAG")
    numbers = {name: site.cases[story] for name, story in CASES.items()}
    numbers["colleague"] = str(powers_of("SEPLAG", "second").officer)

    for path in share(screen, FOR_OFFICERS):
        page.goto(site.url + path.format(**numbers))
        assert barriers(page) == [], path
    page.goto(f"{site.url}/caixa/?ver=agency")
    page.locator(".more summary").click()
    page.locator(".pick").first.check()
    assert barriers(page) == [], "inbox with a task picked"
    for act in ("prioritise", "snooze", "assign", "complete"):
        if act in ("prioritise", "snooze"):
            page.locator(".bulk summary").click()
        press(page.locator(f'.bulk [value="{act}"]'))
        assert barriers(page) == [], act
        page.goto(f"{site.url}/caixa/?ver=agency")
        page.locator(".pick").first.check()
    press(page.locator(".col-subject a").first)
    assert barriers(page) == [], "task"

    assert visitors.complaints == []


def test_a_passkey_is_made_and_lets_its_owner_in(site: Site, visitors: Visitors):
    # Keys take no number for a name, so the site is visited by its other one.
    named = replace(site, server=replace(site.server, url=site.url.replace(LOOPBACK, "localhost")))
    page = visitors.page()
    sign_in(page, named, "SEMAD")
    page.goto(f"{named.url}/conta/chave")
    devtools, key = plug_in(page)
    page.fill("input[name=name]", "chave azul")
    page.get_by_role("button", name="Criar a chave").click()
    page.locator(".codes").wait_for()
    kept = devtools.send("WebAuthn.getCredentials", key)["credentials"]
    assert barriers(page) == []
    page.get_by_role("link", name="Já guardei").click()
    page.get_by_role("rowheader", name="chave azul").wait_for()

    page.goto(f"{named.url}/conta/conexoes")
    page.locator("button[value=all]").click()
    page.fill("input[name=email]", address("SEMAD"))
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.locator("form[data-passkey]").wait_for()
    assert barriers(page) == []
    # A key of tests does not outlive every change of page, as one in the hand does.
    plug_in(page, *kept)
    page.get_by_role("button", name="Usar a chave").click()
    page.wait_for_url(lambda url: "/entrar" not in url)
    page.goto(f"{named.url}/conta/")
    assert "ainda não foi usado" not in page.locator("main").inner_text()
    assert visitors.complaints == []


def plug_in(page: Page, *credentials: Mapping[str, Any]) -> tuple[CDPSession, dict[str, Any]]:
    """Give a browser a security key; return by what and under which name it is spoken to."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True}
    options = {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}
    key = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    for credential in credentials:
        devtools.send("WebAuthn.addCredential", {**key, "credential": credential})
    return devtools, key


@on_screens
def test_a_pdf_is_seen_in_its_page(site: Site, visitors: Visitors, screen: str):
    number = site.cases[CASES["jiangsu"]]
    kept = open_store(site.environment["TRAMITA_DOCUMENTS"]).put([PDF])
    document = {"sha256": kept.sha256, "name": "plano.pdf", "media_type": "application/pdf"}
    uow = acting_as(site.installation, "SEDE", now=datetime.now(UTC))
    attach(uow, number, "work_plan", {**document, "size": kept.size}, key=f"seen on {screen}")
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SEDE")

    page.goto(f"{site.url}/pedidos/{number}")
    press(page.locator("a[href*='/work_plan/'][href$='/ver']").first)
    with page.expect_response("**/conteudo"):
        page.reload()
    page.wait_for_load_state("load")
    assert len(page.frames) > 1
    assert not any(frame.url.startswith("chrome-error:") for frame in page.frames)
    assert barriers(page) == []
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


@pytest.mark.parametrize("screen", SCREENS)
def test_pages_for_coordinators_have_no_barrier(site: Site, visitors: Visitors, screen: str):
    numbers = {name: site.cases[story] for name, story in CASES.items()}
    plant(site, numbers["jiangsu"])
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SCC")

    for path in share(screen, FOR_COORDINATORS):
        page.goto(site.url + path.format(**numbers))
        page.locator("main details").evaluate_all("all => all.forEach(one => one.open = true)")
        assert page.locator("main form").count() > 0, path
        assert barriers(page) == [], path

    assert visitors.complaints == []


def plant(site: Site, number: str) -> None:
    """Let a step of a case be given up, a person be let into it, and one have read it."""
    uow = acting_as(site.installation, "SCC", now=datetime.now(UTC))
    case_id = uow.load(number).case_id
    with uow.writing() as connection:
        enqueue(connection, "tell", key="broken", payload={}, case_id=case_id)
        broken = update(JobRow).where(JobRow.key == "broken")
        connection.execute(broken.values(failed_at=uow.now, last_error="broken"))
    look(uow)
    about = {"until": uow.today, "reason": "Perícia.", "key": "let-in"}
    grant_access(uow, number, address("SEE"), **about)
    note(uow, {case_id}, Reading.PAGE)

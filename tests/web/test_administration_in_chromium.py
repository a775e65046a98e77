"""The pages of administration in a real browser: no barrier, and a change carried through."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.counts import EXHAUSTIVE
from tests.installation import acting_as, let_coordinate
from tests.servers.chromium import Visitors
from tests.web.driving import press
from tests.web.looks import SCREENS, barriers, on_screens, share
from tests.web.site import Site, address, sign_in
from workflow.core.acts.answers import Answers
from workflow.core.deadlines.values import LEGAL_ZONE
from workflow.core.playing import powers_of
from workflow.services import plans, recounting
from workflow.services.cases import open_case
from workflow.storage.officers import add_officer
from workflow.storage.people import Officer

pytestmark = pytest.mark.exhaustive

CALENDARS = "/administracao/calendarios"
FOR_KEEPERS = [
    "/administracao/avisos",
    "/administracao/avisos?ver=sent",
    "/administracao/avisos?ver=failed",
    "/administracao/tipos",
    "/administracao/tipos/agreement_review",
    "/administracao/tipos/opinion_request/comparar",
    "/administracao/tipos/novo",
    "/administracao/tipos/agreement_review/ajustar",
    "/administracao/tipos/agreement_review/avisos",
    "/administracao/tipos/agreement_review/avisos?prazo=states.0.tasks.0.deadline",
    "/administracao/tipos/novo?tipo=opinion_request",
    "/administracao/",
    "/administracao/apagar/",
    "/administracao/importacoes",
    "/administracao/reformas",
    "/administracao/reformas/nova",
    "/administracao/reformas/nova?mudar=rename&orgao=AGE",
    "/administracao/reformas/nova?mudar=merge&orgao=AGE",
    "/administracao/reformas/nova?mudar=split&orgao=AGE",
    "/administracao/reformas/nova?mudar=move&orgao=AGE",
    "/administracao/reformas/nova?mudar=end&orgao=AGE",
]
"""Pages of whoever keeps the installation, looked at as they are."""
OPINION = {
    "subject": "Edital de fomento",
    "description": "Dúvida sobre o prazo de publicação.",
    "question": "O edital pode ser publicado?",
    "binding_opinion": False,
}


@pytest.fixture(scope="module")
def opened(site: Site) -> list[str]:
    """Make somebody an administrator and open cases whose deadlines run from today."""
    with site.installation.engine.begin() as connection:
        whom = Officer.email == address("SEPLAG")
        connection.execute(update(Officer).where(whom).values(administrator=True))
    uow = acting_as(site.installation, "SEPLAG", now=datetime.now(UTC))
    let_coordinate(uow, powers_of("SEPLAG").officer)
    answers = Answers(data=OPINION, roles={"adviser": ("AGE",)})
    return [
        open_case(uow, "opinion_request", opener="SEPLAG", answers=answers, key=f"o{n}").number
        for n in range(3)
    ]


@on_screens
def test_a_change_is_carried_through_without_a_barrier(
    site: Site, visitors: Visitors, screen: str, opened: list[str]
):
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SEPLAG")

    def look(name: str) -> None:
        page.evaluate("scrollTo(0, 0)")  # what the header covers is no target
        assert barriers(page) == [], name
        if folder := os.environ.get("TEST_PICTURES"):
            page.screenshot(path=Path(folder) / f"{name}-{screen}.png", full_page=True)

    page.goto(site.url + CALENDARS)
    look("calendars")
    page.goto(f"{site.url}{CALENDARS}/BH?ano=2026")
    look("year")
    page.goto(f"{site.url}{CALENDARS}/BH/mudar")
    press(page.locator("main button[type=submit]"))
    look("day-refused")

    offset = 3 + 10 * [*SCREENS].index(screen) if EXHAUSTIVE else 3
    page.check("input[value=suspension]")
    page.check("input[value=MG-EXEC]")
    page.fill("input[name=first]", str(_weekday(offset)))
    page.fill("input[name=last]", str(_weekday(offset) + timedelta(days=9)))
    page.fill("input[name=name]", "Luto oficial")
    page.fill("input[name=act]", "Decreto 48.123, art. 2")
    page.fill("input[name=act_on]", "2026-01-05")
    look("day")
    page.locator("main button[type=submit]").click()
    page.get_by_text("À espera de decisão").wait_for()
    look("preview")
    assert page.get_by_text(opened[0]).count()

    page.get_by_role("button", name="Aplicar a mudança").click()
    page.get_by_text("Aplicada").wait_for()
    look("done")
    page.get_by_text("Desfazer esta mudança").click()
    look("undoing")
    page.goto(f"{site.url}/pedidos/{opened[0]}")
    assert page.get_by_text("Decreto 48.123").count()
    look("case")
    page.goto(f"{site.url}{CALENDARS}")
    look("calendars-after")

    assert visitors.complaints == []


@pytest.mark.parametrize("screen", SCREENS)
def test_pages_for_keepers_have_no_barrier(
    site: Site, visitors: Visitors, screen: str, opened: list[str]
):
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SEPLAG")

    for path in share(screen, FOR_KEEPERS):
        page.goto(site.url + path)
        assert barriers(page) == [], path
    page.goto(f"{site.url}/administracao/tipos/novo")
    page.locator("textarea").fill("key: nothing")
    page.locator("main button[type=submit]").click()
    page.get_by_text("Nada foi publicado").wait_for()
    assert barriers(page) == [], "faults of a type"
    page.goto(f"{site.url}/administracao/apagar/?numero={opened[1]}")
    page.locator("form[action$='/guarda'] button").click()
    page.locator("[aria-invalid=true]").wait_for()
    assert barriers(page) == [], "a hold without a reason"
    page.fill("textarea[name=why]", "Há uma ação na Justiça.")
    page.locator("form[action$='/guarda'] button").click()
    page.get_by_role("button", name="Deixar o prazo correr de novo").wait_for()
    assert barriers(page) == [], "a case that is held"
    press(page.get_by_role("button", name="Deixar o prazo correr de novo"))

    assert [one for one in visitors.complaints if "422" not in one] == []


@on_screens
def test_a_reform_is_written_and_previewed_without_a_barrier(
    site: Site, visitors: Visitors, screen: str, opened: list[str]
):
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SEPLAG")

    def look(name: str) -> None:
        page.evaluate("scrollTo(0, 0)")
        assert barriers(page) == [], name
        if folder := os.environ.get("TEST_PICTURES"):
            page.screenshot(path=Path(folder) / f"{name}-{screen}.png", full_page=True)

    page.goto(f"{site.url}/administracao/reformas")
    look("reforms")
    page.goto(f"{site.url}/administracao/reformas/nova?mudar=split&orgao=AGE")
    page.get_by_role("button", name="Ver a prévia").click()
    page.get_by_text("Falta corrigir").wait_for()
    look("reform-refused")
    for n, name in ((1, "Advocacia Judicial"), (2, "Advocacia Consultiva")):
        page.fill(f"input[name=c0-heir{n}]", f"AG{n}")
        page.fill(f"input[name=c0-name{n}]", name)
    page.fill("input[name=day]", str(_weekday(0)))
    page.fill("input[name=act]", "Lei 25.000, art. 3")
    page.fill("input[name=act_on]", "2026-01-05")
    look("reform-written")
    page.get_by_role("button", name="Ver a prévia").click()
    page.wait_for_url(re.compile(r"/reformas/\d+$"))
    _finish(site, int(page.url.rpartition("/")[2]))
    page.reload()
    page.get_by_text("À espera de decisão").wait_for()
    assert page.get_by_text(opened[0]).count()
    look("reform-preview")
    page.get_by_role("button", name="Descartar").click()
    page.get_by_text("A reforma foi descartada").wait_for()
    look("reform-dropped")

    assert [one for one in visitors.complaints if "422" not in one] == []


@on_screens
def test_who_left_is_forgotten_without_a_barrier(
    site: Site, visitors: Visitors, screen: str, opened: list[str]
):
    with site.installation.engine.begin() as connection:
        left = add_officer(
            connection,
            email=f"saiu-{screen}@example.org",
            name="Quem Saiu",
            password_hash=None,
            created_at=datetime.now(UTC),
        )
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SEPLAG")

    page.goto(f"{site.url}/administracao/apagar/pessoas/{left}")
    page.get_by_text("Quem Saiu").first.wait_for()
    assert barriers(page) == [], "what would go of somebody"
    page.locator("main form").evaluate("form => form.noValidate = true")
    press(page.locator("main form button.btn-primary"))
    page.locator("[aria-invalid=true]").wait_for()
    assert barriers(page) == [], "without a reason"
    page.fill("textarea[name=reason]", "Pediu que fosse apagado.")
    press(page.locator("main form button.btn-primary"))
    assert page.locator("main form").count() == 0
    assert barriers(page) == [], "somebody forgotten"

    assert [one for one in visitors.complaints if "422" not in one] == []


def _finish(site: Site, plan_id: int) -> None:
    """Count a preview to its end, as the clock process would."""

    def begin():
        return acting_as(site.installation, "SEPLAG", now=datetime.now(UTC))

    recounting.finish(begin, plans.plan_named(begin(), plan_id, kinds=plans.EVERY))


def _weekday(offset: int):
    return datetime.now(LEGAL_ZONE).date() + timedelta(days=offset)

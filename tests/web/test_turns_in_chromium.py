"""The pages that only a turn of events shows, in a browser: none of them has a barrier either."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.installation import acting_as
from tests.servers.chromium import Visitors
from tests.today import in_days
from tests.web.driving import Drivers, end_task, press
from tests.web.filled import GRANT
from tests.web.looks import SCREENS, on_screens
from tests.web.site import PASSWORD, Site, address, running_site, sign_in
from tests.web.test_forms_in_chromium import hold_no_barrier
from tests.world import DEFINITIONS, loaded, world
from workflow.catalogue.scenarios import read_scenario
from workflow.core.acts.answers import Answers
from workflow.core.powers import Powers
from workflow.services.access_codes import new_access_code
from workflow.services.cases import Opened, correct, open_case
from workflow.services.people import invite
from workflow.services.tasks import ask_information, claim, complete_task
from workflow.services.unit_of_work import UnitOfWork

pytestmark = pytest.mark.exhaustive

JIANGSU = "agreement_review/jiangsu_protocol"
TO_ITS_CONSOLIDATION = 8
OPINION = DEFINITIONS / "scenarios/opinion_request/straight_way.yaml"


@pytest.fixture(scope="module")
def site(
    installed_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Serve an installation in which one case has come to a task that corrects its data."""
    folder = tmp_path_factory.mktemp("turns")
    stories = {JIANGSU: TO_ITS_CONSOLIDATION}
    with running_site(installed_sqlite_template, folder, stories=stories) as running:
        yield running


@on_screens
def test_a_request_is_receipted_without_a_barrier(site: Site, visitors: Visitors, screen: str):
    definition = loaded(DEFINITIONS / "opinion_request.yaml").definition
    drivers = Drivers(site, visitors, definition, screen=SCREENS[screen])
    drivers.open(read_scenario(OPINION, zone=world().zone))
    page = drivers.page_of("SEDE")

    assert page.get_by_text("Código de acesso").count()
    hold_no_barrier(page)
    page.reload()
    hold_no_barrier(page, "a receipt, seen again")


@on_screens
def test_an_invitation_is_accepted_without_a_barrier(site: Site, visitors: Visitors, screen: str):
    page = visitors.page(**SCREENS[screen])
    anybody = UnitOfWork(site.installation, now=datetime.now(UTC), powers=Powers())
    invited = invite(anybody, address("SEMAD", "second"))

    page.goto(f"{site.url}/convite/{invited.token}")
    hold_no_barrier(page)
    page.fill("input[name=password]", PASSWORD)
    page.fill("input[name=password_again]", "outra frase bem comprida")
    page.locator("main button[type=submit]").click()
    page.locator("#error-summary").wait_for()
    hold_no_barrier(page, "an invitation, with two passwords")
    page.fill("input[name=password]", PASSWORD)
    page.fill("input[name=password_again]", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/entrar")
    hold_no_barrier(page, "an invitation, accepted")


@on_screens
def test_a_question_to_the_requester_is_read_without_a_barrier(
    site: Site, visitors: Visitors, screen: str
):
    opened = grant(site, key=f"asked-{screen}")
    of_checker = acting_as(site.installation, "SCC", now=datetime.now(UTC))
    claim(of_checker, opened.number, 1, key=f"taken-{screen}")
    ask_information(
        *(of_checker, opened.number, 1, "Qual é o prazo do fundo?"),
        of=None,
        key=f"question-{screen}",
        fields=("call_text",),
    )
    page = visitors.page(**SCREENS[screen])

    page.goto(f"{site.url}/acompanhar/{opened.number}")
    hold_no_barrier(page, "a case that asks its requester")
    for code, what in (("AAAA-AAAA-AAAA", "a wrong code"), (opened.access_code, "the code")):
        page.fill("input[name=code]", code)
        press(page.locator("form[action$='/codigo'] button"))
        hold_no_barrier(page, what)
    page.locator("form[action*='/resposta/']").evaluate("form => form.noValidate = true")
    page.locator("form[action*='/resposta/'] button").click()
    page.locator("#error-summary").wait_for()
    hold_no_barrier(page, "an empty answer")
    page.fill("textarea[name=answer]", "Até março.")
    page.locator("form[action*='/resposta/'] button").click()
    page.get_by_text("Recebemos a sua resposta").wait_for()
    hold_no_barrier(page, "an answer, received")


@on_screens
def test_two_texts_collide_without_a_barrier(site: Site, visitors: Visitors, screen: str):
    number, months = site.cases[JIANGSU], 61 + [*SCREENS].index(screen)
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SEDE", "second")
    open_task(page, site, number)
    corrected = {"duration": f"{months} months"}
    first = acting_as(site.installation, "SEDE", now=datetime.now(UTC))
    correct(first, number, corrected, "Acertado com o parceiro.", key=f"corrected-{screen}")

    end_task(page, "to_counsel")
    page.get_by_role("heading", name="O pedido mudou enquanto você escrevia").wait_for()
    assert page.get_by_text(f"{months} meses").count()
    hold_no_barrier(page, "two texts for one field")


@on_screens
def test_a_task_that_has_ended_is_told_without_a_barrier(
    site: Site, visitors: Visitors, screen: str
):
    number = grant(site, key=f"ended-{screen}").number
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SCC", "second")
    open_task(page, site, number)
    task = page.url
    first = acting_as(site.installation, "SCC", now=datetime.now(UTC))
    refusal = Answers(reason="O edital é só para municípios.")
    complete_task(first, number, 1, "not_eligible", answers=refusal, key=f"refused-{screen}")

    page.locator("main [name=reason]").first.fill("Meu parecer, que não deve se perder.")
    end_task(page)
    page.get_by_role("heading", name="Outra pessoa agiu antes").wait_for()
    hold_no_barrier(page, "a task that another ended")
    page.goto(task)
    hold_no_barrier(page, "a task that has ended")


@on_screens
def test_a_case_rests_and_goes_on_without_a_barrier(site: Site, visitors: Visitors, screen: str):
    number = grant(site, key=f"rests-{screen}").number
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SCC")
    page.goto(f"{site.url}/pedidos/{number}")

    act(page, "suspender", reason="Aguarda o fundo.", review_on=in_days(14))
    page.get_by_text("Nada foi feito ainda").wait_for()
    hold_no_barrier(page, "what a suspension would do")
    page.locator("main form button.btn-primary").click()
    page.get_by_text("Ele está parado desde").wait_for()
    hold_no_barrier(page, "a case at rest")
    act(page, "retomar", reason="O fundo respondeu.")
    page.get_by_text("Nada foi feito ainda").wait_for()
    hold_no_barrier(page, "what going on would do")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(f"**/pedidos/{number}")
    hold_no_barrier(page, "a case that goes on")


@on_screens
def test_an_answer_that_would_come_too_late_is_told_without_a_barrier(
    site: Site, visitors: Visitors, screen: str
):
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SEDE")
    page.goto(f"{site.url}/pedidos/{site.cases[JIANGSU]}")
    form = page.locator("form[action$='/parecer']")
    page.locator("details", has=form).locator("summary").click()
    form.locator("[name=agency]").select_option("AGE")
    form.locator("[name=question]").fill("A cláusula de foro pode ficar?")
    form.locator("button[type=submit]").click()
    page.locator("form:has(input[name=knowingly])").wait_for()
    hold_no_barrier(page, "an answer that would come too late")


@on_screens
def test_until_when_an_answer_is_wanted_is_shown_without_a_barrier(
    site: Site, visitors: Visitors, screen: str
):
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, "SEDE")
    open_task(page, site, site.cases[JIANGSU])
    form = page.locator("form[action$='/perguntar/efeito']")
    page.get_by_text("Pedir informação", exact=True).click()
    form.locator("[name=of]").select_option("SEF")
    form.locator("[name=question]").fill("O crédito está previsto?")
    hold_no_barrier(page, "a question, filled in")
    form.locator("button[type=submit]").click()
    page.get_by_text("Nada foi enviado ainda").wait_for()
    hold_no_barrier(page, "until when an answer is wanted")


def act(page: Page, name: str, **typed: str) -> None:
    """Open an act on the page of a case, fill its form and ask what it would do."""
    asks = f"form[action$='/{name}/efeito']"
    folded = page.locator("details", has=page.locator(asks))
    form = folded.locator(asks)
    folded.locator("summary").click()
    for field, value in typed.items():
        form.locator(f"[name={field}]").fill(value)
    hold_no_barrier(page, f"{name}, filled in")
    form.locator("button[type=submit]").click()


def open_task(page: Page, site: Site, number: str) -> None:
    """Go from the inbox of the agency to its task of a case."""
    page.goto(f"{site.url}/caixa/?ver=agency&q={number}")
    page.locator(".col-subject a").first.click()
    page.locator("#task-form").wait_for()


def grant(site: Site, *, key: str) -> Opened:
    """Open a grant application of today."""
    opener = acting_as(site.installation, "SEDE", now=datetime.now(UTC))
    return open_case(
        opener,
        "grant_application",
        opener="SEDE",
        answers=Answers(data=GRANT),
        key=key,
        access_code=new_access_code(),
    )

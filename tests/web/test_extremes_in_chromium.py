"""Pages with nothing on them, with far too much, and with the longest names there are."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from marshmallow import ValidationError
from sqlalchemy import update

from tests.counts import EXHAUSTIVE, count
from tests.installation import acting_as
from tests.servers.chromium import Visitors
from tests.web.driving import press
from tests.web.filled import GRANT
from tests.web.looks import OTHERS, SCREENS, barriers, drawn
from tests.web.naughty import SCRIPTS, SPELLED, TURNED
from tests.web.site import Site, running_site, sign_in
from tests.web.test_pages_in_chromium import FOR_OFFICERS, OPEN_TO_ALL
from tests.world import world
from web.inbox.filters import LONG_PAGE
from workflow.catalogue.forms import read_value
from workflow.core.acts.answers import Answers
from workflow.core.fields import Field, FieldType
from workflow.core.playing import powers_of
from workflow.core.story import Readers
from workflow.services.cases import attach, comment, open_case
from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import make_engine
from workflow.storage.network import AgencyRow
from workflow.storage.people import Officer

pytestmark = pytest.mark.exhaustive

ASKED, ASKING, IDLE = "SEPLAG", "SEDE", "SEE"
WORD = "Interinstitucionalmentedesproporcionadamente"
AGENCY_NAME = f"Secretaria {WORD * 4} de Estado de Planejamento"[:200]
LOOKED_AT = SCREENS if EXHAUSTIVE else ["telephone"]
PERSON = f"Maria {WORD * 3}"[:120]
SUBJECT = (WORD * 3)[:100]
SAID = f"Veja https://exemplo.example/{WORD.lower() * 8} antes de sexta. {WORD * 6}"


@pytest.fixture(scope="module")
def site(
    installed_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Serve an installation of long names, in which one agency has far too much to do."""
    folder = tmp_path_factory.mktemp("extremes")
    template = folder / "template.sqlite"
    shutil.copyfile(installed_sqlite_template, template)
    renamed(template)
    with running_site(template, folder, stories={}) as running:
        yield Site(running.server, running.installation, filled(running), running.environment)


def renamed(template: Path) -> None:
    """Give agencies and people the longest names."""
    installation = Installation(make_engine(f"sqlite:///{template}"), world().zone)
    people = [
        powers_of(code, who).officer for code in (ASKED, ASKING) for who in ("first", "second")
    ]
    with UnitOfWork(installation, now=datetime.now(UTC)).writing() as connection:
        agencies = AgencyRow.code.in_([ASKED, ASKING])
        connection.execute(update(AgencyRow).where(agencies).values(name=AGENCY_NAME))
        connection.execute(update(Officer).where(Officer.id.in_(people)).values(name=PERSON))
    installation.engine.dispose()


def filled(site: Site) -> dict[str, str]:
    """Ask one agency for more opinions than a page holds, and say much about one of them."""
    uow = acting_as(site.installation, ASKING, now=datetime.now(UTC))
    data = {"subject": SUBJECT, "description": SAID, "question": SAID, "binding_opinion": False}
    answers = Answers(data=data, roles={"adviser": (ASKED,)})
    asked = [
        open_case(uow, "opinion_request", opener=ASKING, answers=answers, key=f"q{n}").number
        for n in range(LONG_PAGE + 1)
    ]
    document = {"sha256": "0" * 64, "name": f"{WORD * 4}.pdf", "media_type": "application/pdf"}
    attach(uow, asked[0], "papers", {**document, "size": 7}, key="papers")
    comment(uow, asked[0], SAID, readers=Readers.AGENCIES, key="comment")
    grant = Answers(data={**GRANT, "subject": SUBJECT})
    public = open_case(uow, "grant_application", opener=ASKING, answers=grant, key="public")
    return {"asked": asked[0], "public": public.number, "hostile": hostile(uow, data)}


def hostile(uow: UnitOfWork, data: dict[str, Any]) -> str:
    """Open a case in which every text is a hostile one, and comment on it with each of them."""
    whole = "\n".join(text for text in taken_in() if "\ud800" not in text)
    said = {"subject": " ".join(whole.split())[:400], "description": whole, "question": whole}
    answers = Answers(data={**data, **said}, roles={"adviser": (ASKED,)})
    number = open_case(uow, "opinion_request", opener=ASKING, answers=answers, key="h").number
    comment(uow, number, whole.replace("@", ""), readers=Readers.AGENCIES, key="hostile comment")
    return number


def taken_in() -> Iterator[str]:
    """Go through the hostile texts as a form takes them, but for those that it refuses."""
    spec = Field("text", {}, FieldType.LONG_TEXT)
    for text in (*SCRIPTS, *TURNED, *SPELLED):
        with suppress(ValidationError):
            yield read_value(spec, text) or ""


LONG = [
    f"/caixa/?ver=agency&por={LONG_PAGE}",
    "/caixa/carga?quem=0",
    "/pedidos/",
    "/pedidos/{asked}",
    "/pedidos/{asked}?ver=all",
    "/pedidos/{asked}/tarefas/1",
    "/pedidos/{asked}/papeis",
    f"/busca?q={SUBJECT[:20]}",
    "/avisos/",
    "/prazos/?de=orgao",
    "/prazos/?ver=mes&de=orgao",
    "/ausencias/nova",
    f"/administracao/orgaos/{ASKED}",
    "/administracao/pessoas/{colleague}",
    "/administracao/saidas/nova?pessoa={colleague}&orgao=SEPLAG",
    "/acompanhar/{public}",
    "/pedidos/{hostile}?ver=all",
    "/pedidos/{hostile}/tarefas/1",
]


@pytest.mark.parametrize("screen", LOOKED_AT)
def test_the_longest_names_break_no_page(site: Site, visitors: Visitors, screen: str):
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, ASKED)
    colleague = powers_of(ASKED, "second").officer

    for path in LONG:
        page.goto(site.url + path.format(**site.cases, colleague=colleague))
        assert barriers(page) == [], path
        assert page.evaluate("window.struck") is None, path
    page.goto(f"{site.url}/preferencias/")
    page.locator(".person summary").click()
    assert barriers(page) == [], "the menu of a person"
    assert visitors.complaints == []


@pytest.mark.parametrize("screen", LOOKED_AT)
def test_where_nothing_is_there_is_no_barrier(site: Site, visitors: Visitors, screen: str):
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, IDLE)

    for path in ("/caixa/", "/caixa/?ver=following", "/pedidos/", "/avisos/", "/prazos/"):
        page.goto(site.url + path)
        assert barriers(page) == [], path


@pytest.mark.parametrize("screen", LOOKED_AT)
def test_a_refusal_has_no_barrier(site: Site, visitors: Visitors, screen: str):
    page = visitors.page(**SCREENS[screen])
    sign_in(page, site, IDLE)
    for path in ("/caixa/lote", f"/pedidos/{site.cases['asked']}/leituras", "/administracao/tipos"):
        page.goto(site.url + path)
        assert barriers(page) == [], path
    page.goto(f"{site.url}/caixa/")
    page.evaluate("document.querySelector('form [name=csrf]').value = 'not what was given'")
    with page.expect_navigation():
        page.evaluate("document.querySelector('form:has([name=csrf])').submit()")
    assert barriers(page) == [], "a form that is stale"

    stranger = visitors.page(**SCREENS[screen])
    stranger.goto(f"{site.url}/acompanhar/{site.cases['public']}")
    while stranger.locator("input[name=code]").count():
        stranger.fill("input[name=code]", "AAAA-AAAA-AAAA")
        press(stranger.locator("form[action$='/codigo'] button"))
        stranger.wait_for_load_state()
    assert barriers(stranger) == [], "who guesses must wait"


def test_some_pages_are_looked_at_on_another_screen(site: Site, visitors: Visitors, random: Random):
    numbers = {"jiangsu": site.cases["asked"], "colleague": powers_of(ASKED, "second").officer}
    numbers |= site.cases
    pages = {}
    for path, screen in drawn(
        random, [*OPEN_TO_ALL, *FOR_OFFICERS, *LONG], count(12, exhaustive=40)
    ):
        if screen not in pages:
            pages[screen] = visitors.page(**OTHERS[screen])
            sign_in(pages[screen], site, ASKED)
        pages[screen].goto(site.url + path.format(**numbers))
        assert barriers(pages[screen]) == [], f"{path} on {screen}"

"""A protocol of intentions with Jiangsu, from the request to the end of its term, in browsers.

Everybody works on the pages; the clock process runs beside the site, and a mail server keeps
what is sent. For the end of the term the installation's clock is set forward.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.servers.chromium import Visitors
from tests.servers.clockwork import shifted_to, ticking
from tests.servers.ports import Patience
from tests.servers.smtp import MailSink
from tests.web.driving import Drivers
from tests.web.site import Site, running_site
from tests.world import DEFINITIONS, loaded, world
from workflow.catalogue.scenarios import read_scenario
from workflow.core.office_hours import next_opening
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import verify

STORY = DEFINITIONS / "scenarios/agreement_review/jiangsu_protocol.yaml"
SOON = "1"


@pytest.fixture
def posting_site(
    installed_sqlite_template: Path, tmp_path: Path, mail_sink: MailSink
) -> Iterator[Site]:
    """Serve an installation whose mail goes to a real server."""
    settings = {
        "TRAMITA_SMTP_HOST": mail_sink.host,
        "TRAMITA_SMTP_PORT": str(mail_sink.port),
        "TRAMITA_SMTP_STARTTLS": "false",
        "TRAMITA_MAIL_FROM": "tramita@example.org",
        "TRAMITA_SWEEP_SECONDS": SOON,
        "TRAMITA_DEMO": "true",
    }
    with running_site(installed_sqlite_template, tmp_path, stories={}, **settings) as site:
        yield site


def test_a_protocol_goes_from_the_request_to_the_end_of_its_term(
    posting_site: Site, visitors: Visitors, mail_sink: MailSink, tmp_path: Path, record_property
):
    scenario = read_scenario(STORY, zone=world().zone)
    definition = loaded(DEFINITIONS / "agreement_review.yaml").definition
    drivers = Drivers(posting_site, visitors, definition)
    log = tmp_path / "clock.log"

    with ticking(posting_site.environment, log=log):
        drivers.open(scenario)
        read_receipt(drivers, scenario.opening.agency)
        for step in scenario.steps:
            if step.outcome and step.task != "decide_end" and not step.refused:
                drivers.complete(step)
        in_force = case_of(posting_site, drivers.number)
        wait_for_mail(mail_sink, "Nova tarefa", at_least=10)

    assert in_force.state == "in_force"
    assert len(opinions(in_force)) >= 5
    assert drivers.accounts >= 6
    ends_on = date.fromisoformat(in_force.data["ends_on"])
    at_the_end(posting_site, drivers.number, ends_on, sink=mail_sink, log=log)
    assert case_of(posting_site, drivers.number).state == "ended"
    checked = verify(uow(posting_site), drivers.number)
    assert (checked.broken, checked.differs) == (None, ())
    follow_as_anybody(drivers)
    assert visitors.complaints == []
    record_property("accounts", drivers.accounts)
    record_property("mails", len(mail_sink.mails))


def read_receipt(drivers: Drivers, agency: str) -> None:
    page = drivers.page_of(agency)
    text = page.locator("main").inner_text()
    drivers.number = re.search(r"\d{4}-\d{6}-\d{2}", text)[0]
    drivers.access_code = re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b", text)[0]


def at_the_end(site: Site, number: str, ends_on: date, *, sink: MailSink, log: Path) -> None:
    """Let the clock run half a year before the end of the term, and then on its last day."""
    for day in (ends_on - timedelta(days=170), ends_on + timedelta(days=1)):
        at_work = next_opening(
            datetime.combine(day, time(4), UTC), world().calendar("SCC"), world().zone
        )
        environment = {**site.environment, **shifted_to(at_work)}
        before, arrived = case_of(site, number).revision, len(sink.mails)
        patience = Patience(120)
        with ticking(environment, log=log):
            while case_of(site, number).revision == before and patience.pause():
                continue
            wait_for_mail(sink, number, at_least=arrived + 1)


def follow_as_anybody(drivers: Drivers) -> None:
    page = drivers.visitors.page()
    page.goto(f"{drivers.site.url}/acompanhar/{drivers.number}")
    drivers.picture(page, "public")
    told = page.locator("main").inner_text()
    assert "Jiangsu" in told
    assert "First" not in told


def opinions(case: CaseSnapshot) -> set[str]:
    """Return the agencies that gave an opinion in the assessment."""
    reviews = ("technical_review", "international_review", "tax_review", "budget_review")
    return {slot for task, slot in case.latest if task in reviews}


def wait_for_mail(sink: MailSink, words: str, *, at_least: int) -> int:
    """Wait until so many mails hold these words in their subject; return how many do."""
    patience = Patience(120)
    while True:
        found = sum(words in mail.message["Subject"] for mail in sink.mails)
        if found >= at_least or not patience.pause():
            assert found >= at_least, [mail.message["Subject"] for mail in sink.mails]
            return found


def case_of(site: Site, number: str) -> CaseSnapshot:
    return uow(site).load(number).snapshot


def uow(site: Site) -> UnitOfWork:
    return UnitOfWork(site.installation, now=datetime.now(UTC), powers=Powers(auditor=True))

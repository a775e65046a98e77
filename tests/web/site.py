"""A whole site for browsers: the shipped installation, its people and some cases, truly served."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from tests.servers.gunicorn import WebServer, serving
from tests.servers.ports import LOOPBACK, free_port
from tests.stories import play_through
from tests.world import DEFINITIONS, world
from workflow.catalogue.scenarios import read_scenario
from workflow.services.installation import Installation
from workflow.services.passwords import hash_password
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import make_engine
from workflow.storage.people import Officer

PASSWORD = "quatro palavras bem compridas"


@dataclass(frozen=True, slots=True)
class Site:
    """A running site, its database, and the numbers of the cases it was given."""

    server: WebServer
    installation: Installation
    cases: Mapping[str, str]
    environment: Mapping[str, str]

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.server.url


def address(agency: str, officer: str = "first") -> str:
    """Return the e-mail of one of the people of an agency."""
    return f"{officer}.{agency.replace('/', '.')}@example.org".lower()


def sign_in(page: Page, site: Site, agency: str, officer: str = "first") -> None:
    """Sign in at a browser as one of the people of an agency."""
    page.goto(f"{site.url}/entrar")
    page.fill("input[name=email]", address(agency, officer))
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/entrar" not in url)


@contextmanager
def running_site(
    template: Path, folder: Path, *, stories: Mapping[str, int], **settings: str
) -> Iterator[Site]:
    """Serve a copy of an installation; of each story (by its path) so many steps are played."""
    database = folder / "site.sqlite"
    shutil.copyfile(template, database)
    url = f"sqlite:///{database}"
    installation = Installation(make_engine(url), world().zone)
    uow = UnitOfWork(installation, now=datetime.now(UTC))
    with uow.writing() as connection:
        connection.execute(update(Officer).values(password_hash=hash_password(PASSWORD)))
    cases = {name: _played(name, steps, installation) for name, steps in stories.items()}
    port = free_port()
    environment = {
        "TRAMITA_DATABASE_URL": url,
        "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
        "TRAMITA_BASE_URL": f"http://{LOOPBACK}:{port}",
        "TRAMITA_DOCUMENTS": str(folder / "documents"),
        **settings,
    }
    with serving("wsgi:app", folder=folder, environment=environment, port=port) as server:
        yield Site(server, installation, cases, environment)


def _played(name: str, steps: int, installation: Installation) -> str:
    scenario = read_scenario(DEFINITIONS / "scenarios" / f"{name}.yaml", zone=world().zone)
    return play_through(replace(scenario, steps=scenario.steps[:steps]), installation)


@pytest.fixture(scope="module")
def site(
    installed_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Serve an installation with a few cases under way."""
    stories = {
        "agreement_review/jiangsu_protocol": 6,
        "agreement_review/returned_for_adjustment": 1,
        "mission_preparation/straight_way": 2,
        "opinion_request/straight_way": 0,
    }
    folder = tmp_path_factory.mktemp("site")
    with running_site(installed_sqlite_template, folder, stories=stories) as running:
        yield running

"""An installation with everybody at work and a case under way, for tests of its pages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from tests.installation import acting_as
from tests.stories import play_through
from tests.web.filled import PASSWORD, kept_password
from tests.web.pages import token_of
from tests.world import DEFINITIONS, world
from web import create_app
from web.db import db
from web.settings import Settings, load_settings
from workflow.catalogue.scenarios import read_scenario
from workflow.core.snapshot import CaseSnapshot
from workflow.services.installation import Installation
from workflow.services.signing import make_key, signer_from
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import writing
from workflow.storage.people import Officer

JIANGSU = DEFINITIONS / "scenarios" / "agreement_review" / "jiangsu_protocol.yaml"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass(slots=True)
class Office:
    """An application, the number of its case, and ways to visit it."""

    app: Flask
    number: str

    @property
    def installation(self) -> Installation:
        found: Installation = self.app.extensions["installation"]
        return found

    def visit(self, agency: str, officer: str = "first") -> Visitor:
        """Sign in as one of the people of an agency."""
        client = self.app.test_client()
        email = f"{officer}.{agency.replace('/', '.')}@example.org".lower()
        token = token_of(client.get("/entrar").text)
        answer = client.post("/entrar", data={"email": email, "password": PASSWORD, "csrf": token})
        assert answer.status_code == 303
        return Visitor(client, self.number)

    def acting(self, agency: str, officer: str = "first") -> UnitOfWork:
        """Act for an agency at the present instant, without a browser."""
        return acting_as(self.installation, agency, now=datetime.now(UTC), officer=officer)

    def case(self) -> CaseSnapshot:
        """Return the case as it is now."""
        return self.acting("SCC").load(self.number).snapshot

    def task(self, key: str) -> int:
        return next(task.no for task in self.case().tasks if task.key == key)


@dataclass(slots=True)
class Visitor:
    """Somebody with a browser, at one case."""

    client: FlaskClient
    number: str

    def case(self, **query: str) -> TestResponse:
        return self.client.get(f"/pedidos/{self.number}", query_string=query)

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/pedidos/{self.number}{path}")

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, **headers: str
    ) -> TestResponse:
        page = self.case().text
        sent = {"csrf": token_of(page), **(data or {})}
        return self.client.post(
            f"/pedidos/{self.number}{path}",
            data=sent,
            content_type="multipart/form-data",
            headers=headers,
        )


def open_office(url: str, folder: Path, *, story: Path = JIANGSU, steps: int = 6) -> Office:
    """Give everybody of a shipped installation a password, and play a story for some steps."""
    app = create_app(settings_of(url, folder))
    installation = app.extensions["installation"]
    with writing(installation.engine) as connection:
        connection.execute(update(Officer).values(password_hash=kept_password()))
    scenario = read_scenario(story, zone=world().zone)
    told = replace(scenario, steps=scenario.steps[:steps])
    return Office(app, play_through(told, installation))


def change(office: Office, statement: str, value: str) -> None:
    """Write into the database of an office past the program."""
    with office.acting("SCC").writing() as connection:
        connection.exec_driver_sql(statement, (value,))


def before(story: Path, task: str) -> int:
    """Return how many steps of a story come before a task is done."""
    steps = read_scenario(story, zone=world().zone).steps
    return next(n for n, step in enumerate(steps) if step.task == task)


def reopen_office(url: str, folder: Path, number: str, **more: str) -> Office:
    """Open the office of a database that has been filled before, perhaps with more settings."""
    return Office(create_app(settings_of(url, folder, **more)), number)


def settings_of(url: str, folder: Path, **more: str) -> Settings:
    """Describe an installation on a database, with its documents in a folder."""
    return load_settings(
        {
            **more,
            "TRAMITA_DATABASE_URL": url,
            "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
            "TRAMITA_BASE_URL": "http://localhost",
            "TRAMITA_DOCUMENTS": str(folder / "documents"),
            "TRAMITA_PROOF_PUBLIC_KEYS": _public_key(folder / "proof_key"),
        }
    )


def _public_key(file: Path) -> str:
    """Return the public part of the office's key, made once."""
    if not file.exists():
        make_key(file, "localhost")
    return signer_from(file).public.text()


def file_of(office: Office) -> Path:
    """Name the SQLite file of an office."""
    url: str = office.app.extensions["settings"].database_url
    return Path(url.removeprefix("sqlite:///"))


def close_office(office: Office) -> None:
    """Close every connection."""
    with office.app.app_context():
        db.engine.dispose()


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


def pdf(name: str = "parecer.pdf") -> tuple[BytesIO, str]:
    """Return a small PDF as a browser would send it."""
    return BytesIO(PDF), name


@pytest.fixture(scope="module")
def office_file(
    installed_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Office:
    """Play the protocol with Jiangsu until four of its six reviews are there, once."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copyfile(installed_sqlite_template, folder / "office.sqlite")
    office = open_office(f"sqlite:///{folder / 'office.sqlite'}", folder)
    close_office(office)
    return office


@pytest.fixture
def office(office_file: Office, tmp_path: Path) -> Iterator[Office]:
    """Open an office of one's own, as that story left it."""
    mine = tmp_path / "office.sqlite"
    shutil.copyfile(file_of(office_file), mine)
    made = reopen_office(f"sqlite:///{mine}", tmp_path, office_file.number)
    yield made
    close_office(made)


@pytest.fixture
def authorising(installed_sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """Open an office in which a decision is to be taken that the head releases."""
    story = DEFINITIONS / "scenarios" / "grant_application" / "straight_way.yaml"
    steps = before(story, "authorise")
    office = open_office(installed_sqlite_url, tmp_path, story=story, steps=steps)
    yield office
    close_office(office)

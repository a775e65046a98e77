"""An application on a database of its own, and people who visit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from tests.services.errands import Office as Errands
from tests.web.filled import PASSWORD, Filled, kept_password, open_filled
from tests.web.pages import token_of
from web import create_app
from web.administration.working import PATIENCE
from web.db import unit_of_work
from web.settings import Settings, load_settings
from workflow.services.sign_in import digest
from workflow.storage.network import AgencyRow
from workflow.storage.officers import add_invitation, add_memberships, add_officer
from workflow.storage.people import Officer

DAY_ONE = date(2020, 1, 1)


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """Describe an installation on an SQLite file with all tables and no rows."""
    return load_settings(
        {
            "TRAMITA_DATABASE_URL": sqlite_url,
            "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
            "TRAMITA_BASE_URL": "http://localhost",
            "TRAMITA_DOCUMENTS": str(tmp_path / "documents"),
        }
    )


@pytest.fixture
def app(settings: Settings) -> Flask:
    """Build the application of that installation."""
    application = create_app(settings)
    application.testing = True
    application.extensions[PATIENCE] = 60.0  # however slow the machine is
    return application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Visit the application without an account."""
    return app.test_client()


@pytest.fixture
def speaking(app: Flask) -> Callable[[str], AbstractContextManager[None]]:
    """Give a context in which sentences are said in a language."""

    @contextmanager
    def speak(language: str) -> Iterator[None]:
        with app.test_request_context(f"/?lang={language}"):
            yield

    return speak


@pytest.fixture
def helena(app: Flask) -> dict[str, str]:
    """Let one officer of two agencies have an account; return what she signs in with."""
    with app.test_request_context(), unit_of_work() as uow, uow.writing() as connection:
        connection.execute(
            insert(AgencyRow),
            [
                {"code": "AGE", "name": "Advocacia-Geral", "kind": "body", "requires_release": 0},
                {"code": "SEDE", "name": "Desenvolvimento", "kind": "body", "requires_release": 0},
            ],
        )
        officer = add_officer(
            connection,
            email="helena@age.example",
            name="Helena Moura",
            password_hash=kept_password(),
            created_at=uow.now,
        )
        add_memberships(
            connection,
            [
                {"officer_id": officer, "agency": code, "role": "officer", "valid_from": DAY_ONE}
                for code in ("AGE", "SEDE")
            ],
        )
        add_invitation(
            connection,
            digest("the invitation"),
            officer_id=officer,
            expires_at=uow.now + timedelta(days=1),
        )
    return {"email": "helena@age.example", "password": PASSWORD}


@pytest.fixture
def signed_in(app: Flask, helena: dict[str, str]) -> FlaskClient:
    """Visit the application as that officer."""
    visitor = app.test_client()
    token = token_of(visitor.get("/entrar").text)
    answer = visitor.post("/entrar", data={**helena, "csrf": token})
    assert answer.status_code == 303
    return visitor


@pytest.fixture
def administrator(app: Flask, helena: dict[str, str], signed_in: FlaskClient) -> FlaskClient:
    """Let that officer administer the installation."""
    with app.extensions["installation"].engine.begin() as connection:
        whom = Officer.email == helena["email"]
        connection.execute(update(Officer).where(whom).values(administrator=True))
    return signed_in


@pytest.fixture
def errands(app: Flask, helena: dict[str, str]) -> Errands:
    """Let errands be run in that installation by people of three agencies more, from now on."""
    return Errands(app.extensions["installation"], datetime.now(UTC))


@pytest.fixture
def filled(furnished_url: str, tmp_path: Path) -> Iterator[Filled]:
    """Build the application of a filled installation, on SQLite and on PostgreSQL."""
    made = open_filled(furnished_url, tmp_path)
    yield made
    made.leave()


@pytest.fixture
def filled_here(furnished_sqlite_url: str, tmp_path: Path) -> Iterator[Filled]:
    """Build the application of a filled installation on SQLite only, for what asks no storage."""
    made = open_filled(furnished_sqlite_url, tmp_path)
    yield made
    made.leave()

"""An application on a filled installation, on each database, and officers who are signed in."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from tests.installation import acting_for, employ
from tests.web.pages import token_of
from web import create_app
from web.db import db, unit_of_work
from web.settings import load_settings
from workflow.services.passwords import hash_password
from workflow.services.signing import make_key
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.officers import change_officer

PASSWORD = "quatro palavras bem compridas"


@cache
def kept_password() -> str:
    """Hash the password of everybody, once."""
    return hash_password(PASSWORD)


@dataclass(slots=True)
class Filled:
    """An application with the shipped network and types, and ways to act in it."""

    app: Flask

    @contextmanager
    def _work(self):
        with self.app.test_request_context(), unit_of_work() as uow:
            yield uow.as_keeper()

    def leave(self) -> None:
        """Close every connection."""
        with self.app.app_context():
            db.engine.dispose()

    def work(self) -> AbstractContextManager[UnitOfWork]:
        """Begin a unit of work of the clock, outside any request."""
        return self._work()

    def officer(self, agency: str, *, head: bool = False, role: str = "") -> tuple[str, int]:
        """Employ an officer with an account; return the address and the id."""
        name = agency.lower().replace("/", ".")
        role = role or ("head" if head else "officer")
        email = f"{role}@{name}.example"
        with self.work() as uow:
            officer = employ(uow, email, **{agency: role})
            with uow.writing() as connection:
                change_officer(connection, officer, password_hash=kept_password())
        return email, officer

    def sign_in(self, agency: str, *, head: bool = False, role: str = "") -> FlaskClient:
        """Visit the application as an officer of an agency."""
        email, _ = self.officer(agency, head=head, role=role)
        visitor = self.app.test_client()
        token = token_of(visitor.get("/entrar").text)
        answer = visitor.post("/entrar", data={"email": email, "password": PASSWORD, "csrf": token})
        assert answer.status_code == 303
        return visitor

    def acting(self, uow: UnitOfWork, agency: str, *, head: bool = False) -> UnitOfWork:
        """Return the unit of work in the name of an officer of an agency."""
        return acting_for(uow, 1, agency, head=head)


GRANT = {
    "subject": "Edital de hidrogênio verde",
    "description": "Concorrer ao edital do fundo.",
    "priority": "normal",
    "funder": "Fundo do Clima",
    "funder_kind": "foundation",
    "call_code": "HV-2026",
    "call_url": "https://fundo.example/hv",
    "max_amount": {"amount": "1000000.00", "currency": "EUR"},
    "closes_on": "2027-03-01",
    "needs_translation": False,
    "has_partners": False,
}
"""Data that open a grant application."""


def open_filled(url: str, folder: Path) -> Filled:
    """Build the application of a database that holds the shipped data."""
    make_key(folder / "proof_key", "localhost")
    settings = load_settings(
        {
            "TRAMITA_PROOF_KEY": str(folder / "proof_key"),
            "TRAMITA_DATABASE_URL": url,
            "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
            "TRAMITA_BASE_URL": "http://localhost",
            "TRAMITA_DOCUMENTS": str(folder / "documents"),
        }
    )
    app = create_app(settings)
    app.testing = True
    return Filled(app)


def grant_answers(**changed: str) -> dict[str, str]:
    """Return what is typed to open a grant application, all sections at once."""
    return {
        "data.subject": "Edital de hidrogênio verde",
        "data.description": "Concorrer ao edital do fundo.",
        "data.priority": "normal",
        "data.funder": "Fundo do Clima",
        "data.funder_kind": "foundation",
        "data.call_code": "HV-2026",
        "data.call_url": "https://fundo.example/hv",
        "data.max_amount.amount": "1.000.000,00",
        "data.max_amount.currency": "EUR",
        "data.closes_on": "2027-03-01",
        "data.proposals_allowed": "1",
        "data.needs_translation": "no",
        "data.has_partners": "no",
        **changed,
    }

"""Providers of identity for tests of pages, and the ways of people there and back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from sqlalchemy import Executable
from werkzeug.test import TestResponse

from tests.servers.identity import CLIENT, SECRET, IdentityServer, provider
from tests.web.pages import token_of
from web.db import unit_of_work
from web.settings import Settings, load_settings

PEOPLE: Final[dict[str, Any]] = {
    "helena": {"acr": "gold", "amr": ["pwd", "otp"], "claims": {"email": "helena@age.example"}},
    "bronze": {"acr": "bronze", "amr": ["pwd"], "claims": {}},
    "nova": {
        "acr": "silver",
        "amr": ["pwd"],
        "claims": {"email": "Nova@age.example", "email_verified": True},
    },
    "falsa": {"acr": "gold", "claims": {"email": "nova@age.example", "email_verified": False}},
}
"""Who somebody may be there, by what they type."""


@contextmanager
def house(*bases: str) -> Iterator[IdentityServer]:
    """Run a provider for installations at some addresses."""
    back = [f"{base}/entrar/com/casa/volta" for base in bases]
    told = f"{bases[0]}/entrar/com/casa/saida"
    with provider(PEOPLE, back, [f"{base}/entrar" for base in bases], told=told) as running:
        yield running


def described(folder: Path, issuer: str, *, key: str = "casa", lines: Collection[str] = ()) -> Path:
    """Write of a provider into the file of an installation, with its secret in another."""
    secret, file = folder / f"{key}.secret", folder / "providers.toml"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    said = (
        f"[{key}]",
        f'title = "{key.title()}"',
        f'issuer = "{issuer}"',
        f'client_id = "{CLIENT}"',
        f'client_secret_file = "{secret}"',
        *lines,
    )
    with file.open("a", encoding="utf-8") as out:
        out.write("\n".join(said) + "\n")
    return file


def trusting(providers: Path, database: str, here: str) -> Settings:
    """Describe an installation that trusts the providers of a file."""
    return load_settings(
        {
            "TRAMITA_DATABASE_URL": database,
            "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
            "TRAMITA_BASE_URL": here,
            "TRAMITA_IDENTITY_PROVIDERS": str(providers),
        }
    )


def rows(app: Flask, statement: Executable) -> Any:
    """Ask the database of an application itself."""
    with app.test_request_context(), unit_of_work() as uow, uow.writing() as connection:
        return connection.execute(statement)


def sent(client: FlaskClient, path: str = "/entrar/com/casa", **typed: str) -> TestResponse:
    """Press the button that leads to a provider."""
    page = client.get("/conta/" if path.startswith("/conta") else "/entrar", follow_redirects=True)
    return client.post(path, data={"csrf": token_of(page.text), **typed})


def there(answer: TestResponse) -> str:
    """Return where the browser goes of itself."""
    seconds, _, address = answer.headers["Refresh"].partition("; url=")
    assert (answer.status_code, seconds) == (200, "0")
    return address


def taken(client: FlaskClient, address: str) -> TestResponse:
    """Come back as a browser does that was sent to an address."""
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def brought(client: FlaskClient, said: dict[str, str], key: str = "lies") -> TestResponse:
    """Come back from a provider with what it says."""
    return client.get(f"/entrar/com/{key}/volta?{urlencode(said)}")


def linked_with_casa(page: Page, here: str, officer: dict[str, Any]) -> None:
    """Sign in with the password in a browser, and link the account with who one is at Casa."""
    page.goto(f"{here}/entrar?next=/conta/")
    page.fill("input[name=email]", officer["email"])
    page.fill("input[name=password]", officer["password"])
    page.locator("main button[type=submit]").first.click()
    page.get_by_role("button", name="Ligar Casa").click()
    page.fill("input[name=login]", "helena")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Casa está ligado à sua conta").wait_for()

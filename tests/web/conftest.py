"""An application on a database of its own, and people who visit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web import create_app
from web.settings import Settings, load_settings


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

"""Django's settings for the engines that are built on it, from the address of a database."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from benchmarks.work import AGENCIES

_CONTRIBUTED = ("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions")


def configure(url: str, *apps: str, **more: Any) -> None:  # noqa: ANN401 - settings of any kind
    """Set Django up, once in each process; connections stay open."""
    if settings.configured:
        return
    settings.configure(
        USE_TZ=True,
        SECRET_KEY="of the benchmark",
        DATABASES={"default": {**_database(url), "CONN_MAX_AGE": None}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[*_CONTRIBUTED, *apps],
        **more,
    )
    django.setup()


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.partition(":///")[2],
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": pragmas,
            },
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username,
        "PASSWORD": parts.password or "",
        "HOST": parts.hostname,
        "PORT": parts.port,
    }


def migrate() -> None:
    """Make the tables of Django and of the engine."""
    call_command("migrate", verbosity=0)


def officers() -> list[str]:
    """Name everybody who works a task."""
    return [f"officer {number}" for number in range(AGENCIES)]


def close() -> None:
    """Disconnect."""
    connections.close_all()

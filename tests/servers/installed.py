"""Databases with the shipped installation and its people, copied from a template."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.installation import furnish, keep_registers, staff
from tests.servers.databases import KINDS
from tests.servers.postgres import Postgres, database_name
from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import make_engine

ZONE = ZoneInfo("America/Sao_Paulo")
NEW_YEAR = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def _fill(url: str) -> None:
    engine = make_engine(url)
    uow = UnitOfWork(Installation(engine, ZONE), now=NEW_YEAR)
    furnish(uow)
    keep_registers(uow)
    staff(uow)
    engine.dispose()


@pytest.fixture(scope="session")
def installed_sqlite_template(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Make an SQLite file with the shipped installation, once."""
    path = tmp_path_factory.mktemp("installed") / "template.sqlite"
    shutil.copyfile(sqlite_template, path)
    _fill(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        # The copies are of this one file: nothing may stay behind in its log.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def installed_postgresql_template(
    postgres_server: Postgres, postgresql_template: str
) -> Iterator[str]:
    """Make a PostgreSQL database with the shipped installation, once, and return its name."""
    url = postgres_server.create(postgresql_template)
    _fill(url)
    yield database_name(url)
    postgres_server.drop(url)


@pytest.fixture
def installed_sqlite_url(installed_sqlite_template: Path, tmp_path: Path) -> str:
    """Make an SQLite file with the shipped installation."""
    path = tmp_path / "installed.sqlite"
    shutil.copyfile(installed_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def installed_postgresql_url(
    postgres_server: Postgres, installed_postgresql_template: str
) -> Iterator[str]:
    """Make a PostgreSQL database with the shipped installation."""
    url = postgres_server.create(installed_postgresql_template)
    yield url
    postgres_server.drop(url)


@pytest.fixture(params=KINDS)
def installed_url(request: pytest.FixtureRequest) -> str:
    """Run the test twice: on SQLite and on PostgreSQL, each with the shipped installation."""
    url: str = request.getfixturevalue(f"installed_{request.param}_url")
    return url


@pytest.fixture
def installed(installed_url: str) -> Iterator[Installation]:
    """Give the shipped installation, on each database, with the people of the scenarios."""
    engine = make_engine(installed_url)
    yield Installation(engine, ZONE)
    engine.dispose()

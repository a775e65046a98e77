"""Databases with the shipped installation and its people, copied from a template."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.installation import furnish, keep_registers, staff
from tests.servers.databases import KINDS, under
from tests.servers.postgres import Postgres, database_name
from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import make_engine

ZONE = ZoneInfo("America/Sao_Paulo")
NEW_YEAR = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def _fill(url: str, how: Callable[[UnitOfWork], None]) -> None:
    engine = make_engine(url)
    how(UnitOfWork(Installation(engine, ZONE), now=NEW_YEAR))
    engine.dispose()


def _furnish(uow: UnitOfWork) -> None:
    furnish(uow)
    keep_registers(uow)


def _filled_copy(template: Path, path: Path, how: Callable[[UnitOfWork], None]) -> Path:
    shutil.copyfile(template, path)
    _fill(f"sqlite:///{path}", how)
    with closing(sqlite3.connect(path)) as connection:
        # The copies are of this one file: nothing may stay behind in its log.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def furnished_sqlite_template(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Make an SQLite file with the shipped data and nobody at work, once."""
    path = tmp_path_factory.mktemp("furnished") / "template.sqlite"
    return _filled_copy(sqlite_template, path, _furnish)


@pytest.fixture(scope="session")
def installed_sqlite_template(
    furnished_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Make an SQLite file with the shipped installation, once."""
    path = tmp_path_factory.mktemp("installed") / "template.sqlite"
    return _filled_copy(furnished_sqlite_template, path, staff)


@pytest.fixture(scope="session")
def furnished_postgresql_template(
    postgres_server: Postgres, postgresql_template: str
) -> Iterator[str]:
    """Make a PostgreSQL database with the shipped data, once, and return its name."""
    with postgres_server.copied(postgresql_template) as url:
        _fill(url, _furnish)
        yield database_name(url)


@pytest.fixture(scope="session")
def installed_postgresql_template(
    postgres_server: Postgres, furnished_postgresql_template: str
) -> Iterator[str]:
    """Make a PostgreSQL database with the shipped installation, once, and return its name."""
    with postgres_server.copied(furnished_postgresql_template) as url:
        _fill(url, staff)
        yield database_name(url)


@pytest.fixture
def furnished_sqlite_url(furnished_sqlite_template: Path, tmp_path: Path) -> str:
    """Make an SQLite file with the shipped data and nobody at work."""
    path = tmp_path / "furnished.sqlite"
    shutil.copyfile(furnished_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def furnished_postgresql_url(
    postgres_server: Postgres, furnished_postgresql_template: str
) -> Iterator[str]:
    """Make a PostgreSQL database with the shipped data and nobody at work."""
    with postgres_server.copied(furnished_postgresql_template) as url:
        yield url


@pytest.fixture(params=KINDS)
def furnished_url(request: pytest.FixtureRequest) -> str:
    """Run the test twice: on SQLite and on PostgreSQL, each with the shipped data.

    On PostgreSQL it has no more rights than pages and clock have.
    """
    url: str = request.getfixturevalue(f"furnished_{request.param}_url")
    if request.param == "postgresql":
        return under(url, request.getfixturevalue("role_at_work"))
    return url


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
    with postgres_server.copied(installed_postgresql_template) as url:
        yield url


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

"""Fresh databases for a test, on SQLite and on PostgreSQL, copied from a template."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.postgres import Postgres, database_name
from workflow.storage.migrations import upgrade

KINDS = ("sqlite", "postgresql")


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """Name an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'empty.sqlite'}"


@pytest.fixture
def empty_postgresql_url(postgres_server: Postgres) -> Iterator[str]:
    """Make an empty database on PostgreSQL."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """Run the test twice: on an empty SQLite file and on an empty PostgreSQL database."""
    url: str = request.getfixturevalue(f"empty_{request.param}_url")
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an SQLite file with all tables, once."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    upgrade(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        # The copies are of this one file: nothing may stay behind in its log.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgres_server: Postgres) -> Iterator[str]:
    """Make a PostgreSQL database with all tables, once, and return its name."""
    url = postgres_server.create()
    upgrade(url)
    yield database_name(url)
    postgres_server.drop(url)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Make an SQLite file with all tables and no rows."""
    path = tmp_path / "tramita.sqlite"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgres_server: Postgres, postgresql_template: str) -> Iterator[str]:
    """Make a PostgreSQL database with all tables and no rows."""
    url = postgres_server.create(postgresql_template)
    yield url
    postgres_server.drop(url)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """Run the test twice: on SQLite and on PostgreSQL, each with all tables and no rows."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url

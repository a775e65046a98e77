"""Fresh databases for a test, on SQLite and on PostgreSQL, copied from a template."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import psycopg
import pytest
from psycopg import sql

from tests.counts import EXHAUSTIVE
from tests.servers.postgres import Postgres, database_name
from workflow.storage.engine import make_engine
from workflow.storage.migrations import upgrade
from workflow.storage.roles import restrict

KINDS = ("sqlite", "postgresql")


def drawn_kinds(name: str) -> tuple[str, ...]:
    """Name both databases on demand, else the one of them that TEST_SEED draws for a test."""
    return KINDS if EXHAUSTIVE else (Random(f"{os.environ['TEST_SEED']} {name}").choice(KINDS),)


def on_a_drawn_database(test: Callable[..., object]) -> object:
    """Run a long test on one of the two databases, on both on demand."""
    kinds = drawn_kinds(test.__name__)
    return pytest.mark.parametrize("database_url", kinds, indirect=True)(test)


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """Name an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'empty.sqlite'}"


@pytest.fixture
def empty_postgresql_url(postgres_server: Postgres) -> Iterator[str]:
    """Make an empty database on PostgreSQL."""
    with postgres_server.copied() as url:
        yield url


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
def role_at_work(postgres_server: Postgres) -> Iterator[str]:
    """Make the account under which pages and clock work, which owns nothing."""
    name = f"at_work_{secrets.token_hex(4)}"
    with psycopg.connect(postgres_server.url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
        yield name
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def postgresql_template(postgres_server: Postgres, role_at_work: str) -> Iterator[str]:
    """Make a PostgreSQL database with all tables, once, and return its name."""
    with postgres_server.copied() as url:
        upgrade(url)
        owner = make_engine(url)
        with owner.begin() as connection:
            restrict(connection, role_at_work)  # its copies inherit that
        owner.dispose()
        yield database_name(url)


def under(url: str, role: str) -> str:
    """Return the address of a PostgreSQL database as it is for a role."""
    return f"{url}{'&' if '?' in url else '?'}options=-c%20role%3D{role}"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Make an SQLite file with all tables and no rows."""
    path = tmp_path / "tramita.sqlite"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgres_server: Postgres, postgresql_template: str) -> Iterator[str]:
    """Make a PostgreSQL database with all tables and no rows."""
    with postgres_server.copied(postgresql_template) as url:
        yield url


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """Run the test twice: on SQLite and on PostgreSQL, each with all tables and no rows.

    Marked `at_work` it has no more rights on PostgreSQL than pages and clock have.
    """
    url: str = request.getfixturevalue(f"{request.param}_url")
    if request.param == "postgresql" and request.node.get_closest_marker("at_work"):
        return under(url, request.getfixturevalue("role_at_work"))
    return url

"""What both hand-written contestants share: the tables, and how a case is asked how it stands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any

import psycopg

from benchmarks.contestants.tables import INDEXES, POSTGRESQL, SQLITE
from benchmarks.work import Ended


def is_sqlite(url: str) -> bool:
    """Say whether an address is that of an SQLite file."""
    return url.startswith("sqlite:")


def file_of(url: str) -> str:
    """Return the path in the address of an SQLite file."""
    return url.partition(":///")[2]


def make_tables(url: str, *more: str) -> None:
    """Fill an empty database with the tables, and with what else is given as SQL."""
    if is_sqlite(url):
        with closing(sqlite3.connect(file_of(url))) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript("".join((SQLITE, INDEXES, *more)))
        return
    with psycopg.connect(url, autocommit=True) as server:
        for script in (POSTGRESQL, INDEXES, *more):
            server.execute(script.encode())


def connect_sqlite(url: str) -> sqlite3.Connection:
    """Open an SQLite file as durably as the others have it."""
    connection = sqlite3.connect(file_of(url), isolation_level=None, timeout=30)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def how_it_ended(tasks: Iterable[tuple[str, str]], state: str) -> Ended:
    """Say how a case stands from its tasks, each a node and a status, and its state."""
    listed = list(tasks)
    done = sorted(node for node, status in listed if status == "done")
    return Ended(state == "ended", tuple(done), len(listed) - len(done))


def ended(connection: Any, mark: str, case: int) -> Ended:  # noqa: ANN401 - of either database
    """Ask the tables how a case stands."""
    tasks = connection.execute(f"SELECT node, status FROM tasks WHERE case_id = {mark}", (case,))
    listed = tasks.fetchall()
    state = connection.execute(f"SELECT state FROM cases WHERE id = {mark}", (case,)).fetchone()
    return how_it_ended(listed, state[0])


def history(connection: Any, mark: str, case: int) -> int:  # noqa: ANN401
    """Count the events of a case."""
    found = connection.execute(f"SELECT count(*) FROM events WHERE case_id = {mark}", (case,))
    return int(found.fetchone()[0])

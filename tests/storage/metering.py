"""Measures how much a database reads: rows on PostgreSQL, steps of its machine on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from tests.servers.ports import Patience
from workflow.storage import dialect

READ = """
SELECT (SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)
        FROM pg_stat_user_tables)
     + (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes)
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@dataclass
class Reading:
    """How much has been read, once the block has ended."""

    amount: int = 0


@contextmanager
def metered(engine: Engine, url: str) -> Iterator[Reading]:
    """Measure what an engine reads inside the block; its connections are made anew for it."""
    reading = Reading()
    engine.dispose()
    with _steps(engine, reading) if dialect.is_sqlite(engine) else _rows(engine, url, reading):
        yield reading
    engine.dispose()


@contextmanager
def _steps(engine: Engine, reading: Reading) -> Iterator[None]:
    def step() -> int:
        reading.amount += 1
        return 0

    def watch(raw: Any, _entry: object) -> None:
        raw.set_progress_handler(step, 1)

    event.listen(engine, "connect", watch)
    yield
    event.remove(engine, "connect", watch)


@contextmanager
def _rows(engine: Engine, url: str, reading: Reading) -> Iterator[None]:
    before = _rows_read(url)
    yield
    engine.dispose()
    reading.amount = _rows_read(url) - before


def _rows_read(url: str) -> int:
    """Return how many rows the database has ever read; whoever reads tells so on leaving."""
    with psycopg.connect(url, autocommit=True) as connection:
        patience = Patience(30)
        while connection.execute(OTHERS).fetchall()[0][0] and patience.pause():
            pass
        return int(connection.execute(READ).fetchall()[0][0])

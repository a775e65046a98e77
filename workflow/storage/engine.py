"""The engine of an installation, the four ways of holding a connection, and taking turns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, func, select

from workflow.storage import dialect


def make_engine(url: str, *, lasting: bool = True) -> Engine:
    """Make the engine for an address, SQLite or PostgreSQL.

    What an SQLite engine that is not `lasting` writes may be lost if the power is cut: it is for
    what can be made again.
    """
    engine = create_engine(**dialect.options(url))
    dialect.prepare(engine, lasting=lasting)
    return engine


@contextmanager
def acting(engine: Engine) -> Iterator[Connection]:
    """Hold a connection for loading a case and writing a change.

    On PostgreSQL each statement is a transaction of its own, the guard of the write makes them
    one; on SQLite all of it is one transaction, committed at the end.
    """
    if dialect.is_sqlite(engine):
        with engine.begin() as connection:
            yield connection
        return
    with engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Hold a connection in a transaction, committed at the end or undone on any error."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Hold a connection that only reads and waits for no writer."""
    with engine.connect() as connection:
        if dialect.is_sqlite(engine):
            yield connection.execution_options(**{dialect.READ_ONLY: True})
        else:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def observing(engine: Engine) -> Iterator[Connection]:
    """Hold a connection that reads again and again what was so at one moment."""
    if dialect.is_sqlite(engine):
        with reading(engine) as connection:
            yield connection
        return
    with engine.connect() as connection:
        yield connection.execution_options(isolation_level="REPEATABLE READ")


@contextmanager
def in_turn(engine: Engine, what: str) -> Iterator[None]:
    """Do something after whoever does the same just now, on whatever host.

    On SQLite nobody waits: one clock works there.
    """
    if dialect.is_sqlite(engine):
        yield
        return
    with engine.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))
        yield

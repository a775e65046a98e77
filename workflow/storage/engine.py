"""The engine of an installation, the ways of holding a connection, and taking turns."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from typing import Any, Final
from weakref import WeakSet

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from workflow.storage import dialect
from workflow.storage.direct import Direct, Held, taken
from workflow.storage.foresight import Foresight
from workflow.storage.sight import NOTHING, Sight, see
from workflow.storage.statements import Values

_MADE: Final[WeakSet[Engine]] = WeakSet()
_INHERITED: Final[list[Pool]] = []
"""What a process that was forked has of its parent's: to close it would end it for the parent."""


def make_engine(url: str, *, lasting: bool = True) -> Engine:
    """Make the engine for an address, SQLite or PostgreSQL.

    What an SQLite engine that is not `lasting` writes may be lost if the power is cut: it is for
    what can be made again.
    """
    engine = create_engine(**dialect.options(url))
    dialect.prepare(engine, lasting=lasting)
    _MADE.add(engine)
    return engine


def _leave_to_the_parent() -> None:
    """Begin with connections of one's own: two processes would answer each other through one."""
    for engine in _MADE:
        _INHERITED.append(engine.pool)
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_leave_to_the_parent)


def end_idle_transactions(engine: Engine, after: timedelta) -> None:
    """Have PostgreSQL end what a process of ours began and says nothing of for so long.

    It is stopped, or hangs: what it holds would keep all others waiting. The connections that
    the engine has are made anew.
    """
    if dialect.is_sqlite(engine):
        return

    def limit(dbapi: Any, _entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's
        dbapi.autocommit = True
        milliseconds = round(after.total_seconds() * 1000)
        dbapi.execute(f"SET idle_in_transaction_session_timeout = {milliseconds}")
        dbapi.autocommit = False

    event.listen(engine, "connect", limit)
    engine.dispose()


def acting(engine: Engine, sight: Sight | None = NOTHING) -> AbstractContextManager[Direct]:
    """Hold a connection for loading a case and writing a change.

    On PostgreSQL each statement is a transaction of its own, the guard of the write makes them
    one; on SQLite all of it is one transaction, committed at the end.
    """
    return _Acting(engine, sight)


class _Acting(AbstractContextManager[Direct]):
    """What `acting` does, with less around it than a generator has: every act goes through it."""

    def __init__(self, engine: Engine, sight: Sight | None) -> None:
        self._engine, self._sight = engine, sight

    def __enter__(self) -> Direct:
        self._direct = direct = Direct(self._engine, taken(self._engine), None)
        try:
            if direct.on_sqlite:
                direct.begin()
            else:
                _let_see(direct, self._sight)
        except BaseException:
            direct.give_back()
            raise
        return direct

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        direct = self._direct
        try:
            if direct.on_sqlite and kind is None:
                direct.commit()
            elif direct.on_sqlite:
                direct.roll_back()
        finally:
            direct.give_back()


@contextmanager
def writing(engine: Engine, sight: Sight | None = NOTHING) -> Iterator[Connection]:
    """Hold a connection in a transaction, committed at the end or undone on any error."""
    with engine.begin() as connection:
        _let_see(connection, sight)
        yield connection


@contextmanager
def reading(engine: Engine, sight: Sight | None = NOTHING) -> Iterator[Connection]:
    """Hold a connection that only reads and waits for no writer."""
    with engine.connect() as connection:
        if dialect.is_sqlite(engine):
            yield connection.execution_options(**{dialect.READ_ONLY: True})
            return
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        _let_see(alone, sight)
        yield alone


@contextmanager
def asking(
    engine: Engine, sight: Sight | None = NOTHING, foresight: Foresight | None = None
) -> Iterator[Direct]:
    """Hold a connection that only reads, for statements that were made once.

    What is foreseen is not asked again where the answer lies ready.
    """
    if foresight is not None and foresight.is_ready:
        with closing(_Later(engine, sight, foresight)) as later:
            yield later
        return
    direct = Direct(engine, taken(engine), None, foresight)
    try:
        if dialect.is_sqlite(engine):
            dialect.begin_on_sqlite(direct, direct.raw, reading=True)
        else:
            _let_see(direct, sight)
        yield direct
    finally:
        direct.give_back()


class _Later(Direct):
    """A connection that is taken once something is asked of PostgreSQL that was not foreseen."""

    def __init__(self, engine: Engine, sight: Sight | None, foresight: Foresight) -> None:
        self.engine, self.dialect, self.on_sqlite = engine, engine.dialect, False
        self._foresight, self._sight, self._is_taken = foresight, sight, False

    def _send(self, way: Callable[..., Any], text: str, values: Values) -> Any:  # noqa: ANN401
        if not self._is_taken:
            super().__init__(self.engine, taken(self.engine), None, self._foresight)
            self._is_taken = True
            _let_see(self, self._sight)
        return super()._send(way, text, values)

    def close(self) -> None:
        """Put the connection back into its pool, if it was taken."""
        if self._is_taken:
            self.give_back()


@contextmanager
def observing(engine: Engine, sight: Sight | None = NOTHING) -> Iterator[Connection]:
    """Hold a connection that reads again and again what was so at one moment.

    It reads whatever was written past us, bytes that are no letters too.
    """
    if dialect.is_sqlite(engine):
        with reading(engine) as connection, dialect.any_bytes(connection):
            try:
                yield connection
            except BaseException:
                connection.invalidate()  # a statement that was left midway would hold its moment
                raise
        return
    with engine.connect() as connection:
        still = connection.execution_options(isolation_level="REPEATABLE READ")
        _let_see(still, sight)
        yield still


def _let_see(connection: Held, sight: Sight | None) -> None:
    """Have a connection see what somebody sees; None leaves it, for what is no case's."""
    if sight is not None:
        see(connection, sight)


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

"""Statements that acts send: made once, and sent without SQLAlchemy in between.

It would take longer over them than the database does. Whoever listens to the engine hears of
them all the same, and what goes wrong is told, and lost connections are dropped, as ever.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from itertools import chain
from typing import Any, Final, NoReturn, TypeAlias
from uuid import uuid4

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format, TransactionStatus
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection

from workflow.storage import dialect
from workflow.storage.base import decode, encode
from workflow.storage.foresight import Asked, Foresight, together
from workflow.storage.plain_values import all_written, spelled_value
from workflow.storage.statements import (
    POSTGRESQL,
    SQLITE,
    Packed,
    Statement,
    Values,
    Written,
    adding,
)
from workflow.storage.taken import Taken
from workflow.storage.written import PackedDumper, PackedValue

_PREPARED: Final = "prepared"
"""Note of a connection: what its server has ready, by the text of the statement."""
_MOST_PREPARED: Final = 100
_GONE: Final = b"26000"
"""What PostgreSQL says of a prepared statement that it does not have."""
_MOST_AT_ONCE: Final = 12
"""How many rows SQLite is given as one; it ends the words of a text apart after each statement."""
_ANSWERS: Final = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class Direct:
    """A connection as its driver has it: one of the pool, or that of a `Connection`."""

    def __init__(
        self,
        engine: Engine,
        held: Taken | PoolProxiedConnection,
        of: Connection | None,
        foresight: Foresight | None = None,
    ) -> None:
        self.engine = engine
        self.dialect = engine.dialect
        self.on_sqlite = dialect.is_sqlite(engine)
        self.info = held.info
        self.raw: Any = held.raw if isinstance(held, Taken) else held.driver_connection
        self.alone = of is None or _is_alone(of)
        """Whether each statement is a transaction of its own on PostgreSQL."""
        self._held = held
        self._connection = of
        self._foresight = foresight
        heard: Any = engine.dispatch
        self._before = heard.before_cursor_execute or None
        self._after = heard.after_cursor_execute or None

    def ask(self, text: str, values: Values) -> Any:  # noqa: ANN401
        """Send a statement, and return the first value of the first row, if there is one.

        PostgreSQL may write it as text.
        """
        return self._send(self._answer, text, values)

    def ask_unless_foreseen(self, text: str, values: Values) -> Any:  # noqa: ANN401
        """Ask as `ask` does what answers with one value, unless the answer lies ready."""
        if self._foresight is None or (written := all_written(values)) is None:
            return self._send(self._answer, text, values)
        asked = text, tuple(written)
        known = self._foresight.note(asked)
        return self._foresight.take(asked) if known else self.ask_written(*asked)

    def ask_written(self, text: str, written: Written) -> Any:  # noqa: ANN401
        """Send a statement to PostgreSQL as `ask` does, with values as it reads them."""
        return self._send(self._answer_as_written, text, written)

    def ask_packed(self, text: str, packed: Packed) -> Any:  # noqa: ANN401
        """Send a statement to PostgreSQL as `ask` does, with values in its binary form."""
        return self._send(self._answer_to_packed, text, packed)

    def ask_ahead(self, asked: Asked, foresight: Foresight) -> str | None:
        """Send a statement to PostgreSQL as `ask` does, and all that is foreseen along with it."""
        if foresight.ahead is None:
            answer: str | None = self.ask_written(*asked)
            return answer
        first, *others = self._ask_together((asked, *foresight.ahead.asked))
        foresight.hear(foresight.ahead.asked, others)
        return first

    def ask_at_once(self, asked: Sequence[Asked]) -> None:
        """Ask PostgreSQL by one statement what is going to be asked of what is foreseen."""
        if self._foresight is not None:
            self._foresight.hear(asked, self._ask_together(asked))

    def _ask_together(self, asked: Sequence[Asked]) -> list[str | None]:
        texts, values = zip(*asked, strict=True)
        whole = together(texts), list(chain.from_iterable(values))
        answers: list[str | None] = self._send(self._answers_of_server, *whole)
        return answers

    def _answer(self, text: str, values: Values) -> Any:  # noqa: ANN401
        if self.on_sqlite:
            row = self.raw.execute(text, values).fetchone()
        elif self.alone and (written := all_written(values)) is not None:
            return self._answer_of_server(text, written)
        else:
            if self.alone and not self.raw.autocommit:
                self.raw.autocommit = True  # libpq begins no transaction of its own, psycopg does
            cursor = psycopg.RawCursor(self.raw).execute(text, values)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def _answer_as_written(self, text: str, written: Written) -> Any:  # noqa: ANN401
        if self.alone:
            return self._answer_of_server(text, written)
        # psycopg begins the transaction, and leaves it to PostgreSQL what a text stands for.
        return self._answer(text, [None if one is None else one.decode() for one in written])

    def _answer_to_packed(self, text: str, packed: Packed) -> Any:  # noqa: ANN401
        if self.alone:
            found = self._found_by_server(text, packed, _all_packed(len(packed)))
            return _value(found, 0) if found.ntuples else None
        cursor = psycopg.RawCursor(self.raw)
        cursor.adapters.register_dumper(PackedValue, PackedDumper)
        cursor.execute(text, [None if one is None else PackedValue(one) for one in packed])
        row = cursor.fetchone()
        return row[0] if row else None

    def _answer_of_server(self, text: str, written: Written) -> str | None:
        found = self._found_by_server(text, _whole(written))
        return _value(found, 0) if found.ntuples else None

    def _answers_of_server(self, text: str, written: Written) -> list[str | None]:
        """Return all values of the one row that a statement answers with."""
        found = self._found_by_server(text, _whole(written))
        return [_value(found, place) for place in range(found.nfields)]

    def _found_by_server(
        self, text: str, values: Written | Packed, formats: Sequence[Format] | None = None
    ) -> Any:  # noqa: ANN401 - libpq's
        """Ask PostgreSQL through libpq itself, with the statement prepared as it first comes."""
        line = self.raw.pgconn
        prepared: dict[str, bytes] = self.info.setdefault(_PREPARED, {})
        name = prepared.get(text) or self._prepare(text, prepared)
        if name is not None:
            found = line.exec_prepared(name, values, formats)
            if found.status in _ANSWERS:
                return found
            if found.error_field(DiagnosticField.SQLSTATE) == _GONE:
                prepared.clear()  # psycopg lets all go where a transaction is undone
                name = None
        if name is None:
            found = line.exec_params(text.encode(), values, None, formats)
        self._demand(found)
        return found

    def _prepare(self, text: str, prepared: dict[str, bytes]) -> bytes | None:
        """Have a server make a statement ready under a name, unless it has too many."""
        if len(prepared) >= _MOST_PREPARED:
            return None
        # Twice the same name, by any process, could be another statement behind a pooler.
        name = b"act_" + uuid4().hex.encode()
        self._demand(self.raw.pgconn.prepare(name, text.encode()))
        prepared[text] = name
        return name

    def _demand(self, result: Any) -> None:  # noqa: ANN401 - libpq's
        """Raise what psycopg would for a statement that was refused or a server that has gone."""
        if result.status in _ANSWERS:
            return
        if self.raw.pgconn.status == ConnStatus.BAD:
            raise psycopg.OperationalError(result.get_error_message("utf-8"))
        raise error_from_result(result)

    def change(self, text: str, values: Values) -> int:
        """Send a statement to SQLite, and return how many rows it changed."""
        changed: int = self._send(self.raw.execute, text, values).rowcount
        return changed

    def change_each(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        """Send a statement that adds rows to SQLite: as one for so many, or once for each row."""
        if len(rows) > _MOST_AT_ONCE:
            self.repeat(statement, rows)
            return
        values = list(chain.from_iterable(map(statement.values, rows)))
        self._send(self.raw.execute, adding(statement.text, len(rows)), values)

    def repeat(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        """Send a statement to SQLite once for each row."""
        self._send(self.raw.executemany, statement.text, list(map(statement.values, rows)))

    def _send(self, way: Callable[..., Any], text: str, values: Values) -> Any:  # noqa: ANN401
        if self._before:
            self._tell(self._before, text, values)
        try:
            answer = way(text, values)
        except BaseException as error:
            self._fail(error, text, values)
        if self._after:
            self._tell(self._after, text, values)
        return answer

    def begin(self) -> None:
        """Begin to write to SQLite, in turn."""
        dialect.begin_on_sqlite(self, self.raw, reading=False)

    def commit(self) -> None:
        """Make what was written to SQLite last."""
        try:
            self.raw.commit()
        except BaseException as error:
            self._fail(error, None, None)

    def roll_back(self) -> None:
        """Undo what was written to SQLite."""
        if not (isinstance(self._held, Taken) and self._held.is_lost):
            self.raw.rollback()

    def give_back(self) -> None:
        """Put a connection that was taken back into its pool as it was."""
        if isinstance(self._held, Taken):
            self._held.give_back(is_clean=not self._held.is_lost and self._is_clean())

    def _is_clean(self) -> bool:
        """Undo what was begun, where that is simple, and say whether nothing is left to undo."""
        if self.on_sqlite:
            if self.raw.in_transaction:
                with suppress(sqlite3.Error):
                    self.raw.rollback()
            return not self.raw.in_transaction
        if self.raw.pgconn.transaction_status != TransactionStatus.IDLE:
            return False
        if self.raw.autocommit:
            self.raw.autocommit = False
        return True

    def _fail(self, error: BaseException, text: str | None, values: Values | None) -> NoReturn:
        held = self._held.watched() if isinstance(self._held, Taken) else self._held
        connection = self._connection or Connection(self.engine, held)
        connection._handle_dbapi_exception(error, text, values, None, None)

    def _tell(self, listeners: Iterable[Callable[..., Any]], text: str, values: Values) -> None:
        for listener in listeners:
            listener(self._connection, None, text, values, None, False)


def _value(found: Any, place: int) -> str | None:  # noqa: ANN401 - libpq's
    value: bytes | None = found.get_value(0, place)
    return None if value is None else value.decode()


@cache
def _all_packed(many: int) -> Sequence[Format]:
    return (Format.BINARY,) * many


def _whole(written: Written) -> Written:
    """Return values as they are; raise `psycopg.DataError` where libpq would end one early."""
    if 0 in b"".join(filter(None, written)):
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return written


def asked_of(statement: Statement, given: Mapping[str, Any]) -> Asked:
    """Return how PostgreSQL is asked a statement with some values, by their names."""
    written = (None if one is None else spelled_value(one) for one in statement.values(given))
    return statement.text, tuple(written)


Held: TypeAlias = Connection | Direct
"""A connection, however it is held."""


def directly(held: Held) -> Direct:
    """Return a connection as its driver has it."""
    if isinstance(held, Direct):
        return held
    if not _is_alone(held) and not held.in_transaction():
        held.begin()  # as SQLAlchemy does before a first statement
    return Direct(held.engine, held.connection, held)


def _is_alone(connection: Connection) -> bool:
    return connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"


def taken(engine: Engine) -> Taken:
    """Take a connection out of the pool of an engine; raise `DBAPIError` where there is none."""
    try:
        return Taken(engine)
    except engine.dialect.loaded_dbapi.Error as error:
        kinds = engine.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(None, None, error, kinds, dialect=engine.dialect) from error


class Question:
    """A statement that answers with one value, made once for either database."""

    def __init__(self, made: Any, *, on_postgresql: Any = None) -> None:  # noqa: ANN401 - statements that return rows
        self._on_sqlite = Statement(made, spoken=SQLITE)
        other = made if on_postgresql is None else on_postgresql
        self._on_postgresql = Statement(other, spoken=POSTGRESQL)

    def tell(self, held: Held, /, **given: Any) -> Any:  # noqa: ANN401
        """Return what the one value says, which is JSON, or None where there is no row."""
        found = self.ask(held, **given)
        return decode(found) if isinstance(found, str) else found

    def told(self, held: Held, /, **given: Any) -> str:  # noqa: ANN401
        """Return the one value, which is JSON, as the database wrote it: what is alike is alike."""
        found = self.ask(held, **given)
        return found if isinstance(found, str) else encode(found)

    def ask_first(self, held: Direct, foresight: Foresight, /, **given: Any) -> str | None:  # noqa: ANN401
        """Return what `ask` does, having asked PostgreSQL what is foreseen along with it."""
        return held.ask_ahead(asked_of(self._on_postgresql, given), foresight)

    def ask(self, held: Held, /, **given: Any) -> Any:  # noqa: ANN401
        """Return the one value, or None where there is no row; a number perhaps as text."""
        direct = directly(held)
        statement = self._on_sqlite if direct.on_sqlite else self._on_postgresql
        return direct.ask_unless_foreseen(statement.text, statement.values(given))

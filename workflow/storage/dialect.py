"""All that differs between SQLite and PostgreSQL: how to connect, begin, and spell a few words."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import (
    JSON,
    Connection,
    Dialect,
    Engine,
    Float,
    ScalarSelect,
    Select,
    String,
    event,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from workflow.core.folding import plain
from workflow.storage.base import Json, UtcDateTime, encode
from workflow.storage.behind import note_the_wall
from workflow.storage.pool import Pool
from workflow.storage.turn_taking import BUSY_SECONDS, TurnTakingConnection

READ_ONLY: Final = "ro"
"""Execution option of a connection that only reads: it does not wait for writers."""

_ACCENTED: Final = "áàâãäéêèíóôõöúüçñÁÀÂÃÄÉÊÈÍÓÔÕÖÚÜÇÑ"
"""The letters of our languages that some databases write neither small nor plain."""
_KEEPALIVE: Final = {
    "connect_timeout": "5",
    "keepalives_idle": "2",
    "keepalives_interval": "1",
    "keepalives_count": "2",
    "tcp_user_timeout": "4000",
    "target_session_attrs": "read-write",
    "application_name": "tramita",
}
"""What a host that vanished costs at most; every word can be overruled in the address."""

_POOL: Final = {"poolclass": Pool, "pool_size": 16, "max_overflow": -1, "pool_use_lifo": True}
"""Whoever acts may need a second connection to read: there must be one, however many threads hold
theirs and wait. How many threads there are is the limit. Who asks again gets the connection used
last: PostgreSQL's knows who asks, and SQLite's still has the pages that no other has changed."""


class Speaking(Protocol):
    """An engine, or a connection however it is held."""

    @property
    def dialect(self) -> Dialect:
        """What it speaks."""


def is_sqlite(connection: Speaking) -> bool:
    """Say whether this is the embedded database."""
    return connection.dialect.name == "sqlite"


def insert(connection: Connection) -> Any:  # noqa: ANN401 - the two types share no base
    """Return the `insert` of the database, which knows `on_conflict_do_…`."""
    return sqlite.insert if is_sqlite(connection) else postgresql.insert


def breaks(error: IntegrityError, *, constraint: str, columns: str) -> bool:
    """Say whether a refused write broke this constraint, which SQLite names by its columns."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return bool(diagnosis.constraint_name == constraint)
    return columns in str(error.orig)


# --- Words -----------------------------------------------------------------------------------


class database_now(FunctionElement[datetime]):  # noqa: N801 - a function of SQL
    """The instant by the database's clock, the only one all hosts share, or seconds from it."""

    type = UtcDateTime()
    inherit_cache = True

    def __init__(self, seconds: float = 0) -> None:
        super().__init__(*([literal(seconds, Float)] if seconds else ()))


@compiles(database_now, "postgresql")
def _now_on_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    if not element.clauses.clauses:
        return "now()"
    return f"now() + make_interval(secs => {compiler.process(element.clauses, **kw)})"


@compiles(database_now, "sqlite")
def _now_on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    later = ""
    if element.clauses.clauses:
        later = f", {compiler.process(element.clauses, **kw)} || ' seconds'"
    return f"strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now'{later})"


class plain_letters(FunctionElement[str]):  # noqa: N801 - a function of SQL
    """A text in small letters without accents, as `workflow.core.folding.plain` writes it."""

    type = String()
    inherit_cache = True


@compiles(plain_letters, "postgresql")
def _plain_on_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    small = f"lower({compiler.process(element.clauses, **kw)})"
    return f"translate({small}, '{_ACCENTED}', '{plain(_ACCENTED)}')"


@compiles(plain_letters, "sqlite")
def _plain_on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    return f"plain({compiler.process(element.clauses, **kw)})"


class object_as_json(FunctionElement[Any]):  # noqa: N801 - a function of SQL
    """A row as one JSON object; takes columns and labelled expressions, whose names become keys.

    A driver that has one value to hand over is several times as fast as with one for each column.
    """

    type = Json
    inherit_cache = True


@compiles(object_as_json, "postgresql")
def _object_on_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    kw["within_columns_clause"] = False
    return f"json_build_object({_pairs_on_postgresql(element, compiler, **kw)})"


@compiles(object_as_json, "sqlite")
def _object_on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    kw["within_columns_clause"] = False
    return f"json_object({_pairs_on_sqlite(element, compiler, **kw)})"


class objects_as_json(FunctionElement[Any]):  # noqa: N801 - a function of SQL
    """Rows gathered as one JSON list of objects; takes columns, whose names become keys."""

    type = Json
    inherit_cache = True


@compiles(objects_as_json, "postgresql")
def _objects_on_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    return f"json_agg(json_build_object({_pairs_on_postgresql(element, compiler, **kw)}))"


@compiles(objects_as_json, "sqlite")
def _objects_on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    return f"json_group_array(json_object({_pairs_on_sqlite(element, compiler, **kw)}))"


class rows_of_values_as_json(FunctionElement[Any]):  # noqa: N801 - a function of SQL
    """Rows gathered as one JSON list of lists, as `values_as_json` makes them."""

    type = Json
    inherit_cache = True


@compiles(rows_of_values_as_json, "postgresql")
def _rows_on_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    return f"json_agg({_values_on_postgresql(element, compiler, **kw)})"


@compiles(rows_of_values_as_json, "sqlite")
def _rows_on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    return f"json_group_array({_values_on_sqlite(element, compiler, **kw)})"


class values_as_json(FunctionElement[Any]):  # noqa: N801 - a function of SQL
    """A row as one JSON list, for whoever knows the names: PostgreSQL takes half as long."""

    type = Json
    inherit_cache = True


@compiles(values_as_json, "postgresql")
def _values_on_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    kw["within_columns_clause"] = False
    values = (compiler.process(c, **kw) for c in element.clauses)
    return f"json_build_array({', '.join(values)})"


@compiles(values_as_json, "sqlite")
def _values_on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    kw["within_columns_clause"] = False
    values = (_value_on_sqlite(c, compiler, **kw) for c in element.clauses)
    return f"json_array({', '.join(values)})"


def rows_as_json(wanted: Select[*tuple[Any, ...]]) -> ScalarSelect[Any]:
    """Gather the rows of a statement as one value, None where there are none on PostgreSQL."""
    return select(objects_as_json(*wanted.subquery().c)).scalar_subquery()


def _pairs_on_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    return ", ".join(f"'{c.name}', {compiler.process(c, **kw)}" for c in element.clauses)


def _pairs_on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    pairs = ((c.name, _value_on_sqlite(c, compiler, **kw)) for c in element.clauses)
    return ", ".join(f"'{name}', {value}" for name, value in pairs)


def _value_on_sqlite(column: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    written = compiler.process(column, **kw)
    return f"json({written})" if isinstance(column.type, JSON) else written


# --- Connecting ----------------------------------------------------------------------------


def sqlite_options(url: str) -> dict[str, Any]:
    """Return what `create_engine` needs for an SQLite file, its path made absolute."""
    turn = threading.Lock()

    class Connection_(TurnTakingConnection):  # noqa: N801 - one per engine, never seen
        pass

    Connection_.turn = turn
    path = url.partition(":///")[2].partition("?")[0]
    where = Path(path).absolute() if path and path != ":memory:" else path
    return {
        "url": f"sqlite:///{where}",
        "json_serializer": encode,
        "connect_args": {
            "isolation_level": None,
            "timeout": BUSY_SECONDS,
            "factory": Connection_,
        },
        **_POOL,
    }


def postgresql_options(url: str) -> dict[str, Any]:
    """Return what `create_engine` needs for PostgreSQL; the address is libpq's, many hosts too."""
    scheme, _, rest = url.partition("://")
    conninfo = conninfo_to_dict(f"postgresql://{rest}" if scheme else url)
    return {
        "url": "postgresql+psycopg://",
        "json_serializer": encode,
        "connect_args": {**_KEEPALIVE, **conninfo},
        **_POOL,
        "pool_pre_ping": False,
    }


def options(url: str) -> dict[str, Any]:
    """Return what `create_engine` needs for an address."""
    scheme = urlsplit(url).scheme
    return sqlite_options(url) if scheme.startswith("sqlite") else postgresql_options(url)


def prepare(engine: Engine, *, lasting: bool = True) -> None:
    """Have an engine keep the promises of this module on each connection it makes."""
    if not is_sqlite(engine):
        event.listen(engine, "connect", note_the_wall)
        return
    event.listen(engine, "connect", _prepare_sqlite)
    if not lasting:
        event.listen(engine, "connect", _forget_power_cuts)
    event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(dbapi: Any, _entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's
    dbapi.create_function("plain", 1, _plain_or_none, deterministic=True)
    cursor = dbapi.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _plain_or_none(text: str | None) -> str | None:
    return None if text is None else plain(text)


def _forget_power_cuts(dbapi: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    dbapi.cursor().execute("PRAGMA synchronous=OFF")


def _begin_sqlite(connection: Connection) -> None:
    raw = connection.connection.driver_connection
    reading = bool(connection.get_execution_options().get(READ_ONLY))
    begin_on_sqlite(connection, raw, reading=reading)


def begin_on_sqlite(connection: Speaking, raw: object, *, reading: bool) -> None:
    """Begin a transaction; raise `DBAPIError` where others write for too long."""
    if not isinstance(raw, TurnTakingConnection):
        return
    try:
        raw.begin(reading=reading)
    except sqlite3.Error as error:
        # What the driver raises reaches the caller as it is; callers know SQLAlchemy's errors.
        raise DBAPIError.instance(
            None, None, error, sqlite3.Error, dialect=connection.dialect
        ) from error


@contextmanager
def any_bytes(connection: Connection) -> Iterator[None]:
    """Read bytes of SQLite that are no letters as something that no text of ours has in it."""
    raw = connection.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        raise TypeError(f"{raw!r} is no connection to SQLite")
    raw.text_factory = _as_they_are
    try:
        yield
    finally:
        raw.text_factory = str


def _as_they_are(written: bytes) -> str:
    try:
        return written.decode()
    except UnicodeDecodeError:  # marked, for some readers of dates take any letter between
        return "\udc80" + written.decode(errors="surrogateescape")


def suspend_foreign_keys(connection: Connection) -> None:
    """Leave foreign keys unchecked on a connection that has not begun, where tables are rebuilt."""
    raw = connection.connection.driver_connection
    if isinstance(raw, TurnTakingConnection):
        raw.execute("PRAGMA foreign_keys=OFF")

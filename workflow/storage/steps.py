"""The few statements that write a change on SQLite, made once and the same for every act.

They are compiled once and go to the database without SQLAlchemy in between, which would take
several times as long for them as SQLite itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import Column, Connection, bindparam, exists, func, or_, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from workflow.storage.base import UtcDateTime, encode
from workflow.storage.dialect import database_now
from workflow.storage.models import METADATA
from workflow.storage.rows import Row
from workflow.storage.targets import FIXED, KEPT, TARGETS, Target

_CASE, _DOCUMENT = METADATA.tables["case"], METADATA.tables["document"]
_ACT_KEY = METADATA.tables["act_key"]
_NEW = "new_"
"""Before the names of values, since an UPDATE keeps those of its columns to itself."""

_DIALECT: Final = sqlite.dialect(json_serializer=encode)


class Statement:
    """A statement as SQLite takes it, with how each of its values is written."""

    def __init__(self, made: Any, columns: Iterable[str] | None = None) -> None:  # noqa: ANN401
        compiled: SQLCompiler = made.compile(
            dialect=_DIALECT, column_keys=None if columns is None else list(columns)
        )
        self.text = compiled.string
        filled = {one.key: getattr(one.default, "arg", None) for one in compiled.insert_prefetch}
        self._values = [
            (name, filled.get(name, compiled.binds[name].value), _spelling(compiled, name))
            for name in compiled.positiontup or ()
        ]
        as_given = all(known is None and spell is None for _, known, spell in self._values)
        several = len(self._values) > 1  # of one name alone, `itemgetter` makes no row
        self._plain = itemgetter(*compiled.positiontup or ()) if as_given and several else None

    def values(self, row: Mapping[str, Any]) -> Sequence[Any]:
        """Return the values of a row in the order of the statement."""
        if self._plain:
            given: tuple[Any, ...] = self._plain(row)
            return given
        return [
            row.get(name, known) if spell is None else spell(row.get(name, known))
            for name, known, spell in self._values
        ]


def _spelling(compiled: SQLCompiler, name: str) -> Callable[[Any], Any] | None:
    """Return what writes a value as SQLite keeps it, or None where it is kept as it is."""
    kind = compiled.binds[name].type
    if isinstance(kind, UtcDateTime):
        return partial(kind.process_bind_param, dialect=_DIALECT)
    return kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)


class Direct:
    """A connection to SQLite without what stands before it; its errors are SQLAlchemy's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        self._raw = raw

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if isinstance(error, sqlite3.Error):
            raise DBAPIError.instance(
                None, None, error, sqlite3.Error, dialect=self._connection.dialect
            ) from error

    def execute(self, statement: Statement, row: Mapping[str, Any]) -> sqlite3.Cursor:
        """Send a statement."""
        return self._raw.execute(statement.text, statement.values(row))

    def execute_each(
        self, statement: Statement, rows: Iterable[Row], known: Mapping[str, Any]
    ) -> None:
        """Send a statement for each row, with what is known of all of them."""
        whole = [{**row, **known} for row in rows] if known else rows
        self._raw.executemany(statement.text, [statement.values(row) for row in whole])


def moving(case: Row, case_id: int) -> Row:
    """Return the parameters of `MOVE`."""
    return {**renamed(case), "of_case": case_id, "revision_before": case["revision"] - 1}


def renamed(row: Row) -> Row:
    """Return the values of a row under names that an UPDATE may use."""
    return {f"{_NEW}{name}": value for name, value in row.items()}


def _value(column: Column[Any]) -> Any:  # noqa: ANN401 - an expression of the column's type
    given = bindparam(f"{_NEW}{column.name}", type_=column.type)
    return func.coalesce(given, column) if column.name in KEPT else given


def _adding(target: Target) -> sqlite.Insert:
    """Make the statement that adds rows to a table."""
    table = target.table
    values: dict[str, Any] = {name: bindparam(name) for name in target.columns}
    for name in target.clocked:
        given = bindparam(name, type_=table.c[name].type)
        values[name] = func.coalesce(given, database_now())
    if target.of_case:
        values["case_id"] = bindparam("case_id")
    statement = sqlite.insert(table).values(values)
    if target.ignores:
        return statement.on_conflict_do_nothing()
    if not target.adds and not target.updates:
        return statement
    new = statement.excluded
    changed: dict[str, Any] = {name: new[name] for name in target.updates}
    changed |= {name: table.c[name] + new[name] for name in target.adds}
    changed |= {name: func.coalesce(new[name], table.c[name]) for name in target.keeps}
    return statement.on_conflict_do_update(index_elements=target.unique, set_=changed)


KEY_KNOWN = Statement(select(exists().where(_ACT_KEY.c.key == bindparam("key"))))
"""Whether an act was done: parameter `key`."""

OPEN = Statement(
    sqlite.insert(_CASE).returning(_CASE.c.id), [c.name for c in _CASE.c if c.name != "id"]
)
"""Adds a case: its row."""

MOVE = Statement(
    update(_CASE)
    .where(_CASE.c.id == bindparam("of_case"))
    .where(_CASE.c.revision == bindparam("revision_before"))
    .values({column.name: _value(column) for column in _CASE.columns if column.name not in FIXED})
)
"""Changes a case, unless it has moved: what `moving` returns."""

ADD = {target.name: Statement(_adding(target)) for target in TARGETS}
"""By table: adds rows, or changes those already there."""

WITHDRAW = Statement(
    update(_DOCUMENT)
    .where(_DOCUMENT.c.case_id == bindparam("of_case"))
    .where(_DOCUMENT.c.field == bindparam("new_field"))
    .where(
        or_(
            bindparam("new_version", type_=_DOCUMENT.c.version.type).is_(None),
            _DOCUMENT.c.version == bindparam("new_version"),
        )
    )
    .where(_DOCUMENT.c.withdrawn_at.is_(None))
    .values(withdrawn_at=bindparam("new_at", type_=_DOCUMENT.c.withdrawn_at.type))
)
"""Withdraws versions of a document, all of them where none is named."""

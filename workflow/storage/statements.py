"""Statements made once: their text as a driver takes it, and how their values are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, TypeAlias

from sqlalchemy import JSON, Date, Dialect, FromClause
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.sql.compiler import SQLCompiler

from workflow.storage.base import UtcDateTime, encode, in_utc

Values: TypeAlias = Sequence[Any]
"""The values of a statement by their places, as the database takes them."""


class _Hinting(SQLiteCompiler):
    """Writes hints for SQLite behind the table that they are for, as others do for theirs."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:  # noqa: ARG002
        return text


SQLITE: Final[Dialect] = sqlite.dialect(json_serializer=encode)
SQLITE.statement_compiler = _Hinting
POSTGRESQL: Final[Dialect] = psycopg.dialect(  # type: ignore[no-untyped-call]
    json_serializer=encode, paramstyle="numeric_dollar"
)


class Statement:
    """A statement as a database takes it, with how each of its values is written."""

    def __init__(
        self,
        made: Any,  # noqa: ANN401
        columns: Iterable[str] | None = None,
        *,
        spoken: Dialect = SQLITE,
        prefix: str = "",
    ) -> None:
        """Make a statement; `prefix` stands before names of its values and not in rows."""
        compiled: SQLCompiler = made.compile(
            dialect=spoken, column_keys=None if columns is None else list(columns)
        )
        self.text = compiled.string
        places = list(compiled.positiontup or ())
        filled = {one.key: getattr(one.default, "arg", None) for one in compiled.insert_prefetch}
        self._values = [
            (
                name.removeprefix(prefix),
                filled.get(name, compiled.binds[name].value),
                _spelling(compiled, name, spoken),
            )
            for name in places
        ]
        names = [name for name, _, _ in self._values]
        as_given = all(known is None and spell is None for _, known, spell in self._values)
        several = len(self._values) > 1  # of one name alone, `itemgetter` makes no row
        self._plain = itemgetter(*names) if as_given and several else None

    def values(self, row: Mapping[str, Any]) -> Values:
        """Return the values of a row as the statement takes them."""
        if self._plain:
            given: tuple[Any, ...] = self._plain(row)
            return given
        return [
            row.get(name, known) if spell is None else spell(row.get(name, known))
            for name, known, spell in self._values
        ]


def _spelling(compiled: SQLCompiler, name: str, spoken: Dialect) -> Callable[[Any], Any] | None:
    """Return what writes a value as the database keeps it, or None where it is kept as it is."""
    kind = compiled.binds[name].type
    on_sqlite = spoken is SQLITE
    if isinstance(kind, UtcDateTime):
        return _instant_as_text if on_sqlite else _instant
    if isinstance(kind, JSON) and on_sqlite:
        return _json_as_text
    if isinstance(kind, Date) and on_sqlite:
        return _day_as_text
    return kind.dialect_impl(spoken).bind_processor(spoken)


def _instant(value: datetime | None) -> datetime | None:
    return None if value is None else in_utc(value)


@lru_cache(maxsize=256)
def _instant_as_text(value: datetime | None) -> str | None:
    return None if value is None else in_utc(value).isoformat(timespec="microseconds")


def _day_as_text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _json_as_text(value: Any) -> str | None:  # noqa: ANN401
    return None if value is None else encode(value)

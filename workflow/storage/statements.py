"""Statements made once: their text as a driver takes it, and how their values are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, Final, TypeAlias

from sqlalchemy import JSON, Boolean, Date, Dialect, FromClause
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.sql.compiler import SQLCompiler

from workflow.storage.base import UtcDateTime, encode, in_utc

Values: TypeAlias = Sequence[Any]
"""The values of a statement by their places, as the database takes them."""
Written: TypeAlias = Sequence[bytes | None]
"""The same as PostgreSQL reads them, so that nothing is left to do to them."""
Packed: TypeAlias = Sequence[bytes | None]
"""The same in the binary form of PostgreSQL, which takes their bytes as they come."""


_ADDED: Final = re.compile(r"(.* VALUES )(\(.*?\))((?: ON CONFLICT .*)?)", re.DOTALL)


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
        names = [name.removeprefix(prefix) for name in places]
        self._known = {
            name: filled.get(place, compiled.binds[place].value)
            for name, place in zip(names, places, strict=True)
            if place in filled or not compiled.binds[place].required
        }
        spelled = enumerate(_spelling(compiled, name, spoken) for name in places)
        self._spelled = [(place, spell) for place, spell in spelled if spell]
        # Of one name alone, `itemgetter` makes no row.
        self._of = itemgetter(*names) if len(names) > 1 else lambda row: [row[n] for n in names]

    def values(self, row: Mapping[str, Any]) -> Values:
        """Return the values of a row as the statement takes them."""
        given: Values = self._of({**self._known, **row} if self._known else row)
        if not self._spelled:
            return given
        written = list(given)
        for place, spell in self._spelled:
            value = written[place]
            if value is not None:
                written[place] = spell(value)
        return written


@cache
def adding(text: str, rows: int) -> str:
    """Return the text of a statement that adds one row as it adds so many."""
    found = _ADDED.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} adds no row")
    head, values, tail = found.groups()
    return f"{head}{', '.join([values] * rows)}{tail}"


def _spelling(compiled: SQLCompiler, name: str, spoken: Dialect) -> Callable[[Any], Any] | None:
    """Return what writes a value that is there as it is kept, or None where it stays."""
    kind = compiled.binds[name].type
    on_sqlite = spoken is SQLITE
    if isinstance(kind, UtcDateTime):
        return _instant_as_text if on_sqlite else in_utc
    if isinstance(kind, JSON) and on_sqlite:
        return encode
    if isinstance(kind, Date) and on_sqlite:
        return date.isoformat
    if isinstance(kind, Boolean) and on_sqlite:
        return int
    return kind.dialect_impl(spoken).bind_processor(spoken)


@lru_cache(maxsize=256)
def _instant_as_text(value: datetime) -> str:
    return in_utc(value).isoformat(timespec="microseconds")

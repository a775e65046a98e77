"""How values of columns are packed in the binary form of PostgreSQL, which has nothing to read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from struct import Struct
from typing import Any, Final, TypeAlias

from psycopg.adapt import Dumper
from psycopg.pq import Format
from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Integer, String
from sqlalchemy.dialects.postgresql import JSONB

from workflow.storage.base import UtcDateTime, encoded
from workflow.storage.statements import POSTGRESQL

Writer: TypeAlias = Callable[[Any], bytes]
"""Writes a value that is there."""

_FIRST_DAY: Final = date(2000, 1, 1).toordinal()
_FIRST_INSTANT: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_four: Final = Struct(">i").pack
_eight: Final = Struct(">q").pack
_number: Final = lru_cache(maxsize=4096)(_four)
"""Writes a whole number; most are small and come again and again."""
_long_number: Final = lru_cache(maxsize=4096)(_eight)


def _truth(value: bool) -> bytes:
    return b"\1" if value else b"\0"


@lru_cache(maxsize=4096)
def _day(value: date) -> bytes:
    return _four(value.toordinal() - _FIRST_DAY)


@lru_cache(maxsize=4096)
def _instant(value: datetime) -> bytes:
    """Write an instant, whose column forgets in which zone it was told."""
    return _eight((value - _FIRST_INSTANT) // _MICROSECOND)


def _taken_apart(value: object) -> bytes:
    return b"\1" + encoded(value)


_WRITERS: Final[tuple[tuple[type, Writer], ...]] = (
    (String, str.encode),
    (BigInteger, _long_number),
    (Integer, _number),
    (UtcDateTime, _instant),
    (JSONB, _taken_apart),
    (JSON, encoded),
    (Date, _day),
    (Boolean, _truth),
)


def writer_for(column: Column[Any]) -> Writer:
    """Return what writes the values of a column; raise `TypeError` for a kind that none has."""
    kept = column.type.dialect_impl(POSTGRESQL)
    for kind, writer in _WRITERS:
        if isinstance(kept, kind):
            return writer
    raise TypeError(f"nobody writes {column.type!r} of {column} for PostgreSQL")


class PackedValue(bytes):
    """A packed value for psycopg, which cannot know of what kind it is: its statement says so."""

    __slots__ = ()


class PackedDumper(Dumper):
    """Hands packed values to psycopg as they are."""

    format = Format.BINARY

    def dump(self, obj: PackedValue) -> PackedValue:
        """Return the value."""
        return obj

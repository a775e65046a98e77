"""How values of columns are written as PostgreSQL reads them, in the bytes that libpq takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias

from sqlalchemy import JSON, Boolean, Column, Date, Integer, String

from workflow.core.canonical import spelled
from workflow.storage.base import UtcDateTime, encoded

Writer: TypeAlias = Callable[[Any], bytes]
"""Writes a value that is there."""


@lru_cache(maxsize=4096)
def _number(value: int) -> bytes:
    """Write a whole number; most are small and come again and again."""
    return b"%d" % value


def _truth(value: bool) -> bytes:
    return b"true" if value else b"false"


def _day(value: date) -> bytes:
    return spelled(value).encode()


@lru_cache(maxsize=4096)
def _instant(value: datetime) -> bytes:
    """Write an instant, whose column forgets in which zone it was told."""
    return spelled(value).encode()


_WRITERS: Final[tuple[tuple[type, Writer], ...]] = (
    (String, str.encode),
    (Integer, _number),
    (UtcDateTime, _instant),
    (JSON, encoded),
    (Date, _day),
    (Boolean, _truth),
)


def writer_for(column: Column[Any]) -> Writer:
    """Return what writes the values of a column; raise `TypeError` for a kind that none has."""
    for kind, writer in _WRITERS:
        if isinstance(column.type, kind):
            return writer
    raise TypeError(f"nobody writes {column.type!r} of {column} for PostgreSQL")

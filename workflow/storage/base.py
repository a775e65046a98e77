"""What all tables share: names of constraints, instants in UTC, JSON on either database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import orjson
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands where an order needs an instant and there is none."""
NO_DAY = date(9999, 12, 31)
"""Stands where a key needs a day and there is none."""
NOBODY = 0
"""Stands where a key needs an officer and there is none."""


class NaiveDatetimeError(ValueError):
    """An instant without a time zone, which nobody could place in time."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: `timestamptz` on PostgreSQL, ISO text that sorts on SQLite, always in UTC."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of a database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Bring an instant to UTC; raise `NaiveDatetimeError`."""
        if value is None:
            return None
        instant = in_utc(value)
        return instant.isoformat(timespec="microseconds") if dialect.name == "sqlite" else instant

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """Read an instant back, in UTC."""
        if value is None:
            return None
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
        return in_utc(instant)


def in_utc(value: datetime) -> datetime:
    """Return the same instant in UTC; raise `NaiveDatetimeError`."""
    if value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise NaiveDatetimeError(f"{value.isoformat()} has no time zone")
    return value.astimezone(UTC)


def read_instant(kept: str | datetime) -> datetime:
    """Return an instant as a row has it; a row that came as JSON has it as text."""
    return in_utc(datetime.fromisoformat(kept) if isinstance(kept, str) else kept)


def encode(value: object) -> str:
    """Write a value as JSON for the database, dates and decimals as text."""
    try:
        return orjson.dumps(value, default=_spell).decode()
    except TypeError:  # numbers of any length, keys that are no text: slowly, or not at all
        return _ENCODER.encode(value)


def encoded(value: object) -> bytes:
    """Write a value as `encode` does, in bytes; raise `UnicodeEncodeError` for half a letter."""
    try:
        return orjson.dumps(value, default=_spell)
    except TypeError:
        return _ENCODER.encode(value).encode()


def decode(text: str) -> Any:  # noqa: ANN401 - JSON
    """Read what `encode` wrote; whole numbers of a case fit 64 bits, as `form_values` sees to."""
    return orjson.loads(text)


def _spell(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, default=_spell, separators=(",", ":"))

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A value of plain JSON; SQL NULL is None."""

WrittenJson = JSON(none_as_null=True)
"""The same, kept as it was written: for what is seldom asked for its parts."""

BigId = BigInteger().with_variant(Integer, "sqlite")
"""A number given by the database; SQLite numbers rows only in plain integers."""


class Base(DeclarativeBase):
    """A table; its constraints are named alike on every database, so migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: Json, list[Any]: Json}  # noqa: RUF012 - SQLAlchemy reads it

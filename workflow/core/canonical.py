"""One spelling for every value, so that a hash means the same everywhere and for ever."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache


def _spell(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical spelling")


def spelled(moment: date) -> str:
    """Return how ISO 8601 writes a day or an instant; acts write the same ones again and again."""
    if isinstance(moment, datetime) and moment.tzinfo is not UTC:
        return moment.isoformat()  # equal to the same instant elsewhere, which is written otherwise
    return _spelled(moment)


@lru_cache(maxsize=4096)
def _spelled(moment: date) -> str:
    return moment.isoformat()


_ENCODER = json.JSONEncoder(
    sort_keys=True,
    separators=(",", ":"),
    ensure_ascii=False,
    default=_spell,
    check_circular=False,  # what has been through JSON, or will go, has no circles
)


def canonical(value: object) -> str:
    """Write a value as JSON with sorted keys, no spaces and no floats turned to words."""
    return _ENCODER.encode(value)


def digest(value: object) -> str:
    """Return the SHA-256 of a value's canonical spelling, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def commitment(salt: str, value: object) -> str:
    """Return what history keeps of a personal value: nothing without its salt."""
    return digest([salt, value])

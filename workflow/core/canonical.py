"""One spelling for every value, so that a hash means the same everywhere and for ever."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

import orjson


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


_ENCODER: Final = json.JSONEncoder(
    sort_keys=True,
    separators=(",", ":"),
    ensure_ascii=False,
    default=_spell,
    check_circular=False,  # what has been through JSON, or will go, has no circles
)


_ALIKE: Final = (
    orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
)
_POWER: Final = re.compile(rb"e[-\d](?<=\d..)\d*(?:[],}]|$)")
"""How a number with a power of ten ends, wherever it stands; and seldom a piece of a text."""
_SMALL: Final = b"0.0000"
"""How orjson begins some numbers that `json` writes with a power of ten."""


def canonical(value: object) -> bytes:
    """Write a value as JSON with sorted keys, no spaces and no floats turned to words, in UTF-8.

    The spelling is that of `json`; orjson has the same, and is ten times as fast, but for powers of
    ten, and it refuses what no other program could read: long numbers and keys that are no text.
    Raise `UnicodeEncodeError` for half letters.
    """
    try:
        written = orjson.dumps(value, _spell, _ALIKE)
    except TypeError:
        return _ENCODER.encode(value).encode()
    if _SMALL in written or _POWER.search(written):
        return _ENCODER.encode(value).encode()
    return written


def digest(value: object) -> str:
    """Return the SHA-256 of a value's canonical spelling, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def commitment(salt: str, value: object) -> str:
    """Return what history keeps of a personal value: nothing without its salt."""
    return digest([salt, value])

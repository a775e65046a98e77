"""Values as PostgreSQL reads them in text, each by its own kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from workflow.core.canonical import spelled
from workflow.storage.statements import Values


def spelled_array(values: Iterable[str | int]) -> str:
    """Write values as an array of PostgreSQL."""
    quoted = (
        '"{}"'.format(value.replace("\\", "\\\\").replace('"', '\\"'))
        if isinstance(value, str)
        else str(value)
        for value in values
    )
    return "{" + ",".join(quoted) + "}"


_SPELL: Final[Mapping[type, Callable[[Any], str]]] = {
    str: str,
    int: str,
    date: spelled,
    datetime: spelled,
    list: spelled_array,
}
"""How PostgreSQL reads values, whose kinds its statements name."""
_PLAIN: Final = frozenset({*_SPELL, type(None)} - {list})
"""Kinds whose values can be written whatever they are."""


def all_written(values: Values) -> list[bytes | None] | None:
    """Write values for PostgreSQL, or return None where not all of them can be written here."""
    if _PLAIN.issuperset(map(type, values)) or all(map(_is_plain, values)):
        return [None if one is None else _SPELL[type(one)](one).encode() for one in values]
    return None


def spelled_value(value: Any) -> bytes:  # noqa: ANN401 - of a kind in `_SPELL`
    """Write a value that is there, of a kind that is known."""
    return _SPELL[type(value)](value).encode()


def _is_plain(value: Any) -> bool:  # noqa: ANN401 - whatever a statement is given
    """Say whether a value can be written for PostgreSQL here."""
    kind = type(value)
    if kind is list:
        return all(type(one) in (str, int) for one in value)
    return value is None or kind in _SPELL

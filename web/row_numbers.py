"""Numbers of rows in addresses: none is larger than a database can look for."""

from __future__ import annotations

from typing import Any, Final

from werkzeug.routing import IntegerConverter, Map

MOST: Final = 2**63 - 1
_TOO_LONG: Final = 19
"""Digits that no number of a row has."""


class RowNumber(IntegerConverter):
    """A part of an address that is the number of a row; a larger number leads nowhere."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(url_map, *args, **{"max": MOST, **options})


def typed_number(typed: str) -> int | None:
    """Read the number of a row that a form or an address brings; None for anything else.

    Digits that only look like ours, as in ², count nothing.
    """
    short = typed.isascii() and typed.isdigit() and len(typed) < _TOO_LONG
    return int(typed) if short else None


def row_number(typed: str) -> int:
    """Read the number of a row from an address; raise `ValueError`."""
    number = int(typed)
    if not 0 <= number <= MOST:
        raise ValueError(typed)
    return number

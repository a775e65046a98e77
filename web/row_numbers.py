"""Numbers of rows in addresses: none is larger than a database can look for."""

from __future__ import annotations

from typing import Any, Final

from werkzeug.routing import IntegerConverter, Map

MOST: Final = 2**63 - 1


class RowNumber(IntegerConverter):
    """A part of an address that is the number of a row; a larger number leads nowhere."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(url_map, *args, **{"max": MOST, **options})


def row_number(typed: str) -> int:
    """Read the number of a row from an address; raise `ValueError`."""
    number = int(typed)
    if not 0 <= number <= MOST:
        raise ValueError(typed)
    return number

"""Tables as files that spreadsheets open, in which no text becomes a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from flask import Response

from web.downloads import disposition

BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets take accents for something else."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet might take for the beginning of a formula (OWASP, CSV injection)."""


def written(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write rows one by one, as they are read."""
    yield BYTE_ORDER_MARK
    for row in rows:
        text = StringIO()
        csv.writer(text, delimiter=";").writerow([harmless(cell) for cell in row])
        yield text.getvalue()


def spreadsheet(name: str, rows: Iterable[Sequence[str]]) -> Response:
    """Answer with a table that is saved under a name and kept by no browser."""
    response = Response("".join(written(rows)), mimetype="text/csv")
    response.headers["Content-Disposition"] = disposition(f"{name}.csv", attached=True)
    response.headers["Cache-Control"] = "no-store"
    return response


def harmless(cell: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell

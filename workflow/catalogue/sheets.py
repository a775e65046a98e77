"""Reads tables that people keep in spreadsheets, CSV or XLSX, as lines of text cells.

What comes from outside is held to a size before it is looked at: a small file may unfold to a
huge one.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import islice
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from workflow.catalogue.packed import DAMAGED, packed_as_usual
from workflow.core.errors import Refusal

MOST_BYTES: Final = 10 * 2**20
MOST_UNFOLDED: Final = 60 * 2**20
"""How large a packed file may become."""
MOST_LINES: Final = 2_000
MOST_ROWS: Final = 20_000
"""How many lines a further sheet may have: several for each of the first."""
MOST_COLUMNS: Final = 200
MOST_DIGITS: Final = 15
"""Spreadsheets forget what a number has beyond these."""
LAST_ROW: Final = 2**20
"""The last row that spreadsheets have; a file may tell of a later one, after as many blank ones."""
_LOOKED_AT: Final = 20_000
"""How many rows are searched for formulas; blank ones are rows too."""
SPREADSHEET: Final = b"PK\x03\x04"
_OLD_SPREADSHEET: Final = b"\xd0\xcf\x11\xe0"
_DELIMITERS: Final = ";,\t"
_GUARDED: Final = re.compile(r"'(?=[=+\-@＝＋－＠])")
"""What keeps a text from becoming a formula in a spreadsheet; it is no part of the text."""
CUT: Final = "#DIGITS!"
"""Stands for a number whose last digits are lost."""
UNCOUNTED: Final = "#FORMULA!"
"""Stands for a formula whose value the file does not have."""
BROKEN: Final = re.compile(r"#(?:REF|VALUE|DIV/0|NUM|NULL|SPILL|CALC|DIGITS|FORMULA)!|#NAME\?|#N/A")
"""What stands in a cell that has no value to be read."""


_BAD: Final = (*DAMAGED, TypeError, IndexError, AttributeError, ParseError)
"""What reading a file that is no workbook after all raises."""
_SAID: Final = {
    "too_big": "the file is too big",
    "too_many_lines": "the file has too many lines; divide it",
    "too_many_columns": "the file has too many columns",
    "empty": "the file is empty",
    "no_lines": "the file has a header and no lines",
    "old_format": "this is the old format of Excel; save it as .xlsx or .csv",
    "quotes": "a quotation mark is opened and not closed",
    "package_paths": "a name in the archive leads outside it, or stands there twice",
    "package_too_big": "the archive has too many files, or unfolds too far; divide it",
    "package_locked": "a file in the archive is encrypted or damaged",
    "package_no_sheet": "the archive has no .xlsx or .csv beside its folder of files",
    "package_sheets": "the archive has more than one table; leave one beside its folder of files",
    "no_type": "the file does not say of which request type it is; name it with --type",
}


class SheetRefused(Refusal):
    """A file cannot be read as a table; `why` tells in a word."""

    def __init__(self, *, why: str, **particulars: object) -> None:
        said = _SAID.get(why, "the file cannot be read as a table; save it as .xlsx or .csv")
        super().__init__(said, why=why, **particulars)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table, numbered as a spreadsheet numbers it."""

    no: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """Return the text of a cell; nothing where the line is shorter."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its header and the lines below that are not blank."""

    header: Line
    lines: tuple[Line, ...]


def read_sheet(content: bytes) -> Sheet:
    """Read a table from a file in CSV or XLSX; raise `SheetRefused`."""
    if len(content) > MOST_BYTES:
        raise SheetRefused(why="too_big", limit=MOST_BYTES)
    if content.startswith(_OLD_SPREADSHEET):
        raise SheetRefused(why="old_format")
    packed = content.startswith(SPREADSHEET)
    rows = _unpacked(content) if packed else _separated(_decoded(content))
    lines = _filled(rows)
    header = next(lines, None)
    if header is None:
        raise SheetRefused(why="empty")
    found: list[Line] = []
    for line in lines:
        if len(found) == MOST_LINES:
            raise SheetRefused(why="too_many_lines", limit=MOST_LINES)
        found.append(line)
    if not found:
        raise SheetRefused(why="no_lines")
    return Sheet(header, tuple(found))


def sheet_titles(content: bytes) -> tuple[str, ...]:
    """Return what the further sheets of a workbook are called; nothing for any other file."""
    if not content.startswith(SPREADSHEET):
        return ()
    try:
        book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
    except _BAD:
        raise SheetRefused(why="unreadable") from None
    titles = tuple(sheet.title for sheet in book.worksheets[1:])
    book.close()
    return titles


def read_further(content: bytes, title: str) -> Sheet | None:
    """Read another sheet of a workbook, None where it is blank; raise `SheetRefused`."""
    lines = _filled(_unpacked(content, title))
    header = next(lines, None)
    found = tuple(islice(lines, MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise SheetRefused(why="too_many_lines", limit=MOST_ROWS)
    return Sheet(header, found) if header else None


def _filled(rows: Iterable[Iterable[str]]) -> Iterator[Line]:
    for no, row in enumerate(rows, 1):
        if no > LAST_ROW:
            raise SheetRefused(why="too_many_lines", limit=MOST_LINES)
        cells = tuple(_GUARDED.sub("", cell.strip(), count=1) for cell in row)
        if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
            raise SheetRefused(why="too_many_columns", limit=MOST_COLUMNS)
        if any(cells):
            yield Line(no, cells[:MOST_COLUMNS])


# --- CSV -----------------------------------------------------------------------------------------


def _decoded(content: bytes) -> str:
    """Return the text of a file as the usual programs write it."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise SheetRefused(why="not_a_table")


def _separated(text: str) -> Iterator[list[str]]:
    head = next((line for line in text.splitlines() if line.strip()), "")
    if head.lower().startswith("sep=") and len(head.strip()) == 5:
        text = text.replace(head, "", 1)
        delimiter = head[4]
    else:
        if len(head) > csv.field_size_limit():
            raise SheetRefused(why="not_a_table")
        delimiter = max(_DELIMITERS, key=lambda one: len(next(csv.reader([head], delimiter=one))))
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error:
        raise SheetRefused(why="quotes", line=reader.line_num) from None


# --- XLSX ----------------------------------------------------------------------------------------


def _unpacked(content: bytes, title: str = "") -> Iterator[list[str]]:
    """Go through the rows of a sheet of a workbook, the first or one by its title.

    Formulas are read as their values.
    """
    try:
        formulas = _demand_harmless(content)
        hidden = _formulas(content, title) if formulas else frozenset()
        for no, row in enumerate(_rows(content, title, values=True)):
            yield [UNCOUNTED if (no, n) in hidden else _text(value) for n, value in enumerate(row)]
    except SheetRefused:
        raise
    except _BAD:
        raise SheetRefused(why="unreadable") from None


def _demand_harmless(content: bytes) -> bool:
    """Look into a packed file before it is read; say whether it has formulas.

    Raise `SheetRefused` for one that unfolds too far, or that declares entities of its own.
    """
    formulas = False
    with zipfile.ZipFile(BytesIO(content)) as packed:
        parts = packed.infolist()
        if not packed_as_usual(packed):
            raise SheetRefused(why="unreadable")
        if sum(part.file_size for part in parts) > MOST_UNFOLDED:
            raise SheetRefused(why="too_big", limit=MOST_UNFOLDED)
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                text = packed.read(part)
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    raise SheetRefused(why="unreadable")
                formulas |= b"<f>" in text or b"<f " in text
    return formulas


def _rows(content: bytes, title: str, *, values: bool) -> Iterator[tuple[Any, ...]]:
    book = load_workbook(BytesIO(content), read_only=True, data_only=values, keep_links=False)
    try:
        sheet = book[title] if title else book.worksheets[0]
        sheet.reset_dimensions()  # what programs write there is often wrong
        yield from sheet.iter_rows(values_only=True)
    finally:
        book.close()


def _formulas(content: bytes, title: str) -> frozenset[tuple[int, int]]:
    """Return the places of formulas whose value was never counted."""
    read = (islice(_rows(content, title, values=only), _LOOKED_AT) for only in (False, True))
    pairs = zip(*read, strict=True)
    return frozenset(
        (no, n)
        for no, (written, counted) in enumerate(pairs)
        for n, (formula, value) in enumerate(zip(written, counted, strict=True))
        if formula is not None and value is None
    )


def _text(value: Any) -> str:  # noqa: ANN401 - whatever a cell may hold
    """Return what a cell holds as a person here would have typed it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return _number(value)
        case datetime():
            midnight = value.time() == time(0)
            return value.date().isoformat() if midnight else value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _number(value: float) -> str:
    if abs(value) >= 10**MOST_DIGITS:
        return CUT
    exact = format(Decimal(repr(value)), "f")
    return exact.removesuffix(".0").replace(".", ",")

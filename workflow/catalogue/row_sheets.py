"""The rows of table fields that stand in sheets of their own, told to which line they belong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from workflow.catalogue.cells import folded, nearest
from workflow.catalogue.columns import CellFault, Column, row_columns, words_for
from workflow.catalogue.line_reading import RowsApart, Table, table_of
from workflow.catalogue.sheets import Line, Sheet, read_further, sheet_titles
from workflow.core.fields import FieldType, Text, words

ROW_OF: Final = "row_of"
"""The column that tells of which line of the first sheet a row is."""
_LONGEST_TITLE: Final = 31
"""How long spreadsheets let the title of a sheet be."""
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
OWN: Final = ("sheet_lines", "sheet_help", "sheet_lists")
"""The sheets that a template has besides."""


def table_columns(columns: Iterable[Column]) -> list[Column]:
    """Return the columns that are tables, whose rows may stand in a sheet of their own."""
    return [c for c in columns if c.spec is not None and c.spec.type is FieldType.TABLE]


def linked_columns(column: Column) -> tuple[Column, ...]:
    """Return the columns of the sheet of a table: of which line each row is, and its parts."""
    link = Column(ROW_OF, words_for(ROW_OF), words_for(ROW_OF, "help"), required=True)
    return (link, *row_columns(column.spec)) if column.spec else (link,)


def sheet_name(column: Column, language: str, *, taken: Iterable[str] = ()) -> str:
    """Return what the sheet of a table is called in a template: its title, else its key."""
    title = _cut(words(column.title, language))
    used = {folded(one) for one in (*taken, *_own_titles())}
    return column.key[:_LONGEST_TITLE] if folded(title) in used else title


def further_sheets(content: bytes, columns: Iterable[Column]) -> dict[str, Sheet]:
    """Read the sheets of a workbook that look like rows of a table; raise `SheetRefused`."""
    known = _called(table_columns(columns))
    own = {folded(title) for title in _own_titles()}
    wanted = (
        title
        for title in sheet_titles(content)
        if folded(title) not in own and (folded(title) in known or nearest(title, known))
    )
    read = ((title, read_further(content, title)) for title in wanted)
    return {title: sheet for title, sheet in read if sheet and sheet.lines}


def with_rows(table: Table, further: Mapping[str, Sheet], *, known_by: str) -> Table:
    """Return a table with the rows that stand in further sheets, or with what is wrong with them.

    A row names its line by the number that spreadsheets give it, or by what stands in the
    column `known_by`.
    """
    tables = {column.key: column for column in table_columns(table.columns.values())}
    known = _called(tables.values())
    lines = dict(_lines_by_name(table, known_by))
    rows: dict[str, RowsApart] = {}
    faults: list[CellFault] = []
    for title, sheet in further.items():
        key = known.get(folded(title))
        if key is None or key in rows:
            near = known.get(nearest(title, known) or "")
            about = {"near": dict(tables[near].title)} if near and key is None else {}
            code = "sheet_unknown" if key is None else "sheet_twice"
            faults.append(CellFault(sheet.header.no, "", code, about, {"sheet": title}))
            continue
        apart = table_of(linked_columns(tables[key]), sheet)
        by_line, wrong = ({}, []) if apart.faults else _shared_out(apart, lines)
        rows[key] = RowsApart(title, apart, by_line)
        faults += [replace(one, within={"sheet": title}) for one in (*apart.faults, *wrong)]
    return replace(table, rows=rows, faults=(*table.faults, *faults))


def _shared_out(
    apart: Table, lines: Mapping[str, int]
) -> tuple[dict[int, tuple[Line, ...]], list[CellFault]]:
    found: dict[int, tuple[Line, ...]] = {}
    faults: list[CellFault] = []
    for line in apart.lines:
        written = line.cell(apart.places[ROW_OF])
        no = lines.get(folded(written))
        if no is None:
            code = "no_such_line" if written else "missing"
            about = {"written": written[:80]}
            faults.append(CellFault(line.no, apart.title(ROW_OF), code, about))
        else:
            found[no] = (*found.get(no, ()), line)
    return found, faults


def _lines_by_name(table: Table, known_by: str) -> Iterator[tuple[str, int]]:
    """Go through what each line is called: its number, then what it says, which wins."""
    yield from ((str(line.no), line.no) for line in table.lines)
    place = table.places.get(known_by)
    if place is not None:
        called = [(folded(line.cell(place)), line.no) for line in table.lines]
        times = Counter(name for name, _ in called)
        yield from ((name, no) for name, no in called if name and times[name] == 1)


def _called(columns: Iterable[Column]) -> dict[str, str]:
    """Return the tables by what their sheets may be called."""
    found: dict[str, str] = {}
    for column in columns:
        for name in (column.key, *column.title.values()):
            found.setdefault(folded(name), column.key)
            found.setdefault(folded(_cut(name)), column.key)
    return found


def _cut(title: str) -> str:
    return _FORBIDDEN.sub(" ", title)[:_LONGEST_TITLE].strip()


def _own_titles() -> list[str]:
    titles: list[Text] = [words_for(key) for key in OWN]
    return [title for one in titles for title in one.values()]

"""Reads the cells of a line one by one; each that cannot be read is noted, and reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from workflow.catalogue.cells import Names, day_text, demand_value, files_in, read_cell
from workflow.catalogue.columns import CellFault, Column, places, row_columns
from workflow.catalogue.form_values import Fault
from workflow.catalogue.sheets import Line, Sheet
from workflow.core.fields import Field, FieldType, Text
from workflow.core.folding import plain


@dataclass(frozen=True, slots=True, eq=False)
class RowsApart:
    """The rows of a table field that stand in a sheet of their own."""

    title: str
    table: Table
    by_line: Mapping[int, tuple[Line, ...]]
    """By the number of the line whose they are."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table with where its columns stand."""

    columns: Mapping[str, Column]
    places: Mapping[str, int]
    lines: tuple[Line, ...]
    faults: tuple[CellFault, ...]
    """What is wrong with its header: then no line is read."""
    rows: Mapping[str, RowsApart] = field(default_factory=dict)
    """By table field: its rows, where they stand in a sheet of their own."""

    def title(self, key: str) -> Text:
        """Return what a column is called."""
        column = self.columns.get(key)
        return column.title if column else {}


def table_of(columns: Sequence[Column], sheet: Sheet) -> Table:
    """Return a table with its header understood, or with what is wrong with that."""
    found, faults = places(sheet.header, columns)
    by_key = {column.key: column for column in columns}
    return Table(by_key, found, sheet.lines, tuple(faults))


class Reading:
    """One line being read; what cannot be read is noted and the reading goes on."""

    def __init__(self, table: Table, line: Line, names: Names) -> None:
        self.table = table
        self.line = line
        self.names = names
        self.faults: list[CellFault] = []

    def wrong(self, key: str, fault: Fault) -> None:
        """Note what is wrong with the cell of a column."""
        self.faults.append(self.told(key, fault))

    def told(self, key: str, fault: Fault) -> CellFault:
        """Return a fault with the place of its cell."""
        return CellFault(self.line.no, self.table.title(key), fault.code, fault.particulars)

    def text(self, key: str) -> str:
        """Return what stands in a cell; nothing where the table has no such column."""
        place = self.table.places.get(key)
        return "" if place is None else self.line.cell(place)

    def read(self, key: str, read: Callable[[str], Any]) -> Any:  # noqa: ANN401
        """Return what a cell says, None where it says nothing or cannot be read."""
        text = self.text(key)
        if not text:
            if self.table.columns[key].required:
                self.wrong(key, Fault("missing"))
            return None
        try:
            demand_value(text)
            return read(text)
        except Fault as fault:
            self.wrong(key, fault)
            return None

    def fields(self, *, but: Collection[str] = ()) -> dict[str, Any]:
        """Return what the cells of fields say, but for documents."""
        found: dict[str, Any] = {}
        for key, column in self.table.columns.items():
            spec = column.spec
            if spec is None or key in but or spec.type is FieldType.DOCUMENT:
                continue
            told = spec.type is FieldType.TABLE
            value = self._rows(key, spec) if told else self._cell(key, spec)
            if value is not None:
                found[key] = value
        return found

    def _cell(self, key: str, spec: Field) -> Any:  # noqa: ANN401 - any type of field
        return self.read(key, partial(read_cell, spec, names=self.names))

    def documents(self) -> dict[str, tuple[Mapping[str, Any], ...]]:
        """Return the documents that the cells name, each with its versions."""
        specs = ((key, column.spec) for key, column in self.table.columns.items())
        asked = [(key, one) for key, one in specs if one and one.type is FieldType.DOCUMENT]
        read = {k: self.read(k, partial(files_in, one, names=self.names)) for k, one in asked}
        return {key: tuple(value) for key, value in read.items() if value}

    def _rows(self, key: str, spec: Field) -> list[dict[str, Any]] | None:
        """Return the rows of a table field, from its own sheet or from the cell."""
        apart = self.table.rows.get(key)
        lines = apart.by_line.get(self.line.no, ()) if apart else ()
        typed = self.text(key)
        if typed and lines:
            self.wrong(key, Fault("rows_twice"))
            return None
        readings = [Reading(apart.table, line, self.names) for line in lines] if apart else []
        if typed:
            table = rows_table(spec)
            readings = [Reading(table, line, self.names) for line in rows_in(typed)]
        rows = [reading.fields() for reading in readings]
        self.faults += [
            self._placed(key, fault, apart if lines else None)
            for reading in readings
            for fault in (*reading.too_wide(), *reading.faults)
        ]
        if rows and spec.rows and not spec.rows[0] <= len(rows) <= spec.rows[1]:
            self.wrong(key, Fault("rows", least=spec.rows[0], most=spec.rows[1]))
        return rows or None

    def too_wide(self) -> Iterator[CellFault]:
        """Tell of parts beyond the columns that there are."""
        most = max(self.table.places.values(), default=0) + 1
        if any(self.line.cells[most:]):
            yield CellFault(self.line.no, "", "too_many_parts", {"most": most})

    def _placed(self, key: str, fault: CellFault, apart: RowsApart | None) -> CellFault:
        """Return a fault of a row as one of this line."""
        if apart:
            return replace(fault, within={"sheet": apart.title})
        within = {"row": fault.line, "part": fault.column}
        return replace(fault, line=self.line.no, column=self.table.title(key), within=within)


def rows_table(spec: Field) -> Table:
    """Return the table that rows in a cell make: the columns of the field, in their order."""
    columns = {column.key: column for column in row_columns(spec)}
    return Table(columns, {key: n for n, key in enumerate(columns)}, (), ())


def rows_in(text: str) -> list[Line]:
    """Return the rows that a cell has, one in each line of it, their parts between strokes."""
    parts = (tuple(part.strip() for part in row.split("|")) for row in text.splitlines())
    return [Line(no, row) for no, row in enumerate(filter(any, parts), 1)]


def read_day(text: str) -> date:
    """Read a day as people or programs write it; raise `Fault`."""
    try:
        return date.fromisoformat(day_text(plain(text).partition(" ")[0]))
    except ValueError:
        raise Fault("not_a_date", written=text[:80]) from None

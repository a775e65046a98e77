"""Reads the cells of a line one by one; each that cannot be read is noted, and reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from workflow.catalogue.cells import Names, day_text, demand_value, read_cell
from workflow.catalogue.columns import CellFault, Column, places
from workflow.catalogue.form_values import Fault
from workflow.catalogue.sheets import Line, Sheet
from workflow.core.fields import Text
from workflow.core.folding import plain


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table with where its columns stand."""

    columns: Mapping[str, Column]
    places: Mapping[str, int]
    lines: tuple[Line, ...]
    faults: tuple[CellFault, ...]
    """What is wrong with its header: then no line is read."""

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
        """Return what the cells of fields say."""
        found: dict[str, Any] = {}
        for key, column in self.table.columns.items():
            if column.spec is None or key in but:
                continue
            value = self.read(key, partial(read_cell, column.spec, names=self.names))
            if value is not None:
                found[key] = value
        return found


def read_day(text: str) -> date:
    """Read a day as people or programs write it; raise `Fault`."""
    try:
        return date.fromisoformat(day_text(plain(text).partition(" ")[0]))
    except ValueError:
        raise Fault("not_a_date", written=text[:80]) from None

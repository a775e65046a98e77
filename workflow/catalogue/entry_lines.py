"""Reads the lines of a table as entries of a register, each fault with its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflow.catalogue.cells import Names, folded
from workflow.catalogue.columns import CellFault, entry_columns
from workflow.catalogue.form_values import Fault
from workflow.catalogue.line_reading import Reading, Table, read_day, table_of
from workflow.catalogue.row_sheets import with_rows
from workflow.catalogue.sheets import Sheet
from workflow.core.registers.acts import NewEntry
from workflow.core.registers.types import EntryType


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A line as it was read: an entry, or what is wrong."""

    no: int
    title: str
    entry: NewEntry | None
    faults: tuple[CellFault, ...] = ()


def entry_table(kind: EntryType, sheet: Sheet, further: Mapping[str, Sheet] | None = None) -> Table:
    """Return a table with its header understood, or with what is wrong with that."""
    return with_rows(table_of(entry_columns(kind), sheet), further or {}, known_by=kind.name)


def read_entries(kind: EntryType, table: Table, names: Names) -> Iterator[EntryLine]:
    """Read the lines of a table whose header is right; what stood above in full is a fault."""
    seen: dict[str, int] = {}
    for line in table.lines:
        reading = Reading(table, line, names)
        values = reading.fields()
        holder = reading.read("keeper", names.agency)
        confirmed = reading.read("confirmed_on", read_day)
        earlier = seen.setdefault(folded("|".join(line.cells)), line.no)
        if earlier != line.no:
            reading.wrong(kind.name, Fault("line_twice", line=earlier))
        entry = NewEntry(values, holder, confirmed, before_the_system=True)
        faults = tuple(reading.faults)
        yield EntryLine(line.no, kind.name_of(values), None if faults else entry, faults)

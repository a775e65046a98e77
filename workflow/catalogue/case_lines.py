"""Reads the lines of a table as cases that are under way, each fault with its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any, Final

from workflow.catalogue.cells import Names, agencies_in, day_text, demand_value, pick, read_cell
from workflow.catalogue.columns import FIXED, ROLES, CellFault, Column, case_columns, places
from workflow.catalogue.form_values import Fault
from workflow.catalogue.sheets import Line, Sheet
from workflow.core.acts.answers import Answers
from workflow.core.acts.importing import Holder, UnderWay
from workflow.core.definition import Definition
from workflow.core.fields import Text
from workflow.core.folding import plain
from workflow.core.numbers import is_nup, is_sei_number, read_sei_number

EXTERNAL: Final = "external_number"
_EXTERNAL_KIND: Final = "external_number_kind"
_LONGEST_NUMBER: Final = 60


@dataclass(frozen=True, slots=True)
class Known:
    """What lines may name: agencies, and officers with the agencies that they act for."""

    names: Names = field(default_factory=Names)
    officers: Mapping[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    """By address."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A line as it was read: a case under way, or what is wrong."""

    no: int
    external: str
    title: str
    wish: UnderWay | None
    holder: str = ""
    """Who has it, as it was written."""
    faults: tuple[CellFault, ...] = ()
    notes: tuple[CellFault, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class CaseTable:
    """A table of cases of one type, with where its columns stand."""

    definition: Definition
    columns: Mapping[str, Column]
    places: Mapping[str, int]
    lines: tuple[Line, ...]
    faults: tuple[CellFault, ...]
    """What is wrong with its header: then no line is read."""

    def title(self, key: str) -> Text:
        """Return what a column is called."""
        column = self.columns.get(key)
        return column.title if column else {}


def case_table(definition: Definition, sheet: Sheet) -> CaseTable:
    """Return a table with its header understood, or with what is wrong with that."""
    columns = case_columns(definition)
    found, faults = places(sheet.header, columns)
    by_key = {column.key: column for column in columns}
    return CaseTable(definition, by_key, found, sheet.lines, tuple(faults))


def emails_in(table: CaseTable) -> frozenset[str]:
    """Return the addresses of officers that the lines of a table name."""
    place = table.places.get("holder")
    if place is None:
        return frozenset()
    named = (line.cell(place).lower() for line in table.lines)
    return frozenset(text for text in named if "@" in text)


def read_lines(table: CaseTable, known: Known) -> Iterator[CaseLine]:
    """Read the lines of a table whose header is right; a number that stood above is a fault."""
    seen: dict[str, int] = {}
    for line in table.lines:
        reading = _Reading(table, line, known)
        found = reading.case()
        earlier = seen.setdefault(found.external, found.no) if found.external else found.no
        if earlier != found.no:
            reading.wrong(EXTERNAL, Fault("number_twice", line=earlier))
            found = replace(found, wish=None, faults=tuple(reading.faults))
        yield found


class _Reading:
    """One line being read; what cannot be read is noted and the reading goes on."""

    def __init__(self, table: CaseTable, line: Line, known: Known) -> None:
        self.table = table
        self.line = line
        self.known = known
        self.faults: list[CellFault] = []

    def wrong(self, key: str, fault: Fault) -> None:
        """Note what is wrong with the cell of a column."""
        self.faults.append(self._told(key, fault))

    def _told(self, key: str, fault: Fault) -> CellFault:
        return CellFault(self.line.no, self.table.title(key), fault.code, fault.particulars)

    def _text(self, key: str) -> str:
        place = self.table.places.get(key)
        return "" if place is None else self.line.cell(place)

    def _read(self, key: str, read: Callable[[str], Any]) -> Any:  # noqa: ANN401
        """Return what a cell says, None where it says nothing or cannot be read."""
        text = self._text(key)
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

    def case(self) -> CaseLine:
        """Read the whole line."""
        states = self.table.columns["state"].choices
        self._read("type", lambda text: pick(text, self.table.columns["type"].choices))
        external = self._read(EXTERNAL, _number) or ""
        opener = self._read("opener", self.known.names.agency)
        state = self._read("state", lambda text: pick(text, states))
        opened, entered = self._read("opened_on", _day), self._read("entered_on", _day)
        holder = self._read("holder", self._holder)
        answers = Answers(data=self._data(external), roles=dict(self._roles()))
        wish = None
        if not self.faults:
            wish = UnderWay(opener, state, opened, entered, answers, holder)
        title = str(answers.data.get("subject") or "")
        return CaseLine(
            no=self.line.no,
            external=external,
            title=title,
            wish=wish,
            holder=self._text("holder"),
            faults=tuple(self.faults),
            notes=tuple(self._notes(external)),
        )

    def _data(self, external: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, column in self.table.columns.items():
            spec = column.spec
            if spec is None or key in FIXED:
                continue
            value = self._read(key, partial(read_cell, spec, names=self.known.names))
            if value is not None:
                found[key] = value
        if external and EXTERNAL in self.table.definition.data:
            found[EXTERNAL] = external
            found.setdefault(_EXTERNAL_KIND, _kind(external))
        return found

    def _roles(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for key in self.table.columns:
            if key.startswith(ROLES):
                named = self._read(key, lambda text: agencies_in(text, self.known.names))
                if named:
                    yield key.removeprefix(ROLES), tuple(named)

    def _holder(self, text: str) -> Holder:
        if "@" not in text:
            return Holder((self.known.names.agency(text),))
        found = self.known.officers.get(text.lower())
        if found is None:
            raise Fault("no_such_officer", written=text[:80])
        officer, agencies = found
        if not agencies:
            raise Fault("officer_of_no_agency", written=text[:80])
        return Holder(agencies, officer)

    def _notes(self, external: str) -> Iterator[CellFault]:
        read = read_sei_number(external)
        if read is not None and not read.checks:
            yield self._told(EXTERNAL, Fault("check_digits", written=external))


def _number(text: str) -> str:
    """Read the number of a process elsewhere, those of SEI in their proper spelling."""
    read = read_sei_number(text)
    if len(text) > _LONGEST_NUMBER:
        raise Fault("too_long", most=_LONGEST_NUMBER, actual=len(text))
    return read.number if read else text


def _kind(external: str) -> str:
    if is_sei_number(external):
        return "sei_mg"
    return "nup17" if is_nup(external) else "other"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(day_text(plain(text).partition(" ")[0]))
    except ValueError:
        raise Fault("not_a_date", written=text[:80]) from None

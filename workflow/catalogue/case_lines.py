"""Reads the lines of a table as cases that are under way, each fault with its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import partial
from typing import Any, Final

from workflow.catalogue.cells import Names, agencies_in, pick
from workflow.catalogue.columns import FIXED, ROLES, CellFault, case_columns, is_done_on
from workflow.catalogue.form_values import Fault
from workflow.catalogue.line_reading import Reading, Table, read_day, table_of
from workflow.catalogue.row_sheets import with_rows
from workflow.catalogue.sheets import Line, Sheet
from workflow.core.acts.answers import Answers
from workflow.core.acts.importing import Holder, UnderWay
from workflow.core.definition import Definition
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
class CaseTable(Table):
    """A table of cases of one type."""

    definition: Definition = field(kw_only=True)


def case_table(
    definition: Definition, sheet: Sheet, further: Mapping[str, Sheet] | None = None
) -> CaseTable:
    """Return a table with its header understood, or with what is wrong with that.

    `further` are other sheets of the same file, by what they are called: rows of table fields.
    """
    table = with_rows(table_of(case_columns(definition), sheet), further or {}, known_by=EXTERNAL)
    parts = (getattr(table, part.name) for part in fields(Table))
    return CaseTable(*parts, definition=definition)


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


class _Reading(Reading):
    """One line of a table of cases being read."""

    def __init__(self, table: CaseTable, line: Line, known: Known) -> None:
        super().__init__(table, line, known.names)
        self.definition = table.definition
        self.officers = known.officers

    def case(self) -> CaseLine:
        """Read the whole line."""
        states = self.table.columns["state"].choices
        self.read("type", lambda text: pick(text, self.table.columns["type"].choices))
        external = self.read(EXTERNAL, _number) or ""
        opener = self.read("opener", self.names.agency)
        state = self.read("state", lambda text: pick(text, states))
        opened, entered = self.read("opened_on", read_day), self.read("entered_on", read_day)
        holder = self.read("holder", self._holder)
        data = self._data(external)
        done = dict(self._taken_out(data))
        documents = self.documents()
        answers = Answers(data=data, roles=dict(self._roles()))
        wish = None
        if not self.faults:
            days = opened, entered
            wish = UnderWay(opener, state, *days, answers, holder, done, documents)
        title = str(answers.data.get("subject") or "")
        return CaseLine(
            no=self.line.no,
            external=external,
            title=title,
            wish=wish,
            holder=self.text("holder"),
            faults=tuple(self.faults),
            notes=tuple(self._notes(external)),
        )

    def _data(self, external: str) -> dict[str, Any]:
        found = self.fields(but=FIXED)
        if external and EXTERNAL in self.definition.data:
            found[EXTERNAL] = external
            found.setdefault(_EXTERNAL_KIND, _kind(external))
        return found

    def _taken_out(self, data: dict[str, Any]) -> Iterator[tuple[str, date]]:
        """Take the days on which tasks were done out of what the cells say."""
        for key in [key for key in data if is_done_on(self.definition.data[key])]:
            day, computed = date.fromisoformat(data.pop(key)), self.definition.data[key].computed
            yield from ((task, day) for task in (computed.fields if computed else ()))

    def _roles(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for key in self.table.columns:
            if key.startswith(ROLES):
                role = self.definition.roles[key.removeprefix(ROLES)]
                named = self.read(key, partial(self._agencies, many=role.many))
                if named:
                    yield role.key, tuple(named)

    def _agencies(self, text: str, *, many: bool) -> list[str]:
        named = agencies_in(text, self.names)
        if len(named) > 1 and not many:
            raise Fault("one_agency")
        return named

    def _holder(self, text: str) -> Holder:
        if "@" not in text:
            return Holder((self.names.agency(text),))
        found = self.officers.get(text.lower())
        if found is None:
            raise Fault("no_such_officer", written=text[:80])
        officer, agencies = found
        if not agencies:
            raise Fault("officer_of_no_agency", written=text[:80])
        return Holder(agencies, officer)

    def _notes(self, external: str) -> Iterator[CellFault]:
        read = read_sei_number(external)
        if read is not None and not read.checks:
            yield self.told(EXTERNAL, Fault("check_digits", written=external))


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

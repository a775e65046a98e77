"""Entry types: what a register holds, who keeps it, and how often it is confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from workflow.core.conditions import is_present
from workflow.core.deadlines.ending import same_date, whole_months
from workflow.core.definition import Reminder
from workflow.core.fields import Access, Field, Text
from workflow.core.terms import Term, Unit

_DAY = timedelta(days=1)


class Cycle(StrEnum):
    """A part of the year in each of which an entry is confirmed once."""

    MONTH = "month"
    QUARTER = "quarter"
    SEMESTER = "semester"
    YEAR = "year"


_MONTHS = {Cycle.MONTH: 1, Cycle.QUARTER: 3, Cycle.SEMESTER: 6, Cycle.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Renewal:
    """How long an entry holds after it was confirmed; by a term, or once in each cycle."""

    every: Term | None = None
    cycle: Cycle | None = None
    remind: tuple[Reminder, ...] = ()
    hidden_when_stale: bool = False
    """Whether the public no longer sees what nobody has confirmed in time."""
    case_confirms: bool = False
    """Whether an open case that writes an entry asks for its confirmation, and nobody else."""

    def due_after(self, renewed_on: date) -> date:
        """Return the last day on which an entry confirmed on a day is up to date."""
        if self.cycle is not None:
            return cycle_end(self.cycle, cycle_end(self.cycle, renewed_on) + _DAY)
        assert self.every
        term = whole_months(self.every)
        if term.unit is Unit.MONTHS:
            return same_date(renewed_on, term.amount)
        return renewed_on + timedelta(days=term.amount)


def cycle_end(cycle: Cycle, day: date) -> date:
    """Return the last day of the cycle that a day lies in."""
    months = _MONTHS[cycle]
    first_month = (day.month - 1) // months * months + 1
    return same_date(date(day.year, first_month, 1), months) - _DAY


@dataclass(frozen=True, slots=True)
class Expects:
    """What an entry waits for until somebody says that it was done, as an answer."""

    by: str
    """The field that holds the day by which."""
    met_by: str
    """The field that says that it was done."""
    remind: tuple[Reminder, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class EntryType:
    """One version of one register, as it was declared."""

    key: str
    version: int
    title: Text
    plural: Text
    summary: Text
    prefix: str
    """What the numbers of its entries begin with."""
    owner: str
    """The agency that answers for the register and may correct any entry."""
    kept_by: tuple[str, ...]
    """Who may add entries, in the words of `opened_by`."""
    access: Access
    ground: str | None
    """The legal ground of a restriction."""
    fields: Mapping[str, Field]
    name: str
    """The field that names an entry."""
    also_called: tuple[str, ...] = ()
    """The fields that hold other names of the same thing."""
    found_by: tuple[str, ...] = ()
    """The fields whose words a search looks at besides the name."""
    tells_apart: tuple[str, ...] = ()
    """What must be alike too, besides the name, for two entries to be the same thing."""
    country: str | None = None
    ends_on: str | None = None
    """The date field after which an entry ends by itself."""
    warn: tuple[Reminder, ...] = ()
    """What warns of that day."""
    renewal: Renewal | None = None
    expects: Expects | None = None
    checked: bool = False
    """Whether each entry has a code by which anybody may check it."""
    public_check: tuple[str, ...] = ()
    """What the public page of an entry's code shows."""
    hash: str = ""

    def name_of(self, values: Mapping[str, Any]) -> str:
        """Return how an entry is called."""
        return str(values.get(self.name) or "")

    def country_of(self, values: Mapping[str, Any]) -> str | None:
        """Return the country of an entry, where the register knows one."""
        return values.get(self.country) if self.country else None

    def end_of(self, values: Mapping[str, Any]) -> date | None:
        """Return the last day of an entry, where it has one."""
        written = values.get(self.ends_on) if self.ends_on else None
        return date.fromisoformat(written) if written else None

    def awaited_on(self, values: Mapping[str, Any]) -> date | None:
        """Return by when an entry waits for something that was not done yet."""
        if self.expects is None or is_present(values.get(self.expects.met_by)):
            return None
        written = values.get(self.expects.by)
        return date.fromisoformat(written) if written else None

    def due_after(self, renewed_on: date) -> date | None:
        """Return until when an entry confirmed on a day is up to date; None is for ever."""
        return self.renewal.due_after(renewed_on) if self.renewal else None

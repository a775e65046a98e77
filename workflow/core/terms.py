"""A term as the law writes it: how many, of what, after or before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from workflow.core.errors import MalformedTerm


class Unit(StrEnum):
    """What a term is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working days"
    MONTHS = "months"
    YEARS = "years"
    HOURS = "hours"


class Direction(StrEnum):
    """Which way a term is counted from its start."""

    AFTER = "after"
    BEFORE = "before"


_WRITTEN = re.compile(r"(\d{1,5}) (working day|day|month|year|hour)s?(?: (before|after))?")


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time in the unit of a rule, as `10 working days` or `180 days before`."""

    amount: int
    unit: Unit
    direction: Direction = Direction.AFTER

    def __str__(self) -> str:
        unit = self.unit.value if self.amount != 1 else self.unit.value.removesuffix("s")
        back = " before" if self.direction is Direction.BEFORE else ""
        return f"{self.amount} {unit}{back}"


def about(term: Term) -> float:
    """Measure terms of different units against each other, in days, near enough to compare."""
    days = {Unit.DAYS: 1, Unit.WORKING_DAYS: 7 / 5, Unit.MONTHS: 30, Unit.YEARS: 365}
    return term.amount * days.get(term.unit, 1 / 24)


def parse_term(text: str) -> Term:
    """Read a term as definitions and the command line write it; raise `MalformedTerm`."""
    written = _WRITTEN.fullmatch(text.strip())
    if not written:
        raise MalformedTerm(text)
    amount, unit, direction = written.groups()
    return Term(int(amount), Unit(f"{unit}s"), Direction(direction or "after"))

"""What falls on days in the months ahead, laid out by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from babel.dates import format_skeleton

from web.words.languages import language
from workflow.core.deadlines.ending import same_date
from workflow.services.terms_ahead import MONTHS


class Dated(Protocol):
    """Something that falls on a day."""

    @property
    def on(self) -> date:
        """The day."""


Line = TypeVar("Line", bound=Dated)


@dataclass(frozen=True, slots=True)
class Month(Generic[Line]):
    """A month with what falls in it."""

    first: date
    title: str
    lines: tuple[Line, ...]

    @property
    def key(self) -> str:
        """How the address of the page names it."""
        return self.first.strftime("%Y-%m")


def months(lines: Sequence[Line], first: date) -> tuple[Month[Line], ...]:
    """Lay lines out by month, this one and the twelve that follow; what is older stands here."""
    firsts = [same_date(first, n) for n in range(MONTHS + 1)]
    found = {one: [line for line in lines if line.on.replace(day=1) == one] for one in firsts}
    found[first] = [line for line in lines if line.on < first] + found[first]
    return tuple(
        Month(one, format_skeleton("yMMMM", one, locale=language()), tuple(found[one]))
        for one in firsts
    )

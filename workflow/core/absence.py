"""When one officer may answer for another: nobody for themselves, in turns, or twice at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from workflow.core.errors import Refusal

LONGEST: Final = timedelta(days=366)
"""No substitution lasts longer; one that shall is made anew (house rule)."""


class NoSubstitute(Refusal):
    """The officer cannot answer for the other, or not on those days; `why` says it in a word."""


class SubstituteAbsent(Refusal):
    """Who shall answer for the absent is absent on some of those days: it must be confirmed."""


@dataclass(frozen=True, slots=True)
class Substitution:
    """One officer answers for others between two days, in one agency or wherever they act.

    The absent are several only where the substitution is for a position.
    """

    absent: frozenset[int]
    substitute: int
    first: date
    last: date
    agency: str | None = None
    role: str | None = None
    """Of the position; None is for a person."""

    def meets(self, other: Substitution) -> bool:
        """Say whether both hold on some day in some agency."""
        same_place = None in (self.agency, other.agency) or self.agency == other.agency
        return same_place and self.first <= other.last and other.first <= self.last

    def doubles(self, other: Substitution) -> bool:
        """Say whether two are for the same person or the same position at once."""
        if self.role or other.role:
            return self.meets(other) and (self.role, self.agency) == (other.role, other.agency)
        return self.meets(other) and bool(self.absent & other.absent)


def demand_substitute(
    wanted: Substitution, known: Iterable[Substitution], *, confirmed: bool = False
) -> None:
    """Raise `NoSubstitute`, or `SubstituteAbsent` unless that was confirmed."""
    if wanted.last < wanted.first:
        raise NoSubstitute(why="ends_first")
    if wanted.last - wanted.first >= LONGEST:
        raise NoSubstitute(why="too_long")
    if wanted.substitute in wanted.absent:
        raise NoSubstitute(why="itself")
    others = [other for other in known if other.first <= other.last]
    double = next((other for other in others if wanted.doubles(other)), None)
    if double:
        raise NoSubstitute(why="twice", first=double.first, last=double.last)
    meeting = [other for other in others if wanted.meets(other)]
    if wanted.absent & _reached(wanted.substitute, meeting):
        raise NoSubstitute(why="in_turns")
    if not confirmed and any(wanted.substitute in other.absent for other in meeting):
        raise SubstituteAbsent


def _reached(officer: int, known: Collection[Substitution]) -> set[int]:
    """Return who answers for an officer, for whoever does, and so on."""
    found: set[int] = set()
    ahead = {officer}
    while ahead:
        ahead = set(_answering(ahead, known)) - found
        found |= ahead
    return found


def _answering(officers: set[int], known: Iterable[Substitution]) -> Iterator[int]:
    return (one.substitute for one in known if one.absent & officers)

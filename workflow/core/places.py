"""Places that one case gives and others take: who has one, who waits, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class HoursSpec:
    """Which table of a case says at which hours it holds its places."""

    table: str
    begins: str
    ends: str


@dataclass(frozen=True, slots=True)
class PlacesSpec:
    """What a type says whose cases lead others, and may have places to give."""

    seats: str | None = None
    """The field that says how many places there are; None gives none and only leads."""
    quota: str | None = None
    """The field that says how many of them each agency has before the others."""
    given_in: tuple[str, ...] = ()
    """The states in which places are given."""
    hours: HoursSpec | None = None
    """When it is held: nobody has a place at the same hours in two cases."""


@dataclass(frozen=True, slots=True)
class AwaitsSpec:
    """What a task waits for in another case, which ends it by giving a place or by moving on."""

    case: str
    """The field that names the case."""
    place: str | None = None
    """The outcome that a place gives."""
    ends: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By outcome: the states of the other case that give it."""
    brings: Mapping[str, str] = field(default_factory=dict)
    """Data taken over as the task ends: our field to the field of the other case."""
    person: tuple[str, ...] = ()
    """The fields by any of which two cases are known to be of one person."""
    tells: tuple[str, ...] = ()
    """The fields that the page of the places sums up."""

    def __hash__(self) -> int:
        return hash((self.case, self.place))

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Every outcome that the other case can give."""
        return (*((self.place,) if self.place else ()), *self.ends)

    def outcome_in(self, state: str) -> str | None:
        """Return the outcome that the other case gives in a state, if it gives one."""
        return next((outcome for outcome, states in self.ends.items() if state in states), None)


class PlaceStatus(StrEnum):
    """How somebody who asked for a place stands."""

    WAITING = "waiting"
    GIVEN = "given"
    """The place is theirs; their case has yet to be told."""
    PLACED = "placed"
    LEFT = "left"


HOLDING = (PlaceStatus.GIVEN, PlaceStatus.PLACED)
"""Those who take up a place."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A case that asked for a place in another."""

    case: int
    body: str
    """The agency whose quota it counts for."""
    since: datetime
    """When it was opened: the order of the queue."""
    status: PlaceStatus = PlaceStatus.WAITING
    persons: frozenset[str] = frozenset()
    """What stands for the person who asks."""
    barred_by: str = ""
    """The case in which that person has a place at the same hours."""

    @property
    def turn(self) -> tuple[datetime, int]:
        """The place in the queue; of two opened at once, the case written first."""
        return self.since, self.case


def allot(seats: int, quota: int | None, askings: Iterable[Asking]) -> tuple[Asking, ...]:
    """Return who of those who wait gets a place now, in the order in which they get it.

    Agencies below their quota come first, in the order of the queue, then all others in that
    order. Nobody who holds a place loses it, even where there are fewer seats than before. Who
    has a place elsewhere at the same hours is passed over, and nobody gets two.
    """
    everybody = list(askings)
    holding = [asking for asking in everybody if asking.status in HOLDING]
    queue = _one_each(
        asking
        for asking in everybody
        if asking.status is PlaceStatus.WAITING and not asking.barred_by
    )
    free = max(seats - len(holding), 0)
    held = Counter(asking.body for asking in holding)
    first: list[Asking] = []
    for asking in queue:
        if quota and held[asking.body] < quota:
            held[asking.body] += 1
            first.append(asking)
    others = [asking for asking in queue if asking not in first]
    return tuple([*first, *others][:free])


def _one_each(waiting: Iterable[Asking]) -> list[Asking]:
    """Return those who wait in the order of the queue, each person once."""
    queue: list[Asking] = []
    seen: set[str] = set()
    for asking in sorted(waiting, key=lambda asking: asking.turn):
        if not asking.persons & seen:
            queue.append(asking)
            seen |= asking.persons
    return queue


@dataclass(frozen=True, slots=True)
class Taken:
    """How the places of a case stand."""

    taken: int = 0
    waiting: int = 0


def count(askings: Iterable[Asking]) -> Taken:
    """Return how many have a place and how many wait for one."""
    by_status = Counter(asking.status for asking in askings)
    return Taken(sum(by_status[status] for status in HOLDING), by_status[PlaceStatus.WAITING])

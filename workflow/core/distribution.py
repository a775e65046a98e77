"""Who gets a task that nobody has taken, where an agency gives its tasks out by a rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final


class Distribution(StrEnum):
    """How an agency gives out the tasks that come to it."""

    BY_HAND = "by_hand"
    """Somebody takes a task, or is handed it."""
    SAME_OFFICER = "same_officer"
    """Whoever of the agency last worked on the case; where nobody did or can, the next rule."""
    SHORTEST_QUEUE = "shortest_queue"
    """Whoever has the fewest working days of work."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of an agency, with what decides whether a task is theirs."""

    officer: int
    days: int
    """The working days of what they hold of the agency, as its head sees them."""
    serves: bool = True
    """Whether they are there to do tasks; who is not leads the agency, and does those that
    nobody is there to do."""
    absent: bool = False
    given_at: datetime | None = None
    """When they were last given a task; None is never."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A task of the case that the agency has done before."""

    task: str
    by: tuple[int, ...]
    """Who did it, whoever acted first."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The people of an agency among whom one is chosen, and what the agency did in the case."""

    agency: str
    candidates: tuple[Candidate, ...]
    finished: tuple[Finished, ...] = ()
    """The latest first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets a task, and by which rule in the end."""

    officer: int
    rule: Distribution


_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def choose(
    rule: Distribution, bench: Bench, *, task: str, barred: Collection[int] = ()
) -> Choice | None:
    """Return who gets a task, or None where that is for people to say or nobody can.

    Nobody gets one who is absent or among the `barred`, whom separation of duties keeps from it.
    """
    able = [
        one for one in _at_work(bench.candidates) if not one.absent and one.officer not in barred
    ]
    if rule is Distribution.BY_HAND or not able:
        return None
    if rule is Distribution.SAME_OFFICER:
        free = {one.officer for one in able}
        known = next((who for who in _acquainted(bench.finished, task) if who in free), None)
        if known is not None:
            return Choice(known, rule)
    return Choice(min(able, key=_queue).officer, Distribution.SHORTEST_QUEUE)


def _at_work(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return who is there to do tasks; where nobody is, who leads the agency."""
    return [one for one in candidates if one.serves] or list(candidates)


def _acquainted(finished: Iterable[Finished], task: str) -> Iterator[int]:
    """Go through who worked on the case: on the same task first, the latest first."""
    for one in sorted(finished, key=lambda one: one.task != task):
        yield from one.by


def _queue(one: Candidate) -> tuple[int, datetime, int]:
    return one.days, one.given_at or _NEVER, one.officer

"""When enough tasks of a visit have ended: the words a transition may use after `when`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from workflow.core.errors import Refusal

ANSWERED = "answered"
"""Stands for any outcome that an officer gave; a lapse is not an answer."""


class MalformedJoin(Refusal):
    """The text after `when` is not in the words of the language."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"'{text}' is not a join; write 'any X', 'all X or Y', 'at least 2 X'"
            " or 'majority X', where X is an outcome or 'answered'",
            text=text,
        )


class Quantifier(StrEnum):
    """How many of the tasks of a visit must have ended so."""

    ANY = "any"
    ALL = "all"
    AT_LEAST = "at least"
    MAJORITY = "majority"


class VisitTask(NamedTuple):
    """One task of the present visit as a join sees it: open while it has no outcome."""

    key: str
    slot: str
    outcome: str | None = None
    lapsed: bool = False


_WRITTEN = re.compile(
    r"(any|all|majority|at least (\d{1,4})) ([a-z_0-9]+(?: or [a-z_0-9]+)*)"
    r"(?: of ([a-z_0-9]+(?: and [a-z_0-9]+)*))?"
)


@dataclass(frozen=True, slots=True)
class Join:
    """A join rule such as `all favourable or absent`, over the tasks of one visit."""

    quantifier: Quantifier
    outcomes: tuple[str, ...]
    count: int = 0
    tasks: tuple[str, ...] = ()
    """The tasks it counts, as in `any contrary of legal_opinion`; empty means all of them."""

    def is_met(self, visit: Sequence[VisitTask]) -> bool:
        """Say whether enough tasks have ended; `all` over none is met."""
        counted = [t for t in visit if t.key in self.tasks] if self.tasks else visit
        agreed = 0
        for task in counted:
            if task.outcome is not None and self._counts(task):
                agreed += 1
        match self.quantifier:
            case Quantifier.ANY:
                return agreed > 0
            case Quantifier.ALL:
                return agreed == len(counted)
            case Quantifier.AT_LEAST:
                return agreed >= self.count
            case Quantifier.MAJORITY:
                return 2 * agreed > len(counted)

    def _counts(self, task: VisitTask) -> bool:
        return task.outcome in self.outcomes or (ANSWERED in self.outcomes and not task.lapsed)

    def __str__(self) -> str:
        head = (
            f"at least {self.count}" if self.quantifier is Quantifier.AT_LEAST else self.quantifier
        )
        tail = f" of {' and '.join(self.tasks)}" if self.tasks else ""
        return f"{head} {' or '.join(self.outcomes)}{tail}"


def parse_join(text: str) -> Join:
    """Read the text after `when`; raise `MalformedJoin`."""
    written = _WRITTEN.fullmatch(text.strip())
    if not written:
        raise MalformedJoin(text)
    head, count, outcomes, tasks = written.groups()
    return Join(
        quantifier=Quantifier.AT_LEAST if count else Quantifier(head),
        outcomes=tuple(outcomes.split(" or ")),
        count=int(count or 0),
        tasks=tuple(tasks.split(" and ")) if tasks else (),
    )

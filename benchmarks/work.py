"""The work that every contestant does: an agreement reviewed by three agencies, then approved.

Ten acts for each case, each durable before the next begins: opening with a form of 1 KB, intake,
three opinions claimed and completed, the join, a decision on a field, approval claimed and
completed. This module needs nothing but the standard library: other engines import it from
environments of their own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

AGENCIES: Final = 50
NODES: Final = ("intake", "opinion_a", "opinion_b", "opinion_c", "approval")
OPINIONS: Final = NODES[1:4]
DUE_DAYS: Final = {"intake": 2, "opinion_a": 10, "opinion_b": 10, "opinion_c": 10, "approval": 5}
AMOUNT_LIMIT: Final = 1000
"""Above it an agreement needs approval; every agreement of the work is above it."""
ACTS: Final = 10
FORM: Final = {"opinion": "agree", "comment": "No objection; see annex 2.", "score": 4}
"""What is answered when a task is completed."""

_TEXT: Final = (
    "The parties shall exchange data on schools, health posts and roads under the terms of the "
    "annexes, each keeping its own registers and answering for what it sends. Costs are borne by "
    "whoever causes them; a committee of five meets every quarter and decides by agreement. "
    "Either side may end this instrument in writing, sixty days ahead, without prejudice to work "
    "under way. Personal data travel only where a law commands it, are kept no longer than needed "
    "and erased with proof. Publications name both sides. Doubts are settled between the offices "
    "in charge, failing which before the courts of the capital. Annex one lists the sources, annex "
    "two the formats, annex three the calendar of deliveries and annex four those who answer for "
    "each of them. The instrument runs for two years and may be renewed once for as long. "
)


@dataclass(frozen=True, slots=True)
class Open:
    """A task that waits: what its contestant needs to find it again, and which one it is."""

    task: Any
    node: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How a case stands once the work is done, the same for whoever did it rightly."""

    closed: bool
    completed: tuple[str, ...]
    """The tasks completed, as they are named here, in alphabetical order."""
    open: int


class Contestant(Protocol):
    """Whoever does the work on one database; every act is durable before its method returns."""

    def __init__(self, url: str) -> None: ...

    def prepare(self) -> None:
        """Fill an empty database with what the work needs, once."""

    def connect(self) -> None:
        """Make ready for acts, once in each process."""

    def start(self, payload: dict[str, Any], i: int) -> tuple[Any, list[Open]]:
        """Open the case of a number; return how to find it and its open tasks."""

    def claim(self, task: Any, node: str, i: int) -> None:  # noqa: ANN401 - each has its own
        """Take a task for an officer of the agency that has it."""

    def complete(self, task: Any, node: str, i: int) -> list[Open]:  # noqa: ANN401
        """Answer a task; return the tasks that this opened."""

    def ended(self, case: Any) -> Ended:  # noqa: ANN401
        """Say how a case stands."""

    def history(self, case: Any) -> int:  # noqa: ANN401
        """Count what is kept of what happened."""

    def close(self) -> None:
        """Let go of the database."""


def payload(i: int) -> dict[str, Any]:
    """Return the form of 1 KB that opens a case."""
    cut = i * 7 % len(_TEXT)
    return {
        "subject": f"Interagency data-sharing agreement {i}",
        "description": (_TEXT[cut:] + _TEXT[:cut])[:880],
        "amount": AMOUNT_LIMIT + 1 + i % 1000,
    }


def agency(i: int, node: str) -> int:
    """Return which of the agencies does a task of a case, spread evenly."""
    return (i + NODES.index(node) * 17) % AGENCIES


def officer(i: int, node: str) -> str:
    """Name who works a task of a case."""
    return f"officer {agency(i, node)}"


def do_case(contestant: Contestant, i: int, *, note: Callable[[str, float], None]) -> Any:  # noqa: ANN401 - what the contestant calls a case
    """Do the work once, telling how many seconds each act took; return the case."""
    clock = time.perf_counter

    def timed(kind: str, act: Callable[..., Any], *given: Any) -> Any:  # noqa: ANN401
        before = clock()
        answer = act(*given)
        note(kind, clock() - before)
        return answer

    case, (intake,) = timed("open", contestant.start, payload(i), i)
    opinions = timed("complete", contestant.complete, intake.task, intake.node, i)
    assert sorted(task.node for task in opinions) == list(OPINIONS)
    for task in opinions:
        timed("claim", contestant.claim, task.task, task.node, i)
    for task in opinions:
        after = timed("complete", contestant.complete, task.task, task.node, i)
    (approval,) = after
    timed("claim", contestant.claim, approval.task, approval.node, i)
    timed("complete", contestant.complete, approval.task, approval.node, i)
    return case

"""The counts that an inbox shows at once: each task on its shelves, by type and by opener.

One count is kept for each; what is asked of all types, or of all openers, is their sum. There are
only so many types and agencies, so that costs the same however many tasks there are. Acts note
what moved, and change no count that others change at the same time; the clock counts it in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from workflow.core.change import Change, running_clock
from workflow.core.snapshot import TaskStatus

EVERY: Final = "all"
"""The shelf of every open task of an agency."""
FREE: Final = "free"
"""The shelf of open tasks that nobody has taken."""
WAITING: Final = "waiting"
"""The shelf of open tasks that wait for an answer or for another case."""
DONE: Final = "done"
"""The shelf of completed tasks; `done_by` gives that of one officer."""
ANY: Final = ""
"""Stands for every request type, and for every agency that opened a case, in what is asked."""


class Tally(NamedTuple):
    """Tasks of an agency that are counted together."""

    agency: str
    shelf: str
    type: str
    """Key of the request type."""
    opener: str
    """The agency that opened the case."""


def held_by(officer: int) -> str:
    """Return the shelf of what one officer holds."""
    return str(officer)


def done_by(officer: int) -> str:
    """Return the shelf of what one officer has completed."""
    return f"{DONE}:{officer}"


def open_shelves(assignee: int | None, *, waits: bool) -> Iterator[str]:
    """Go through the shelves on which an open task stands."""
    yield EVERY
    yield FREE if assignee is None else held_by(assignee)
    if waits:
        yield WAITING


def done_shelves(officer: int | None) -> Iterator[str]:
    """Go through the shelves on which a completed task stands."""
    yield DONE
    if officer is not None:
        yield done_by(officer)


class Move(NamedTuple):
    """Where tasks are counted that an act brought or took away."""

    agency: str
    officer: int
    """Who holds the task, or who completed it; 0 is nobody."""
    due_on: date | None
    """The day of a running deadline of an open task."""
    waits: bool
    done: bool
    """Whether it is completed, not open."""


def moves(change: Change) -> dict[Move, int]:
    """Return how many tasks a change brings to each place or takes from it; zeros left out."""
    moved: dict[Move, int] = defaultdict(int)
    gone, come = change.touched_tasks()
    for by, tasks in ((1, come), (-1, gone)):
        for task in tasks:
            waits = bool(task.request or task.child)
            clock = running_clock(task)
            due_on = clock.due_on if clock else None
            moved[Move(task.agency, task.assignee or 0, due_on, waits, False)] += by
    for record in change.tasks:
        if record.status is TaskStatus.COMPLETED:
            by_whom = record.ended_by or 0
            moved[Move(record.task.agency, by_whom, None, waits=False, done=True)] += 1
    return {move: n for move, n in moved.items() if n}

"""The counts that an inbox shows at once: each task on its shelves, under every narrowing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Final, NamedTuple

from workflow.core.change import Change
from workflow.core.snapshot import Task, TaskStatus

EVERY: Final = "all"
"""The shelf of every open task of an agency."""
FREE: Final = "free"
"""The shelf of open tasks that nobody has taken."""
WAITING: Final = "waiting"
"""The shelf of open tasks that wait for an answer or for another case."""
DONE: Final = "done"
"""The shelf of completed tasks; `done_by` gives that of one officer."""
ANY: Final = ""
"""Stands for every request type, and for every agency that opened a case."""


class Tally(NamedTuple):
    """Tasks of an agency that are counted together."""

    agency: str
    shelf: str
    type: str
    """Key of the request type, or `ANY`."""
    opener: str
    """The agency that opened the case, or `ANY`."""


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


def spread(agency: str, shelf: str, of_type: str, opener: str) -> Iterator[Tally]:
    """Go through the counts to which one task on a shelf belongs."""
    for type_, opener_ in product((ANY, of_type), (ANY, opener)):
        yield Tally(agency, shelf, type_, opener_)


def tally_deltas(change: Change) -> dict[Tally, int]:
    """Return by how much a change makes each count grow or shrink; zeros left out."""
    moved: Counter[tuple[str, str]] = Counter()
    for task in change.after.tasks:
        moved.update((task.agency, shelf) for shelf in _shelves(task))
    for task in change.before.tasks if change.before else ():
        moved.subtract((task.agency, shelf) for shelf in _shelves(task))
    for record in change.tasks:
        if record.status is TaskStatus.COMPLETED:
            shelves = done_shelves(record.ended_by)
            moved.update((record.task.agency, shelf) for shelf in shelves)
    case = change.after
    counted = {
        tally: n
        for (agency, shelf), n in moved.items()
        if n
        for tally in spread(agency, shelf, case.definition.key, case.opener)
    }
    return dict(sorted(counted.items()))


def _shelves(task: Task) -> Iterator[str]:
    return open_shelves(task.assignee, waits=bool(task.request or task.child))

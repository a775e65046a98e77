"""The counts that an inbox shows at once: each task on its shelves, by type and by opener.

Acts keep one count for each; what is asked of all types, or of all openers, is their sum. There
are only so many types and agencies, so that costs the same however many tasks there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
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


def tally_deltas(change: Change) -> dict[Tally, int]:
    """Return by how much a change makes each count grow or shrink; zeros left out."""
    moved: dict[tuple[str, str], int] = defaultdict(int)
    gone, come = change.touched_tasks()
    for by, tasks in ((1, come), (-1, gone)):
        for task in tasks:
            for shelf in _shelves(task):
                moved[task.agency, shelf] += by
    for record in change.tasks:
        if record.status is TaskStatus.COMPLETED:
            for shelf in done_shelves(record.ended_by):
                moved[record.task.agency, shelf] += 1
    of_type, opener = change.after.definition.key, change.after.opener
    places = sorted(place for place, n in moved.items() if n)
    return {Tally(*place, of_type, opener): moved[place] for place in places}


def _shelves(task: Task) -> Iterator[str]:
    return open_shelves(task.assignee, waits=bool(task.request or task.child))

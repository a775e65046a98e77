"""The counts that an inbox shows at once: each task on its shelves, by type and by opener.

One count is kept for each; what is asked of all types, or of all openers, is their sum. There are
only so many types and agencies, so that costs the same however many tasks there are. Acts note
what moved, and change no count that others change at the same time; the clock counts it in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from workflow.core.change import Change, TaskRecord, running_clock
from workflow.core.snapshot import Task, TaskStatus

EVERY: Final = "all"
"""The shelf of every open task of an agency."""
FREE: Final = "free"
"""The shelf of open tasks that nobody has taken."""
WAITING: Final = "waiting"
"""The shelf of open tasks that wait for an answer or for another case."""
OPEN: Final = "open"
"""Stands for an open task that waits for nothing, in what moves; on no shelf of its own."""
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


Spot: TypeAlias = tuple[str, int, date | None]
"""Where a task is counted in its agency: as `OPEN`, `WAITING` or `DONE`; by who holds it, or who
completed it, where 0 is nobody; by the day of a running deadline of an open task."""

Move: TypeAlias = tuple[str, Spot | None, Spot | None]
"""A task that an act brought to an agency, took from it, or counts elsewhere in it: the agency,
where the task is gone from, and where it has come."""


def moves(change: Change) -> list[Move]:
    """Return which tasks a change counts elsewhere than before."""
    found: list[Move] = []
    for record in change.tasks:
        found += _moved(_before(change, record.task.no), record)
    return found


def _before(change: Change, no: int) -> Task | None:
    for task in change.before.tasks if change.before else ():
        if task.no == no:
            return task
    return None


def _moved(before: Task | None, record: TaskRecord) -> list[Move]:
    agency, gone, come = record.task.agency, _open(before) if before else None, _come(record)
    if before and before.agency != agency:
        left: list[Move] = [(before.agency, gone, None)]
        return [*left, (agency, None, come)] if come else left
    return [(agency, gone, come)] if gone != come else []


def _come(record: TaskRecord) -> Spot | None:
    """Return where a task is counted after an act; None where it was not completed but ended."""
    if record.status is TaskStatus.COMPLETED:
        return DONE, record.ended_by or 0, None
    return _open(record.task) if record.ended_at is None else None


def _open(task: Task) -> Spot:
    clock = running_clock(task)
    kind = WAITING if task.request or task.child else OPEN
    return kind, task.assignee or 0, clock.due_on if clock else None

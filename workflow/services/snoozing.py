"""Putting a task aside until a day: an arrangement of its holder, which stops no deadline."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from workflow.core.acts.tasks import holder_or_head
from workflow.core.errors import Refusal
from workflow.core.snapshot import Task
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.base import NOBODY
from workflow.storage.snoozes import forget_past, put_aside, take_back

LONGEST: Final = timedelta(days=180)
"""How far ahead a task without a running deadline can be put aside (house rule)."""


class SnoozeOutOfReach(Refusal):
    """A task is put aside for at least a day, and never beyond its own deadline."""


def snooze(uow: UnitOfWork, number: str, no: int, until: date) -> None:
    """Put a task aside until a day, on which it is back by itself.

    Whoever holds it may, and the head; what nobody has taken, anybody of its agency. Raise
    `UnknownCase`, `UnknownTask`, `NotAssigned`, `ActNotAllowed` or `SnoozeOutOfReach`.
    """
    loaded = uow.load(number)
    task = loaded.snapshot.task(no)
    by = holder_or_head(loaded.snapshot, task, uow.powers)
    last = last_day(task, today=uow.today)
    if by.officer is None or not uow.today < until <= last:
        raise SnoozeOutOfReach(number=number, task=no, last=last if last > uow.today else None)
    with uow.writing() as connection:
        forget_past(connection, agency=task.agency, today=uow.today)
        put_aside(
            connection,
            (loaded.case_id, no),
            agency=task.agency,
            holder=task.assignee or NOBODY,
            until=until,
            by=by.officer,
            at=uow.now,
        )


def wake(uow: UnitOfWork, number: str, no: int) -> bool:
    """Put a task back on its lists; return whether it had been put aside.

    Raise what `snooze` raises for whoever may not.
    """
    loaded = uow.load(number)
    holder_or_head(loaded.snapshot, loaded.snapshot.task(no), uow.powers)
    with uow.writing() as connection:
        return take_back(connection, (loaded.case_id, no))


def last_day(task: Task, *, today: date) -> date:
    """Return the last day until which a task can be put aside: that of its deadline."""
    clock = task.clock
    running = clock is not None and clock.still_since is None
    return clock.due_on if clock and running else today + LONGEST

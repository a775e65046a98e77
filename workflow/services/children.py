"""Cases that other cases open: the child is opened, and its end ends the task it was doing."""

from __future__ import annotations

from workflow.core.acts import children
from workflow.core.acts.answers import Answers
from workflow.services.cases import open_case
from workflow.services.notices import CLOCK_POWERS
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.jobs import ClaimedJob
from workflow.storage.queries.due import number_of, parents_of


def open_child(uow: UnitOfWork, job: ClaimedJob) -> None:
    """Open the case that another asked for, once, and note it in the one that asked.

    Raise what `cases.open_case` and `acts.children.child_opened` raise.
    """
    wanted, clock = job.payload, uow.as_powers(CLOCK_POWERS)
    parent = wanted["parent"]
    opened = open_case(
        clock,
        wanted["type"],
        opener=wanted["opener"],
        answers=Answers(data=wanted["data"]),
        key=job.key,
        parent=parent,
    )
    clock.act(
        parent,
        lambda case, now: children.child_opened(
            case, opened.number, relation=wanted["relation"], no=wanted["no"], now=now
        ),
        key=f"{job.key}:noted",
    )
    # The child may have ended before its parent knew of it.
    ended = clock.load(opened.number).snapshot.result
    if ended is not None:
        _end_task(clock, parent, opened.number, ended.value, key=f"{job.key}:ended")


def child_closed(uow: UnitOfWork, job: ClaimedJob) -> None:
    """End, in whatever case asked for it, the task that a closed case was doing."""
    assert job.case_id is not None
    clock = uow.as_powers(CLOCK_POWERS)
    with clock.reading() as connection:
        child = number_of(connection, job.case_id)
        parents = parents_of(connection, job.case_id)
    for parent in parents:
        _end_task(clock, parent, child, job.payload["result"], key=f"{job.key}:{parent}")


def _end_task(clock: UnitOfWork, parent: str, child: str, result: str, *, key: str) -> None:
    """End the task of a parent that waits for a child; nothing where none does."""
    waiting = clock.load(parent).snapshot.tasks
    if any(task.child == child for task in waiting):
        clock.act(
            parent,
            lambda case, now: children.child_closed(case, child, result, now=now),
            key=key,
        )

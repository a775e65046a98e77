"""What officers have typed into the forms of tasks and not sent, kept for them alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.core.errors import UnknownTask
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.drafts import forget_task_drafts, save_task_draft


def keep_draft(
    uow: UnitOfWork, number: str, no: int, typed: Mapping[str, Any], *, revision: int
) -> None:
    """Keep what the acting officer typed, over what was kept before; raise `UnknownTask`."""
    if uow.powers.officer is None:
        raise UnknownTask(number=number, task=no)
    with uow.writing() as connection:
        save_task_draft(
            connection,
            uow.powers.officer,
            case_number=number,
            task_no=no,
            data=typed,
            revision=revision,
            at=uow.now,
        )


def drop_drafts(uow: UnitOfWork, number: str, no: int) -> None:
    """Delete what anybody typed into the form of a task that has ended."""
    with uow.as_keeper().writing() as connection:
        forget_task_drafts(connection, case_number=number, task_no=no)


def drop_own_draft(uow: UnitOfWork, number: str, no: int) -> None:
    """Throw away what the acting officer typed, by keeping nothing in its place.

    Raise `UnknownCase`: nothing is kept for a case that is not there for them.
    """
    uow.load(number)
    keep_draft(uow, number, no, {}, revision=0)

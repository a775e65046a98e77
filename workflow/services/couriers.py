"""Whoever takes letters away: what is asked of them, and what is noted of each attempt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Connection

from workflow.services.mail import AnyLetter
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.jobs import ClaimedJob, complete, fail
from workflow.storage.notices import log_delivery
from workflow.storage.queries.due import SENT

DELAYED, REFUSED = "delayed", "refused"


class NotDelivered(Exception):  # noqa: N818 - a fact, like a refusal
    """The mail was not taken over; `for_good` when trying again is of no use."""

    def __init__(self, detail: str, *, for_good: bool = False) -> None:
        super().__init__(detail)
        self.for_good = for_good


class Courier(Protocol):
    """Whoever puts letters into words and takes them away."""

    def deliver(self, letter: AnyLetter) -> None:
        """Hand a letter over; raise `NotDelivered`."""


def hand_over(
    uow: UnitOfWork,
    job: ClaimedJob,
    courier: Courier,
    letter: AnyLetter,
    *,
    notices: Sequence[int] = (),
    patience: timedelta | None = None,
) -> None:
    """Give a letter to the courier; note how it went for its notices, and settle its job.

    What is not taken over for good is given up, all else tried again within `patience`.
    """
    try:
        courier.deliver(letter)
    except NotDelivered as failure:
        with uow.writing() as connection:
            log_attempt(connection, uow, job, notices, failure=failure)
            fail(connection, job, error=str(failure), final=failure.for_good, patience=patience)
        return
    with uow.writing() as connection:
        # Logged whoever has the job by now, so that nobody sends it again.
        log_attempt(connection, uow, job, notices)
        complete(connection, job)


def log_attempt(
    connection: Connection,
    uow: UnitOfWork,
    job: ClaimedJob,
    notices: Iterable[int],
    *,
    failure: NotDelivered | None = None,
) -> None:
    """Note how an attempt went, for each notice that was to be sent."""
    failed = REFUSED if failure and failure.for_good else DELAYED
    for notice in notices:
        log_delivery(
            connection,
            notice_id=notice,
            job_id=job.id,
            attempt=job.attempt,
            at=uow.now,
            result=failed if failure else SENT,
            detail=str(failure)[:500] if failure else None,
        )

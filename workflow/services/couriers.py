"""Whoever takes letters away: what is asked of them, and what is noted of each attempt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import Connection

from workflow.services.mail import AnyLetter
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.jobs import ClaimedJob
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

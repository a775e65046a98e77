"""Sending mail: at least once, and once in effect.

A mail that was handed over twice, because the process died in between, carries the same
`Message-ID` both times.
"""

from __future__ import annotations

from workflow.services.case_view import world_of
from workflow.services.couriers import Courier, NotDelivered, hand_over
from workflow.services.daily import send_digest
from workflow.services.mail import compose, still_owed
from workflow.services.notices import LeaseLost
from workflow.services.personal import send_personal
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.jobs import ClaimedJob, complete, extend
from workflow.storage.load import load_case
from workflow.storage.queries.due import withdraw_one
from workflow.storage.queries.notices import notice_to_send

__all__ = ["Courier", "NotDelivered", "send"]


def send(uow: UnitOfWork, job: ClaimedJob, courier: Courier) -> None:
    """Send the mail of a job unless it was sent or is no longer owed; log the attempt.

    Raise `LeaseLost` if another worker has the job.
    """
    if "personal" in job.payload:
        send_personal(uow, job, courier)
        return
    if "digest" in job.payload:
        send_digest(uow, job, courier)
        return
    with uow.reading() as connection:
        key, officer = tuple(job.payload["key"]), job.payload["officer"]
        row = notice_to_send(connection, job.case_id or 0, key=key, officer_id=officer)
        definitions = uow.installation.definition
        loaded = load_case(connection, case_id=job.case_id, definitions=definitions)
        done = row is None or bool(row.withdrawn_at) or row.was_sent
    if row is None or loaded is None or done:
        _finish(uow, job)
        return
    if not (row.active and still_owed(row, loaded.snapshot)):
        _withdraw(uow, job, row.id)
        return
    with uow.writing() as connection:
        if not extend(connection, job):
            raise LeaseLost(job.key)
    world = world_of(uow, loaded)
    letter = compose(row, loaded.snapshot, world, today=uow.today)
    hand_over(uow, job, courier, letter, notices=[letter.notice_id])


def _withdraw(uow: UnitOfWork, job: ClaimedJob, notice_id: int) -> None:
    with uow.writing() as connection:
        withdraw_one(connection, notice_id, at=uow.now)
        if not complete(connection, job):
            raise LeaseLost(job.key)


def _finish(uow: UnitOfWork, job: ClaimedJob) -> None:
    with uow.writing() as connection:
        complete(connection, job)

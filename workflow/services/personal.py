"""Telling officers what is about no case: who answers for whom, and what they now are.

It is always told at once, on the pages and by mail, as it changes what a person may do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from workflow.core.change import JobKind
from workflow.services.couriers import Courier, hand_over
from workflow.services.issuing import APP, EMAIL
from workflow.services.mail import PersonalLetter
from workflow.services.notices import LeaseLost
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import notices as storage
from workflow.storage.jobs import ClaimedJob, complete, enqueue, extend
from workflow.storage.queries.notices import personal_notice


def tell_person(
    connection: Connection, officer_id: int, kind: str, *, key: str, params: Mapping[str, Any]
) -> None:
    """Leave to the clock to tell an officer something; once by its key."""
    payload = {"officer": officer_id, "kind": kind, "params": dict(params), "key": key}
    enqueue(connection, JobKind.TELL_PERSON, key=f"{JobKind.TELL_PERSON}:{key}", payload=payload)


def issue_personal(uow: UnitOfWork, job: ClaimedJob, *, mails: bool) -> None:
    """Write what an officer is told, and the work of sending it; raise `LeaseLost`."""
    told = job.payload
    with uow.writing() as connection:
        for channel in (APP, EMAIL) if mails else (APP,):
            notice_id = storage.add_personal(
                connection,
                told["officer"],
                told["kind"],
                key=told["key"],
                channel=channel,
                params=told["params"],
                at=uow.now,
            )
            if channel == EMAIL:
                enqueue(
                    connection,
                    JobKind.SEND_MAIL,
                    key=f"{JobKind.SEND_MAIL}:{told['key']}",
                    payload={"personal": notice_id},
                )
        if not complete(connection, job):
            raise LeaseLost(job.key)


def send_personal(uow: UnitOfWork, job: ClaimedJob, courier: Courier) -> None:
    """Send the mail of a notice that is about no case, once; raise `LeaseLost`."""
    with uow.reading() as connection:
        row = personal_notice(connection, job.payload["personal"])
        owed = row is not None and row.active and not row.was_sent
    if row is None or not owed:
        with uow.writing() as connection:
            complete(connection, job)
        return
    with uow.writing() as connection:
        if not extend(connection, job):
            raise LeaseLost(job.key)
    letter = PersonalLetter(
        notice_id=row.id,
        kind=row.kind,
        name=row.name,
        address=row.email,
        language=row.language,
        fictional=row.fictional,
        facts=row.params,
    )
    hand_over(uow, job, courier, letter, notices=[row.id])

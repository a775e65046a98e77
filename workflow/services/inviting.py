"""Sending the link that sets a password: made when it is sent, and known to its mail alone."""

from __future__ import annotations

from workflow.services.couriers import Courier, hand_over
from workflow.services.mail import InvitationLetter
from workflow.services.notices import LeaseLost
from workflow.services.people import invite
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.jobs import PATIENCE, ClaimedJob, complete, extend
from workflow.storage.officers import contact
from workflow.storage.queries.staff import person


def send_invitation(uow: UnitOfWork, job: ClaimedJob, courier: Courier) -> None:
    """Send an officer a new link, and let earlier ones work no more; raise `LeaseLost`."""
    with uow.writing() as connection:
        whom = contact(connection, job.payload["officer"])
        known = person(connection, job.payload["officer"])
        if not extend(connection, job):
            raise LeaseLost(job.key)
    if whom is None or not known.active:
        with uow.writing() as connection:
            complete(connection, job)
        return
    made = invite(uow, whom.email)
    letter = InvitationLetter(
        officer_id=whom.id,
        name=whom.name,
        address=whom.email,
        language=whom.language,
        fictional=whom.fictional,
        token=made.token,
        expires_at=made.expires_at,
    )
    hand_over(uow, job, courier, letter, patience=PATIENCE)

"""Sending the link that sets a password: made when it is sent, and known to its mail alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from workflow.services.couriers import Courier, hand_over
from workflow.services.mail import InvitationLetter
from workflow.services.notices import LeaseLost
from workflow.services.people import invite
from workflow.services.tokens import digest, new_token
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.jobs import PATIENCE, ClaimedJob, complete, extend
from workflow.storage.officers import Contact, add_invitation, close_invitations, contact
from workflow.storage.queries.staff import person

RESET_LASTS: Final = timedelta(minutes=30)


def send_invitation(uow: UnitOfWork, job: ClaimedJob, courier: Courier) -> None:
    """Send an officer a new link, and let earlier ones work no more; raise `LeaseLost`."""
    whom = _whom(uow, job)
    if whom is not None:
        made = invite(uow, whom.email)
        letter = _letter(whom, made.token, made.expires_at)
        hand_over(uow, job, courier, letter, patience=PATIENCE)


def send_reset(uow: UnitOfWork, job: ClaimedJob, courier: Courier) -> None:
    """Send who forgot the password a link that serves for half an hour; raise `LeaseLost`.

    Earlier links of this kind work no more; nobody is sent anything for an unknown address.
    """
    whom = _whom(uow, job)
    if whom is None:
        return
    token, ends = new_token(), uow.now + RESET_LASTS
    with uow.writing() as connection:
        close_invitations(connection, whom.id, uow.now, resets=True)
        add_invitation(connection, digest(token), officer_id=whom.id, expires_at=ends, resets=True)
    hand_over(uow, job, courier, _letter(whom, token, ends, resets=True), patience=RESET_LASTS)


def _whom(uow: UnitOfWork, job: ClaimedJob) -> Contact | None:
    """Return to whom a link is to be sent; end the job where that is nobody any more."""
    with uow.writing() as connection:
        whom = contact(connection, job.payload["officer"])
        if not extend(connection, job):
            raise LeaseLost(job.key)
        if whom is not None and person(connection, whom.id).active:
            return whom
        complete(connection, job)
    return None


def _letter(whom: Contact, token: str, ends: datetime, *, resets: bool = False) -> InvitationLetter:
    return InvitationLetter(
        officer_id=whom.id,
        name=whom.name,
        address=whom.email,
        language=whom.language,
        fictional=whom.fictional,
        token=token,
        expires_at=ends,
        resets=resets,
    )

"""Choosing a password: by invitation, by a link for who forgot it, or knowing the present one."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from workflow.core.change import JobKind
from workflow.core.errors import Refusal
from workflow.services.passwords import (
    Known,
    WeakPassword,
    check_strength,
    hash_password,
    matches,
)
from workflow.services.personal import tell_person
from workflow.services.sign_in import Entrance, SignedIn, begin_session
from workflow.services.throttle import TooManyAttempts, admit, welcome
from workflow.services.tokens import digest
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import officers, sessions, staff
from workflow.storage.jobs import enqueue
from workflow.storage.officers import Invited
from workflow.storage.queries.people import officer_by_email
from workflow.storage.queries.staff import person

__all__ = (
    "InvitationUnknown",
    "Invited",
    "PasswordWrong",
    "TooManyAttempts",
    "WeakPassword",
    "accept_invitation",
    "ask_reset",
    "change_password",
    "invitation",
)

ONE_MAIL_IN: Final = timedelta(minutes=10)
"""However often it is asked, one link is sent in so long a time."""


class InvitationUnknown(Refusal):
    """The invitation was used, has run out or never was."""


class PasswordWrong(Refusal):
    """The present password is another."""


def invitation(uow: UnitOfWork, token: str) -> Invited:
    """Return who is invited; raise `InvitationUnknown`."""
    with uow.reading() as connection:
        invited = officers.open_invitation(connection, digest(token), uow.now)
    if invited is None:
        raise InvitationUnknown
    return invited


def accept_invitation(
    uow: UnitOfWork, token: str, password: str, *, known: Known | None = None
) -> None:
    """Set the password of the invited officer, once, and end the officer's other sessions.

    Nobody is signed in by it: a second factor is asked for as at any other time. Raise
    `InvitationUnknown` or `WeakPassword`.
    """
    invited = invitation(uow, token)
    check_strength(password, personal=(invited.name, invited.email), known=known)
    kept = hash_password(password)
    with uow.writing() as connection:
        officer_id = officers.use_invitation(connection, digest(token), uow.now)
        if officer_id is None:
            raise InvitationUnknown
        officers.close_invitations(connection, officer_id, uow.now)
        if person(connection, officer_id).signed_up:
            _tell(connection, uow, officer_id)
        _set_password(connection, officer_id, kept)


def ask_reset(uow: UnitOfWork, email: str, *, address: str) -> None:
    """Have a link sent to whoever forgot the password; raise `TooManyAttempts`.

    The same is done for an address that nobody has, so that neither the answer nor its time
    tells whether there is an account.
    """
    email = email.strip().lower()
    admit(uow, f"reset {email}", f"reset {address}")
    with uow.reading() as connection:
        account = officer_by_email(connection, email)
    window = int(uow.now.timestamp() // ONE_MAIL_IN.total_seconds())
    key = f"{JobKind.RESET}:{digest(email)[:32]}:{window}"
    with uow.writing() as connection:
        payload = {"officer": account.id if account else 0}
        enqueue(connection, JobKind.RESET, key=key, payload=payload)


def change_password(
    uow: UnitOfWork,
    officer_id: int,
    present: str,
    password: str,
    *,
    entrance: Entrance,
    known: Known | None = None,
) -> SignedIn:
    """Set another password and begin a session in the place of all there are.

    Raise `TooManyAttempts`, `PasswordWrong` or `WeakPassword`.
    """
    account = f"password {officer_id}"
    admit(uow, account, entrance.address)
    with uow.reading() as connection:
        whose = officers.contact(connection, officer_id)
        found = officer_by_email(connection, whose.email) if whose else None
    kept = found.password_hash if found else None
    if not matches(kept, present) or whose is None:
        raise PasswordWrong
    check_strength(password, personal=(whose.name, whose.email), known=known)
    new = hash_password(password)
    with uow.writing() as connection:
        begun = begin_session(connection, uow, officer_id, entrance=entrance)
        officers.close_invitations(connection, officer_id, uow.now, resets=True)
        _tell(connection, uow, officer_id)
        _set_password(connection, officer_id, new, but=begun.token)
        welcome(connection, account, entrance.address)
    return begun


def _set_password(connection: Connection, officer_id: int, kept: str, *, but: str = "") -> None:
    """Write the password and end the sessions that were begun with another."""
    officers.change_officer(connection, officer_id, password_hash=kept)
    sessions.end_sessions_of(connection, officer_id, but=digest(but) if but else "")


def _tell(connection: Connection, uow: UnitOfWork, officer_id: int) -> None:
    """Let its owner know that a password was changed, and write it into their history."""
    staff.note_staff(connection, "password_changed", officer_id, at=uow.now, by=officer_id)
    key = f"password_changed:{officer_id}:{uow.now.isoformat()}"
    tell_person(connection, officer_id, "password_changed", key=key, params={})

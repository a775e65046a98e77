"""Signing in and out, and who is behind a session: accounts with passwords kept here."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from workflow.core.errors import NotAssigned, Refusal
from workflow.core.network import Network
from workflow.core.offices import Office
from workflow.core.powers import Powers
from workflow.services.passwords import (
    WeakPassword,
    check_strength,
    hash_password,
    matches,
    needs_rehash,
)
from workflow.services.standing import agencies_of, current_agency, powers_of
from workflow.services.throttle import TooManyAttempts, admit, welcome
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import attempts, officers, sessions
from workflow.storage.officers import Invited
from workflow.storage.queries.people import officer_by_email, signed_in

__all__ = (
    "InvitationUnknown",
    "Invited",
    "Limits",
    "Principal",
    "SignInRefused",
    "SignedIn",
    "TooManyAttempts",
    "WeakPassword",
    "accept_invitation",
    "change_password",
    "digest",
    "forget_the_past",
    "invitation",
    "principal",
    "save_preferences",
    "sign_in",
    "sign_out",
    "switch_agency",
)

SEEN_EVERY = timedelta(minutes=5)
"""How exact the last use of a session is kept; more would write on every page."""


class SignInRefused(Refusal):
    """The address or the password is wrong; it is not told which."""


class InvitationUnknown(Refusal):
    """The invitation was used, has run out or never was."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts without being used, and at all."""

    idle: timedelta = timedelta(hours=2)
    absolute: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just begun; its token is known to the browser only."""

    token: str
    officer_id: int


@dataclass(frozen=True, slots=True)
class Principal:
    """The officer behind a session, and all that they may act for today."""

    officer_id: int
    name: str
    email: str
    language: str
    theme: str
    shortcuts: bool
    administrator: bool
    agencies: tuple[tuple[str, str], ...]
    """Code and name of each agency to choose from, absent colleagues' included."""
    current_agency: str
    csrf: str
    powers: Powers
    unread: int = 0
    """How many notices wait to be read."""
    absent: Mapping[int, str] = field(default_factory=dict)
    """The names of the colleagues for whom the officer answers today."""
    absent_until: Mapping[int, date] = field(default_factory=dict)
    """The last day on which the officer answers for each of them."""
    administers: bool = False
    """Whether there are agencies whose people the officer administers."""
    coordinates: bool = False
    """Whether the officer coordinates the whole network."""


def sign_in(
    uow: UnitOfWork, email: str, password: str, *, address: str, limits: Limits | None = None
) -> SignedIn:
    """Begin a session for whoever knows the password of an account.

    Raise `TooManyAttempts` or `SignInRefused`, alike for accounts that do not exist.
    """
    limits = limits or Limits()
    email = email.strip().lower()
    admit(uow, email, address)
    with uow.reading() as connection:
        account = officer_by_email(connection, email)
    kept = account.password_hash if account else None
    if not matches(kept, password) or account is None or kept is None:
        raise SignInRefused
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    renewed = hash_password(password) if needs_rehash(kept) else None
    with uow.writing() as connection:
        sessions.add_session(
            connection,
            digest(token),
            officer_id=account.id,
            csrf=csrf,
            at=uow.now,
            expires_at=uow.now + limits.absolute,
            address_hash=digest(address),
        )
        if renewed:
            officers.change_officer(connection, account.id, password_hash=renewed)
        welcome(connection, email, address)
    return SignedIn(token, account.id)


def principal(
    uow: UnitOfWork, token: str, *, limits: Limits | None = None, seen: bool = True
) -> Principal | None:
    """Return who is behind a session, or None if it has ended; one SELECT.

    What a page asks by itself is no sign that somebody is there: then it is not `seen`.
    """
    limits = limits or Limits()
    hashed = digest(token)
    with uow.reading() as connection:
        known = signed_in(connection, hashed, now=uow.now, today=uow.today)
    if known is None or known.seen_at + limits.idle <= uow.now:
        return None
    if seen and uow.now - known.seen_at >= SEEN_EVERY:
        with uow.writing() as connection:
            sessions.note_seen(connection, hashed, uow.now)
    network = uow.installation.world(known.versions).network
    powers = powers_of(known, network, today=uow.today)
    office = Office(powers, network)
    return Principal(
        officer_id=known.officer_id,
        name=known.name,
        email=known.email,
        language=known.language,
        theme=known.theme,
        shortcuts=known.shortcuts,
        administrator=known.administrator,
        agencies=tuple((code, _name(network, code)) for code in agencies_of(known)),
        current_agency=current_agency(known),
        csrf=known.csrf,
        powers=powers,
        unread=known.unread,
        absent={held.of: held.of_name for held in known.substituted},
        absent_until={
            held.of: date.fromisoformat(held.until)
            for held in sorted(known.substituted, key=lambda held: held.until)
        },
        administers=known.administrator or office.administers_any,
        coordinates=office.coordinates,
    )


def sign_out(uow: UnitOfWork, token: str) -> None:
    """End a session."""
    with uow.writing() as connection:
        sessions.end_session(connection, digest(token))


def switch_agency(uow: UnitOfWork, token: str, agency: str) -> None:
    """Act for another agency from now on; raise `NotAssigned` if it is none of the officer's."""
    known = principal(uow, token)
    if known is None or agency not in dict(known.agencies):
        raise NotAssigned(agency=agency)
    with uow.writing() as connection:
        sessions.choose_agency(connection, digest(token), agency)


def save_preferences(
    uow: UnitOfWork, officer_id: int, *, language: str, theme: str, shortcuts: bool | None = None
) -> None:
    """Keep how an officer wants pages to look."""
    values: dict[str, object] = {"language": language, "theme": theme}
    if shortcuts is not None:
        values["shortcuts"] = shortcuts
    with uow.writing() as connection:
        officers.change_officer(connection, officer_id, **values)


def invitation(uow: UnitOfWork, token: str) -> Invited:
    """Return who is invited; raise `InvitationUnknown`."""
    with uow.reading() as connection:
        invited = officers.open_invitation(connection, digest(token), uow.now)
    if invited is None:
        raise InvitationUnknown
    return invited


def accept_invitation(uow: UnitOfWork, token: str, password: str) -> None:
    """Set the password of the invited officer, once, and end the officer's other sessions.

    Raise `InvitationUnknown` or `WeakPassword`.
    """
    invited = invitation(uow, token)
    check_strength(password, personal=(invited.name, invited.email))
    kept = hash_password(password)
    with uow.writing() as connection:
        officer_id = officers.use_invitation(connection, digest(token), uow.now)
        if officer_id is None:
            raise InvitationUnknown
        officers.close_invitations(connection, officer_id, uow.now)
        officers.change_officer(connection, officer_id, password_hash=kept)
        sessions.end_sessions_of(connection, officer_id)


def change_password(uow: UnitOfWork, officer_id: int, password: str) -> None:
    """Set an officer's password and end their sessions; raise `WeakPassword`."""
    with uow.reading() as connection:
        person = officers.contact(connection, officer_id)
    check_strength(password, personal=(person.name, person.email) if person else ())
    kept = hash_password(password)
    with uow.writing() as connection:
        officers.change_officer(connection, officer_id, password_hash=kept)
        sessions.end_sessions_of(connection, officer_id)


def forget_the_past(uow: UnitOfWork, *, limits: Limits | None = None) -> int:
    """Remove sessions and attempts that no longer matter; return how many rows."""
    idle = (limits or Limits()).idle
    with uow.writing() as connection:
        ended = sessions.forget_sessions(connection, unseen_since=uow.now - idle, at=uow.now)
        return ended + attempts.forget_attempts(connection, uow.now)


def digest(secret: str) -> str:
    """Return what is kept of a token: enough to recognise it, not to use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _name(network: Network, code: str) -> str:
    agency = network.get(code)
    return agency.name if agency else code

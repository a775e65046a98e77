"""Coming in by the word of a provider of identity: who is sent there, and who they are here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from workflow.catalogue.providers import ADMINISTRATOR, Provider
from workflow.core.errors import Refusal
from workflow.services.farewells import sessions_elsewhere
from workflow.services.openid.judging import Proven
from workflow.services.openid.refusals import (
    ErrandOver,
    IdentityTaken,
    IdentityUnknown,
    LastDoor,
    LevelTooLow,
    NotTheSame,
)
from workflow.services.personal import tell_person
from workflow.services.sealing import SealBrokenError, Sealer
from workflow.services.sign_in import Entrance, SignedIn, begin_session
from workflow.services.throttle import admit_often
from workflow.services.tokens import digest, new_token
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import identities as storage
from workflow.storage import officers, sessions, staff
from workflow.storage.factors import has_factor
from workflow.storage.queries.feeds import held_by

ERRAND_LASTS: Final = timedelta(minutes=15)
"""How long somebody may take at the provider."""
ERRANDS: Final = 60
"""How often one address may send somebody in a window; an office may share an address."""
WINDOW: Final = timedelta(minutes=10)
LONGEST_WAY: Final = 2_000


class Purpose(StrEnum):
    """What somebody is sent to a provider for."""

    ENTER = "enter"
    LINK = "link"
    """To be recognised by it from now on."""
    CONFIRM = "confirm"
    """To prove once more who is signed in."""


class UnknownIdentity(Refusal):
    """The officer has no such link."""


@dataclass(frozen=True, slots=True)
class Returned:
    """Somebody back from a provider, as they were sent there."""

    purpose: Purpose
    officer_id: int | None
    way_on: str
    kept: str
    """The form they had not sent yet."""
    begun_at: datetime


# --- Errands -----------------------------------------------------------------------------------


def send(
    uow: UnitOfWork,
    provider: Provider,
    purpose: Purpose,
    *,
    officer_id: int | None,
    way_on: str,
    kept: str,
    sealer: Sealer,
    address: str,
) -> str:
    """Note that somebody is sent to a provider; return the token by which they are known again.

    Only their browser has it, and all that belongs to the attempt is made of it. Raise
    `TooManyAttempts`.
    """
    admit_often(uow, "errand", digest(address)[:32], most=ERRANDS, window=WINDOW)
    token = new_token()
    with uow.writing() as connection:
        storage.add_errand(
            connection,
            token_hash=digest(token),
            provider=provider.key,
            purpose=purpose,
            officer_id=officer_id,
            way_on=way_on[:LONGEST_WAY],
            kept=sealer.seal(kept, for_what=_kept(token)) if kept else None,
            begun_at=uow.now,
            expires_at=uow.now + ERRAND_LASTS,
        )
    return token


def returned(uow: UnitOfWork, provider: Provider, token: str, *, sealer: Sealer) -> Returned:
    """Return what somebody was sent to a provider for, once; raise `ErrandOver`."""
    with uow.writing() as connection:
        row = storage.take_errand(connection, digest(token), uow.now)
    if row is None or row.provider != provider.key:
        raise ErrandOver
    try:
        kept = sealer.opened(row.kept, for_what=_kept(token)) if row.kept else ""
    except SealBrokenError:
        kept = ""
    return Returned(Purpose(row.purpose), row.officer_id, row.way_on, kept, row.begun_at)


def _kept(token: str) -> str:
    return f"kept on the errand {digest(token)}"


# --- Coming in ---------------------------------------------------------------------------------


def enter(
    uow: UnitOfWork, provider: Provider, proven: Proven, *, sealer: Sealer, entrance: Entrance
) -> SignedIn:
    """Begin a session for whoever a provider knows as one of our officers.

    Who has a second factor is to show it next, unless the provider has seen one and that is
    believed. Who was invited by the address that it has verified is linked, where that is
    allowed. Raise `IdentityUnknown`, `IdentityTaken` or `LevelTooLow`; no account is ever made.
    """
    with uow.writing() as connection:
        known = storage.identity(connection, proven.issuer, _subjects(proven, sealer))
        if known is None:
            known = _invited(connection, uow, provider, proven, sealer)
        if known is None or not known.active:
            raise IdentityUnknown(provider.title)
        return _let_in(connection, uow, known, provider, proven, sealer=sealer, entrance=entrance)


def confirm(
    uow: UnitOfWork,
    provider: Provider,
    proven: Proven,
    *,
    officer_id: int,
    sealer: Sealer,
    entrance: Entrance,
) -> SignedIn:
    """Begin a session anew for whoever is signed in, and has proven it once more.

    Raise `NotTheSame` or `LevelTooLow`.
    """
    with uow.writing() as connection:
        known = storage.identity(connection, proven.issuer, _subjects(proven, sealer))
        if known is None or known.officer_id != officer_id or not known.active:
            raise NotTheSame(provider.title)
        return _let_in(connection, uow, known, provider, proven, sealer=sealer, entrance=entrance)


def _let_in(
    connection: Connection,
    uow: UnitOfWork,
    known: Row[Any],
    provider: Provider,
    proven: Proven,
    *,
    sealer: Sealer,
    entrance: Entrance,
) -> SignedIn:
    _demand_level(connection, uow, provider, proven, known)
    subject, *_former = _subjects(proven, sealer)
    storage.note_used(connection, known.id, subject, uow.now)
    awaits = not proven.strong and has_factor(connection, known.officer_id)
    return begin_session(
        connection,
        uow,
        known.officer_id,
        entrance=entrance,
        awaits_factor=awaits,
        issuer=proven.issuer,
        elsewhere=next(iter(sessions_elsewhere(proven.issuer, proven.session, sealer)), None),
        strong=proven.strong,
    )


def _demand_level(
    connection: Connection, uow: UnitOfWork, provider: Provider, proven: Proven, known: Row[Any]
) -> None:
    """Refuse whom the provider knows too little for what they are, or answer for, here."""
    own, lent = held_by(connection, known.officer_id, today=uow.today)
    posts = {held.role for held in (*own, *lent)}
    least = provider.least_for(posts | ({ADMINISTRATOR} if known.administrator else set()))
    if not provider.reaches(proven.level, least):
        raise LevelTooLow(provider.title, least=least, level=proven.level)


def _invited(
    connection: Connection, uow: UnitOfWork, provider: Provider, proven: Proven, sealer: Sealer
) -> Row[Any] | None:
    """Link who was invited by the address that a provider has verified, if that is allowed."""
    if not provider.links_invited or not proven.email:
        return None
    whom = storage.invited_by(connection, proven.email, uow.now)
    if whom is None:
        return None
    subject, *_former = _subjects(proven, sealer)
    try:
        _link(connection, uow, provider, subject, officer_id=whom.id)
    except IntegrityError as error:  # in another window, at the same moment
        raise IdentityTaken(provider.title) from error
    officers.close_invitations(connection, whom.id, uow.now)
    return storage.identity(connection, proven.issuer, [subject])


# --- Links -------------------------------------------------------------------------------------


def links_of(uow: UnitOfWork, officer_id: int) -> dict[str, Row[Any]]:
    """Return who an officer is at providers, by issuer."""
    with uow.reading() as connection:
        return {row.issuer: row for row in storage.identities_of(connection, officer_id)}


def link(
    uow: UnitOfWork, provider: Provider, proven: Proven, *, officer_id: int, sealer: Sealer
) -> None:
    """Let an officer come in as who they are at a provider; raise `IdentityTaken`."""
    subjects = _subjects(proven, sealer)
    try:
        with uow.writing() as connection:
            known = storage.identity(connection, proven.issuer, subjects)
            if known is None:
                _link(connection, uow, provider, subjects[0], officer_id=officer_id)
            elif known.officer_id != officer_id:  # by a former mark, which the database knows not
                raise IdentityTaken(provider.title)
    except IntegrityError as error:
        raise IdentityTaken(provider.title) from error


def unlink(
    uow: UnitOfWork, officer_id: int, identity_id: int, *, title: str, but: str = ""
) -> None:
    """Let an officer come in by a link no more, and end what began by it, `but` this session.

    Raise `UnknownIdentity` or `LastDoor`.
    """
    with uow.writing() as connection:
        gone = storage.drop_identity(connection, identity_id, officer_id=officer_id)
        if gone is None:
            raise UnknownIdentity
        if not storage.doors_of(connection, officer_id):
            raise LastDoor
        sessions.end_sessions_by(connection, officer_id, gone.issuer, but=digest(but))
        _note(connection, uow, "identity_unlinked", officer_id, key=identity_id, name=title)


def _link(
    connection: Connection, uow: UnitOfWork, provider: Provider, subject: str, *, officer_id: int
) -> None:
    added = storage.add_identity(
        connection,
        officer_id=officer_id,
        issuer=provider.issuer,
        subject=subject,
        linked_at=uow.now,
    )
    _note(connection, uow, "identity_linked", officer_id, key=added, name=provider.title)


def _subjects(proven: Proven, sealer: Sealer) -> tuple[str, ...]:
    """Return by what a subject is recognised, the mark of today first, then those of former keys.

    At gov.br it is the CPF, and is not kept.
    """
    return sealer.marks(proven.subject, for_what=proven.issuer)


def _note(
    connection: Connection, uow: UnitOfWork, kind: str, officer_id: int, *, key: int, name: str
) -> None:
    """Write what was done into the officer's history, and have them told."""
    staff.note_staff(connection, kind, officer_id, at=uow.now, by=officer_id, name=name)
    tell_person(
        connection, officer_id, kind, key=f"{kind}:{officer_id}:{key}", params={"name": name}
    )

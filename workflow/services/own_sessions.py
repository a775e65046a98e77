"""Where an officer is signed in, and how they sign out there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.services.sign_in import Limits
from workflow.services.tokens import digest
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import sessions

NAME = 16
"""Letters of the hash of a token by which its session is named: it cannot be used from them."""


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One browser at which an officer is signed in."""

    name: str
    device: str
    since: datetime
    seen_at: datetime
    is_this: bool
    """Whether it is the one that asks."""


def my_sessions(
    uow: UnitOfWork, officer_id: int, token: str, *, limits: Limits
) -> list[OwnSession]:
    """List where an officer is signed in, the last used first."""
    this = digest(token)
    with uow.reading() as connection:
        rows = sessions.sessions_of(connection, officer_id, now=uow.now)
    return [
        OwnSession(
            row.token_hash[:NAME],
            row.device,
            row.created_at,
            uow.now if row.token_hash == this else row.seen_at,
            row.token_hash == this,
        )
        for row in rows
        if row.seen_at + limits.idle > uow.now or row.token_hash == this
    ]


def end_one(uow: UnitOfWork, officer_id: int, name: str) -> None:
    """Sign an officer out at one browser; what is not theirs stays as it is."""
    if len(name) == NAME:
        with uow.writing() as connection:
            sessions.end_session_named(connection, officer_id, name)


def end_all(uow: UnitOfWork, officer_id: int, *, but: str = "") -> None:
    """Sign an officer out everywhere, perhaps but where a token is held."""
    with uow.writing() as connection:
        sessions.end_sessions_of(connection, officer_id, but=digest(but) if but else "")


def end_sessions(uow: UnitOfWork, officer_id: int | None) -> int:
    """Sign an officer out everywhere, or everybody; return how many sessions ended."""
    with uow.writing() as connection:
        return sessions.end_sessions_of(connection, officer_id)

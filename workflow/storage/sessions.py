"""Sessions as rows: how they begin, change and end; `queries.people` says who is behind one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from workflow.storage.people import Session


def add_session(
    connection: Connection,
    token_hash: str,
    *,
    officer_id: int,
    csrf: str,
    at: datetime,
    expires_at: datetime,
    device: str = "",
    awaits_factor: bool = False,
    issuer: str | None = None,
    elsewhere: str | None = None,
    strong: bool = False,
) -> None:
    """Begin a session, for the agency that the officer acted for last."""
    last = (
        select(Session.agency)
        .where(Session.officer_id == officer_id)
        .order_by(Session.created_at.desc())
        .limit(1)
    )
    connection.execute(
        insert(Session).values(
            token_hash=token_hash,
            officer_id=officer_id,
            csrf=csrf,
            agency=last.scalar_subquery(),
            created_at=at,
            seen_at=at,
            expires_at=expires_at,
            device=device,
            awaits_factor=awaits_factor,
            issuer=issuer,
            elsewhere=elsewhere,
            strong=strong,
        )
    )


def note_seen(connection: Connection, token_hash: str, at: datetime) -> None:
    """Note when a session was last used."""
    _change(connection, token_hash, seen_at=at)


def choose_agency(connection: Connection, token_hash: str, agency: str) -> None:
    """Note which agency the officer acts for from now on."""
    _change(connection, token_hash, agency=agency)


def _change(connection: Connection, token_hash: str, **values: object) -> None:
    connection.execute(update(Session).where(Session.token_hash == token_hash).values(**values))


def end_session(connection: Connection, token_hash: str) -> str | None:
    """End one session; return by the word of which provider it had begun, if by any."""
    over = delete(Session).where(Session.token_hash == token_hash).returning(Session.issuer)
    return connection.execute(over).scalar_one_or_none()


def end_sessions_of(connection: Connection, officer_id: int | None, *, but: str = "") -> int:
    """End every session of an officer, or of all, perhaps but one; return how many."""
    ended = delete(Session).where(Session.token_hash != but)
    whose = ended if officer_id is None else ended.where(Session.officer_id == officer_id)
    return connection.execute(whose).rowcount


def end_sessions_by(connection: Connection, officer_id: int, issuer: str, *, but: str) -> None:
    """End the sessions of an officer that began by the word of a provider, perhaps but one."""
    begun = (Session.officer_id == officer_id, Session.issuer == issuer)
    connection.execute(delete(Session).where(*begun, Session.token_hash != but))


def end_sessions_left(
    connection: Connection, issuer: str, *, officer_id: int | None, elsewhere: Collection[str]
) -> int:
    """End what began by the word of a provider with somebody who left it; return how many.

    All of an officer, or what began with one session there; of an officer also what began with
    a session there that has no name.
    """
    begun = delete(Session).where(Session.issuer == issuer)
    if officer_id is not None:
        begun = begun.where(Session.officer_id == officer_id)
    if elsewhere:
        unnamed = [] if officer_id is None else [Session.elsewhere.is_(None)]
        begun = begun.where(or_(Session.elsewhere.in_(elsewhere), *unnamed))
    return connection.execute(begun).rowcount


def end_session_named(connection: Connection, officer_id: int, name: str) -> None:
    """End the session of an officer whose hash begins so."""
    named = func.substr(Session.token_hash, 1, len(name)) == name
    connection.execute(delete(Session).where(Session.officer_id == officer_id, named))


def sessions_of(connection: Connection, officer_id: int, *, now: datetime) -> list[Row[Any]]:
    """List the sessions of an officer that have not run out, the last used first."""
    wanted = (
        select(Session.token_hash, Session.device, Session.created_at, Session.seen_at)
        .where(Session.officer_id == officer_id, Session.awaits_factor.is_(False))
        .where(Session.expires_at > now)
    )
    return list(connection.execute(wanted.order_by(Session.seen_at.desc(), Session.token_hash)))


# --- Between the password and the second factor ----------------------------------------------


def halfway(connection: Connection, token_hash: str, now: datetime) -> int | None:
    """Return who has shown the password and is asked for the second factor, or None."""
    wanted = select(Session.officer_id).where(
        Session.token_hash == token_hash, Session.awaits_factor, Session.expires_at > now
    )
    return connection.execute(wanted).scalar_one_or_none()


def end_halfway(connection: Connection, token_hash: str) -> Row[Any] | None:
    """Return what is halfway and take it away for the session that follows; once."""
    over = delete(Session).where(Session.token_hash == token_hash, Session.awaits_factor)
    found: Row[Any] | None = connection.execute(over.returning(Session.__table__)).first()
    return found


def keep_challenge(connection: Connection, token_hash: str, challenge: str) -> None:
    """Note what a passkey is to sign next."""
    _change(connection, token_hash, challenge=challenge)


def take_challenge(connection: Connection, token_hash: str) -> str | None:
    """Return what a passkey is to have signed, once."""
    which = Session.token_hash == token_hash
    kept = connection.execute(select(Session.challenge).where(which)).scalar_one_or_none()
    taken = update(Session).where(which, Session.challenge == kept).values(challenge=None)
    return kept if kept and connection.execute(taken).rowcount == 1 else None


def forget_sessions(connection: Connection, *, unseen_since: datetime, at: datetime) -> int:
    """Remove the sessions that have ended by themselves; return how many."""
    over = or_(Session.seen_at < unseen_since, Session.expires_at <= at)
    return connection.execute(delete(Session).where(over)).rowcount

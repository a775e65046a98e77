"""Sessions as rows: how they begin, change and end; `queries.people` says who is behind one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from workflow.storage.people import Session


def add_session(
    connection: Connection,
    token_hash: str,
    *,
    officer_id: int,
    csrf: str,
    at: datetime,
    expires_at: datetime,
    address_hash: str,
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
            address_hash=address_hash,
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


def end_session(connection: Connection, token_hash: str) -> None:
    """End one session."""
    connection.execute(delete(Session).where(Session.token_hash == token_hash))


def end_sessions_of(connection: Connection, officer_id: int) -> None:
    """End every session of an officer."""
    connection.execute(delete(Session).where(Session.officer_id == officer_id))


def forget_sessions(connection: Connection, *, unseen_since: datetime, at: datetime) -> int:
    """Remove the sessions that have ended by themselves; return how many."""
    over = or_(Session.seen_at < unseen_since, Session.expires_at <= at)
    return connection.execute(delete(Session).where(over)).rowcount

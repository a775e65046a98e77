"""Officers, memberships and invitations: how they are written, and read whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, insert, select, update

from workflow.storage.imports import raise_version
from workflow.storage.network import NETWORK_VERSION
from workflow.storage.people import Invitation, Membership, Officer
from workflow.storage.sessions import end_sessions_of


class Contact(NamedTuple):
    """An officer as somebody to be told, chosen or named."""

    id: int
    name: str
    email: str
    language: str
    fictional: bool


class Invited(NamedTuple):
    """Who an open invitation is for."""

    officer_id: int
    name: str
    email: str
    resets: bool = False
    """Whether they asked for it themselves, as the password was forgotten."""


# --- Accounts -------------------------------------------------------------------------------


def contact(connection: Connection, officer_id: int) -> Contact | None:
    """Return an officer's name and address, or None."""
    row = connection.execute(_contacts().where(Officer.id == officer_id)).one_or_none()
    return Contact(*row) if row else None


def change_officer(connection: Connection, officer_id: int, **values: object) -> None:
    """Change what is kept of an officer; whose account is closed is in nowhere any more."""
    connection.execute(update(Officer).where(Officer.id == officer_id).values(**values))
    if values.get("active") is False:
        end_sessions_of(connection, officer_id)
    if "active" in values:
        raise_version(connection, NETWORK_VERSION)


def add_officer(connection: Connection, *, email: str, **values: object) -> int:
    """Add an officer and return the id."""
    added = insert(Officer).values(email=email.lower(), **values).returning(Officer.id)
    number: int = connection.execute(added).scalar_one()
    return number


def officers_by_email(connection: Connection) -> dict[str, Mapping[str, Any]]:
    """Return every officer's row, by e-mail address."""
    rows = connection.execute(select(Officer.__table__)).mappings()
    return {row["email"]: dict(row) for row in rows}


def has_administrator(connection: Connection) -> bool:
    """Say whether anybody administers the installation."""
    wanted = select(Officer.id).where(Officer.administrator, Officer.active).limit(1)
    return connection.execute(wanted).first() is not None


# --- Who belongs where ----------------------------------------------------------------------


def memberships(connection: Connection) -> list[Mapping[str, Any]]:
    """Return every membership, ended ones too."""
    columns = (Membership.id, Membership.officer_id, Membership.agency, Membership.role)
    wanted = select(*columns, Membership.valid_from, Membership.valid_to)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def add_memberships(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add memberships; the next decision knows who acts where."""
    if listed := [dict(row) for row in rows]:
        connection.execute(insert(Membership), listed)
        raise_version(connection, NETWORK_VERSION)


def change_membership(
    connection: Connection, membership_id: int, *, valid_from: date, valid_to: date | None
) -> None:
    """Set the first and the last day of a membership."""
    changed = update(Membership).where(Membership.id == membership_id)
    connection.execute(changed.values(valid_from=valid_from, valid_to=valid_to))
    raise_version(connection, NETWORK_VERSION)


def _contacts() -> Select[*tuple[Any, ...]]:
    return select(Officer.id, Officer.name, Officer.email, Officer.language, Officer.fictional)


# --- Invitations ----------------------------------------------------------------------------


def add_invitation(
    connection: Connection,
    token_hash: str,
    *,
    officer_id: int,
    expires_at: datetime,
    resets: bool = False,
) -> None:
    """Keep an invitation, of which only the hash is known here."""
    values = {"token_hash": token_hash, "officer_id": officer_id, "expires_at": expires_at}
    connection.execute(insert(Invitation).values(resets=resets, **values))


def open_invitation(connection: Connection, token_hash: str, at: datetime) -> Invited | None:
    """Return who may still use an invitation, or None."""
    wanted = (
        select(Officer.id, Officer.name, Officer.email, Invitation.resets)
        .join(Invitation, Invitation.officer_id == Officer.id)
        .where(Invitation.token_hash == token_hash, Officer.active, _is_open(at))
    )
    row = connection.execute(wanted).one_or_none()
    return Invited(*row) if row else None


def use_invitation(connection: Connection, token_hash: str, at: datetime) -> int | None:
    """Use an invitation up, once; return whose it was, or None if it can no longer be used."""
    used = update(Invitation).where(Invitation.token_hash == token_hash, _is_open(at))
    taken = connection.execute(used.values(used_at=at).returning(Invitation.officer_id))
    return taken.scalar_one_or_none()


def close_invitations(
    connection: Connection, officer_id: int, at: datetime, *, resets: bool = False
) -> None:
    """Let no earlier invitation of an officer be used any more, or only none that resets."""
    still = update(Invitation).where(Invitation.officer_id == officer_id, _is_open(at))
    still = still.where(Invitation.resets) if resets else still
    connection.execute(still.values(used_at=at))


def _is_open(at: datetime) -> ColumnElement[bool]:
    return and_(Invitation.used_at.is_(None), Invitation.expires_at > at)

"""Who officers are at providers of identity, and who has just been sent there, as rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    ForeignKey,
    Row,
    Select,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId
from workflow.storage.people import Invitation, Officer


class Identity(Base):
    """An officer as a provider of identity knows them."""

    __tablename__ = "identity"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("officer_id", "issuer"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    issuer: Mapped[str]
    subject: Mapped[str]
    """Recognised by the key of the installation, and not to be read: it may be a CPF."""
    linked_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Errand(Base):
    """Somebody sent to a provider to prove who they are, until they come back; once."""

    __tablename__ = "errand"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    provider: Mapped[str]
    purpose: Mapped[str]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), index=True)
    """Who was signed in and wants it, where it is not to come in."""
    way_on: Mapped[str]
    """The page of ours they are going to."""
    kept: Mapped[str | None]
    """The form they had not sent yet, sealed by the key of the installation."""
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime]


# --- Errands -----------------------------------------------------------------------------------


def add_errand(connection: Connection, **values: object) -> None:
    """Keep who is sent to a provider, and why."""
    connection.execute(insert(Errand).values(**values))


def take_errand(connection: Connection, token_hash: str, now: datetime) -> Row[Any] | None:
    """Return an errand once; None if it was taken before, or too long ago begun."""
    whose = (Errand.token_hash == token_hash, Errand.expires_at > now)
    return connection.execute(delete(Errand).where(*whose).returning(Errand.__table__)).first()


def forget_errands(connection: Connection, at: datetime) -> int:
    """Remove those from which nobody came back; return how many."""
    return connection.execute(delete(Errand).where(Errand.expires_at <= at)).rowcount


# --- Identities --------------------------------------------------------------------------------


def identity(connection: Connection, issuer: str, subjects: Collection[str]) -> Row[Any] | None:
    """Return the officer who is a subject at a provider, active or not, with the id of the link.

    The subject may be kept under any of several marks.
    """
    wanted: Select[*tuple[Any, ...]] = (
        select(Identity.id, Identity.officer_id, Officer.administrator, Officer.active)
        .join(Officer, Officer.id == Identity.officer_id)
        .where(Identity.issuer == issuer, Identity.subject.in_(subjects))
    )
    return connection.execute(wanted).first()


def identities_of(connection: Connection, officer_id: int) -> list[Row[Any]]:
    """List who an officer is at providers, the oldest link first."""
    wanted = select(Identity.__table__).where(Identity.officer_id == officer_id)
    return list(connection.execute(wanted.order_by(Identity.id)))


def add_identity(connection: Connection, **values: object) -> int:
    """Keep who an officer is at a provider; `IntegrityError` where either is linked already."""
    number: int = connection.execute(
        insert(Identity).values(**values).returning(Identity.id)
    ).scalar_one()
    return number


def note_used(connection: Connection, identity_id: int, subject: str, at: datetime) -> None:
    """Note when somebody came in by a link, and by what mark they are known from now on."""
    used = update(Identity).where(Identity.id == identity_id)
    connection.execute(used.values(used_at=at, subject=subject))


def drop_identity(connection: Connection, identity_id: int, *, officer_id: int) -> Row[Any] | None:
    """Forget a link of an officer and return it, or None if it is not theirs."""
    one_at_a_time = select(Officer.id).where(Officer.id == officer_id)
    # Else two that go at once would each take the other for the last way in.
    connection.execute(one_at_a_time.with_for_update(key_share=True))
    whose = (Identity.id == identity_id, Identity.officer_id == officer_id)
    return connection.execute(delete(Identity).where(*whose).returning(Identity.__table__)).first()


def doors_of(connection: Connection, officer_id: int) -> int:
    """Count the ways in that an officer has: the password, and each provider."""
    links = select(func.count()).where(Identity.officer_id == officer_id)
    password = select(func.count()).where(
        Officer.id == officer_id, Officer.password_hash.is_not(None)
    )
    both = select(links.scalar_subquery() + password.scalar_subquery())
    total: int = connection.execute(both).scalar_one()
    return total


def invited_by(connection: Connection, email: str, at: datetime) -> Row[Any] | None:
    """Return who was invited by an address and has not come in yet by any way."""
    waits = (
        select(Invitation.token_hash)
        .where(Invitation.officer_id == Officer.id, Invitation.resets.is_(False))
        .where(Invitation.used_at.is_(None), Invitation.expires_at > at)
    )
    linked = select(Identity.id).where(Identity.officer_id == Officer.id)
    wanted: Select[*tuple[Any, ...]] = select(Officer.id).where(
        Officer.email == email,
        Officer.active.is_(True),
        Officer.password_hash.is_(None),
        waits.exists(),
        ~linked.exists(),
    )
    return connection.execute(wanted).first()

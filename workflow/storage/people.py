"""People as rows: officers, what they may act for and when, sessions, throttled sign-ins."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from workflow.core.offices import Post
from workflow.storage.base import Base, BigId

MembershipRole = Post


class Officer(Base):
    """A person who acts for agencies."""

    __tablename__ = "officer"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    """In lower case."""
    password_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="pt_BR")
    theme: Mapped[str] = mapped_column(default="system")
    shortcuts: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    administrator: Mapped[bool] = mapped_column(default=False)
    fictional: Mapped[bool] = mapped_column(default=False)
    """A demo person, who must never receive mail."""
    created_at: Mapped[datetime]


class Membership(Base):
    """The days on which an officer may act for an agency, and as what."""

    __tablename__ = "membership"
    __table_args__ = (Index(None, "agency"), Index(None, "officer_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    agency: Mapped[str]
    role: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Substitution(Base):
    """The days on which one officer answers for another, in one agency or in all.

    Or for whoever holds a position: then nobody is named, but an agency and a role.
    """

    __tablename__ = "substitution"
    __table_args__ = (
        Index(None, "absent_id"),
        Index(None, "substitute_id"),
        Index(None, "agency"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    absent_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    substitute_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    agency: Mapped[str | None]
    role: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    """Brought forward when it is ended early, so that only dates tell whether it holds."""
    reason: Mapped[str]
    created_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    key: Mapped[str | None] = mapped_column(unique=True)
    """Of the form that made it, so that a form sent twice makes one."""
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))


class Invitation(Base):
    """A link that lets an officer set a password, once."""

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    resets: Mapped[bool] = mapped_column(default=False)
    """Asked for by somebody who forgot the password, not by whoever administers people."""


class Session(Base):
    """Somebody signed in at a browser; only the hash of the token is known here."""

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    csrf: Mapped[str]
    agency: Mapped[str | None]
    """The agency that the officer acts for just now."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(default="")
    """Which browser on what, in a few words, by which its owner knows it again."""
    awaits_factor: Mapped[bool] = mapped_column(default=False)
    """The password was right, and the second factor is still to be shown: nobody is in yet."""
    challenge: Mapped[str | None]
    """What a passkey is to sign next, once."""
    issuer: Mapped[str | None]
    """By the word of which provider of identity it began; without one a password was shown."""
    elsewhere: Mapped[str | None]
    """The session at that provider, as the key of the installation recognises it again."""
    strong: Mapped[bool] = mapped_column(default=False)
    """Whether that provider has seen a second factor, as far as the installation believes it."""


class SignInAttempt(Base):
    """Failures to sign in from one address to one account, and until when it must wait."""

    __tablename__ = "sign_in_attempt"

    account: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    count: Mapped[int]
    blocked_until: Mapped[datetime | None]

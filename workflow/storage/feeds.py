"""Private calendars as rows: who may fetch which, and what each was told of which deadline."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId


class Feed(Base):
    """A calendar that an officer's programs fetch; only the hash of its address is known here."""

    __tablename__ = "feed"
    __table_args__ = (UniqueConstraint("officer_id", "agency"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    agency: Mapped[str]
    """Whose deadlines it tells; empty for the officer's own."""
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    """None once it is revoked."""
    created_at: Mapped[datetime]
    """When the present address was given."""
    fetched_at: Mapped[datetime | None]


class FeedEntry(Base):
    """What a calendar was last told of one deadline, so that it learns when that changes."""

    __tablename__ = "feed_entry"

    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    """The clock's: `task:NO`, `state:VISIT` or `case:KEY`."""
    told: Mapped[str]
    """A digest of all that was said."""
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    sequence: Mapped[int]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

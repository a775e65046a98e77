"""Private calendars as rows: who may fetch which, and what each was told of which deadline."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, UniqueConstraint, delete, update
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage import dialect
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


def give_token(
    connection: Connection, officer_id: int, agency: str, *, token_hash: str, at: datetime
) -> None:
    """Give a calendar a new address; the one before is worth nothing any more."""
    first = dialect.insert(connection)(Feed).values(
        officer_id=officer_id, agency=agency, token_hash=token_hash, created_at=at
    )
    renewed = first.on_conflict_do_update(
        index_elements=[Feed.officer_id, Feed.agency],
        set_={"token_hash": first.excluded.token_hash, "created_at": at, "fetched_at": None},
    )
    connection.execute(renewed)


def take_token(connection: Connection, officer_id: int, agency: str) -> None:
    """Take from a calendar its address."""
    mine = (Feed.officer_id == officer_id) & (Feed.agency == agency)
    connection.execute(update(Feed).where(mine).values(token_hash=None))


def hold_feed(connection: Connection, feed_id: int, *, at: datetime) -> None:
    """Note that a calendar is fetched; until the transaction ends nobody else changes it."""
    connection.execute(update(Feed).where(Feed.id == feed_id).values(fetched_at=at))


def tell_entries(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Keep what a calendar is told from now on of some deadlines."""
    if not rows:
        return
    first = dialect.insert(connection)(FeedEntry)
    keys = ("feed_id", "case_id", "key")
    changed = {
        column.name: first.excluded[column.name]
        for column in FeedEntry.__table__.columns
        if column.name not in keys
    }
    connection.execute(first.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def forget_entries(connection: Connection, feed_id: int, *, before: datetime) -> int:
    """Forget the deadlines of a calendar that were over before an instant; return how many."""
    over = (FeedEntry.feed_id == feed_id) & (FeedEntry.cancelled_at < before)
    return connection.execute(delete(FeedEntry).where(over)).rowcount

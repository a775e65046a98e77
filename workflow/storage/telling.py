"""How people are told, as rows: their wishes, a mail a day, rungs that a coordinator allows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId

_NOT_QUEUED = text("queued_at IS NULL")


class Digest(Base):
    """The one mail of a day in which an officer reads what is not urgent."""

    __tablename__ = "digest"
    __table_args__ = (
        Index("ix_digest_due", "due_at", postgresql_where=_NOT_QUEUED, sqlite_where=_NOT_QUEUED),
    )

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    """Since when nothing more goes into it: it was sent, or there was nothing to say."""


class NoticeWish(Base):
    """How an officer wants to be told of one topic; without a row, as everybody is."""

    __tablename__ = "notice_wish"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    way: Mapped[str]


class LadderSwitch(Base):
    """Who let warnings of a request type climb above an agency's head, or forbade it again.

    Rows are only added; the last one of a type and an audience counts.
    """

    __tablename__ = "ladder_switch"
    __table_args__ = (Index(None, "definition_key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    definition_key: Mapped[str]
    audience: Mapped[str]
    is_on: Mapped[bool]
    by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]

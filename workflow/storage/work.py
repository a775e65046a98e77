"""What must still happen, as rows with dates: jobs, notices and their deliveries, schedules."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId, WrittenJson

_WAITING = text("done_at IS NULL AND failed_at IS NULL")
_DONE = text("done_at IS NOT NULL")
_FAILED = text("failed_at IS NOT NULL")
_FOR_A_DIGEST = text("channel = 'digest' AND digest_on IS NULL AND withdrawn_at IS NULL")
_UNREAD = text("read_at IS NULL AND withdrawn_at IS NULL AND channel = 'app'")


class JobRow(Base):
    """Work written with the act that caused it, claimed under a lease, done once by its key."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_waiting", "run_at", postgresql_where=_WAITING, sqlite_where=_WAITING),
        Index("ix_job_done", "done_at", postgresql_where=_DONE, sqlite_where=_DONE),
        Index("ix_job_failed", "failed_at", postgresql_where=_FAILED, sqlite_where=_FAILED),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int | None] = mapped_column(BigId, index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(WrittenJson)
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it was claimed; whoever finishes it must hold the latest claim."""
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class NoticeRow(Base):
    """A message owed to an officer: issued once by its key, then sent, read or withdrawn."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint(
            *("case_id", "clock_key", "generation", "rung", "occurrence", "officer_id", "channel"),
            name="uq_notice_once",
        ),
        Index("ix_notice_officer", "officer_id", "issued_at"),
        Index("ix_notice_unread", "officer_id", postgresql_where=_UNREAD, sqlite_where=_UNREAD),
        Index(
            "ix_notice_digest",
            "officer_id",
            postgresql_where=_FOR_A_DIGEST,
            sqlite_where=_FOR_A_DIGEST,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    """None for what is about no case, which is told once by the job that tells it."""
    task_no: Mapped[int | None]
    clock_key: Mapped[str]
    """Key of the clock; `event:SEQ` for what an act told."""
    generation: Mapped[int]
    rung: Mapped[str]
    occurrence: Mapped[int]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    channel: Mapped[str]
    """`app`, `email` or `digest`."""
    kind: Mapped[str]
    params: Mapped[dict[str, Any]]
    issued_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    digest_on: Mapped[date | None]
    """The day whose mail told of it."""


class Delivery(Base):
    """One attempt to send a notice, and how it went."""

    __tablename__ = "delivery"
    __table_args__ = (Index(None, "notice_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    job_id: Mapped[int | None] = mapped_column(BigId)
    """Of a job that may be forgotten by now."""
    attempt: Mapped[int]
    at: Mapped[datetime]
    result: Mapped[str]
    detail: Mapped[str | None]


class Schedule(Base):
    """When a periodic job last fired, so that a clock that was away catches up."""

    __tablename__ = "schedule"

    key: Mapped[str] = mapped_column(primary_key=True)
    last_fired_at: Mapped[datetime]

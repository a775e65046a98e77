"""A case as rows: itself, its tasks, its history; acts reach them through `apply` only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, TextClause, and_, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from workflow.core.snapshot import TaskStatus
from workflow.storage.base import Base, BigId, Json, WrittenJson

_OPEN = text("ended_at IS NULL")
_OPEN_WAITING = text("ended_at IS NULL AND (request IS NOT NULL OR child IS NOT NULL)")
_HAS_ENDED = text("ended_at IS NOT NULL")
_NARROWED = ("type", "opener", "arrived_at")
_WAKES = text("wake_at IS NOT NULL")
_ENDED = text("closed_at IS NOT NULL")
RANKS = FIRST, ORDINARY = 0, 1
"""Ranks of a task: before the others of its group, or among them."""


def _task_index(name: str, where: TextClause, *columns: str, behind: tuple[str, ...] = ()) -> Index:
    """Make a partial index of tasks in an order, with what is asked of them `behind` it.

    No two tasks are alike in it, so PostgreSQL need not look for what it could put together.
    """
    order = (*columns, "case_id", "no", *behind)
    return Index(
        f"ix_task_{name}",
        *order,
        postgresql_where=where,
        sqlite_where=where,
        postgresql_with={"deduplicate_items": "off"},
    )


class Case(Base):
    """One request on its way through the network.

    What every act writes beside it, by the one guarded write of `apply`, has no foreign key to it:
    the write has the case in hand, and cases are never deleted.
    """

    __tablename__ = "case"
    __table_args__ = (
        Index("ix_case_wake_at", "wake_at", postgresql_where=_WAKES, sqlite_where=_WAKES),
        Index(None, "opener", "id"),
        Index(None, "definition_key", "id"),
        Index(
            "ix_case_ended",
            *("definition_key", "closed_at"),
            postgresql_where=_ENDED,
            sqlite_where=_ENDED,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    definition_key: Mapped[str]
    definition_version: Mapped[int]
    state: Mapped[str]
    visit: Mapped[int]
    """How many states the case has entered; tells this visit to a state from earlier ones."""
    revision: Mapped[int]
    """Counts the acts, so that a decision taken on an older case is refused."""
    entered_at: Mapped[datetime | None]
    opener: Mapped[str]
    opened_by: Mapped[int | None]
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    result: Mapped[str | None]
    subject: Mapped[str]
    """Copied from the data, for lists."""
    access: Mapped[str]
    ground: Mapped[str | None]
    announced: Mapped[bool]
    data: Mapped[dict[str, Any]]
    """Its form; counts of many cases look inside, so PostgreSQL keeps it taken apart."""
    participants: Mapped[dict[str, Any]] = mapped_column(WrittenJson)
    memory: Mapped[dict[str, Any]] = mapped_column(WrittenJson)
    """What later decisions need of the past; see `memory.spell_memory`."""
    clocks: Mapped[list[Any]] = mapped_column(WrittenJson)
    """Clocks of the case and of the state; a task carries its own."""
    tasks_opened: Mapped[int]
    seq: Mapped[int]
    head: Mapped[str]
    """Hash of the last event."""
    wake_at: Mapped[datetime | None]
    """When time itself next has something to do in the case."""
    noticed_until: Mapped[datetime | None]
    """Up to when the notices owed have been issued."""
    access_code_hash: Mapped[str | None]
    external_number: Mapped[str | None]
    last_event: Mapped[dict[str, Any]] = mapped_column(WrittenJson)
    """Kind, instant and actor of the last event, for lists."""


class TaskRow(Base):
    """A piece of work for one agency in one visit of a case to a state, open or ended.

    Each act writes an entry of most of its indexes, and has all of them made ready: so one alone
    has what an inbox is read by, and behind it what an inbox is narrowed by.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_open", "case_id", postgresql_where=_OPEN, sqlite_where=_OPEN),
        _task_index("inbox", _OPEN, "agency", "rank", "order_at", behind=_NARROWED),
        _task_index("held", _OPEN, "assignee", "agency", "rank", "order_at"),
        _task_index("owner", _OPEN, "owner", "order_at"),
        _task_index("waiting", _OPEN_WAITING, "agency", "order_at", behind=("child",)),
        _task_index("done", _HAS_ENDED, "agency", "ended_at", behind=("status",)),
        _task_index("done_by", _HAS_ENDED, "ended_by", "ended_at", behind=("status",)),
    )

    case_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str]
    slot: Mapped[str]
    agency: Mapped[str]
    visit: Mapped[int]
    status: Mapped[str]
    assignee: Mapped[int | None]
    opened_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    reached_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    """Set while its clock runs."""
    due_at: Mapped[datetime | None]
    order_at: Mapped[datetime]
    """The due instant, or `NEVER`: what inboxes are ordered by."""
    clock: Mapped[dict[str, Any] | None] = mapped_column(WrittenJson)
    proposal: Mapped[dict[str, Any] | None] = mapped_column(WrittenJson)
    request: Mapped[dict[str, Any] | None] = mapped_column(WrittenJson)
    review_on: Mapped[date | None]
    child: Mapped[str | None]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None]
    owner: Mapped[str] = mapped_column(server_default="")
    """The agency that answers for the request type, copied for lists."""
    type: Mapped[str] = mapped_column(server_default="")
    """Key of the request type, copied for lists."""
    opener: Mapped[str] = mapped_column(server_default="")
    """The agency that opened the case, copied for lists."""
    priority: Mapped[str] = mapped_column(server_default="")
    """Why it comes before others; empty for most."""
    rank: Mapped[int] = mapped_column(server_default=str(ORDINARY))
    """`FIRST` where there is such a reason."""
    arrived_at: Mapped[datetime | None]
    """Since when it waits for its agency, for lists of what is new."""

    @classmethod
    def is_open(cls) -> ColumnElement[bool]:
        """Select tasks that can still be done, in the words of the partial indexes.

        These are the open and the claimed. Each act asks it for each index, and a list of statuses
        would take PostgreSQL ten times as long.
        """
        return cls.ended_at.is_(None)

    @classmethod
    def is_completed(cls) -> ColumnElement[bool]:
        """Select tasks that were completed, in the words of the partial indexes, which ask less."""
        return and_(cls.ended_at.is_not(None), cls.status == TaskStatus.COMPLETED.value)


class EventRow(Base):
    """One line of a case's history; appended, never edited."""

    __tablename__ = "event"

    case_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    at: Mapped[datetime]
    officer: Mapped[int | None]
    agency: Mapped[str | None]
    on_behalf_of: Mapped[int | None]
    guest: Mapped[str | None]
    body: Mapped[dict[str, Any]] = mapped_column(WrittenJson)
    hash: Mapped[str]


class PrivateValue(Base):
    """A personal value that history only commits to; erasing it leaves the history whole."""

    __tablename__ = "private_value"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case.id"), primary_key=True)
    commitment: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[str | None]
    value: Mapped[Any] = mapped_column(Json, nullable=True)
    erased_at: Mapped[datetime | None]


class ActKey(Base):
    """The key of an act that was done, written with it, so that it is done once."""

    __tablename__ = "act_key"
    __table_args__ = (
        Index("ix_act_key_waits", "waits", "asked_at"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(BigId)
    """Held by the lines of history that the act wrote, which refer to it."""
    seq: Mapped[int]
    at: Mapped[datetime]
    logged: Mapped[bool] = mapped_column(server_default=false())
    """Whether its lines have their places in the log of all events."""
    tell_from: Mapped[int | None]
    """The first of its lines while people are still to be told of them."""
    asked_at: Mapped[datetime | None]
    """When the database wrote it, by its own clock."""
    waits: Mapped[bool] = mapped_column(server_default=true())
    """Whether its lines have no places yet, or people are still to be told of them."""


class CaseNumber(Base):
    """The last number given to a case in a year."""

    __tablename__ = "case_number"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]

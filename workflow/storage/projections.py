"""What lists and policies need of cases beside the cases themselves, written by the same acts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId

_RUNNING = text("status = 'running'")
_ASKED = text("status <> 'stopped' AND substr(key, 1, 9) = 'question:'")
"""Of `CaseDeadline`: days of questions not answered yet, as `core.questions` keys them."""
_SAID = text("person <> ''")
_ON_TASK = text("task_no IS NOT NULL")
_ON_NO_CASE = text("case_number IS NULL")


class CaseAgency(Base):
    """An agency that has or had a part in a case, so may read it."""

    __tablename__ = "case_agency"
    __table_args__ = (Index(None, "agency", "case_id"),)

    case_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency: Mapped[str] = mapped_column(primary_key=True)


class CaseReader(Base):
    """Somebody who may read a case until a day, whatever their agency."""

    __tablename__ = "case_reader"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True, index=True)
    until: Mapped[date | None]
    """None once it was taken back."""


class Place(Base):
    """How a case stands that asked for a place in another: the queue of the other."""

    __tablename__ = "place"
    __table_args__ = (Index("ix_place_queue", "host", "status", "since", "case_id"),)

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case.id"), primary_key=True)
    host: Mapped[str] = mapped_column(primary_key=True)
    """Number of the case that gives the places."""
    status: Mapped[str]
    opener: Mapped[str]
    """The agency that opened the case: a place counts for its body's quota."""
    since: Mapped[datetime]
    """When the case was opened: the order of the queue."""


class PlacePerson(Base):
    """By which of its fields an open case tells who takes a place in another."""

    __tablename__ = "place_person"
    __table_args__ = (
        Index("ix_place_person_person", "person", postgresql_where=_SAID, sqlite_where=_SAID),
        Index("ix_place_person_host", "host", postgresql_where=_SAID, sqlite_where=_SAID),
    )

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case.id"), primary_key=True)
    host: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str]
    """What stands for the person, as `core.held_hours` makes it; empty once the case has ended."""


class CaseDeadline(Base):
    """A clock of a case or of its state, as lists show it."""

    __tablename__ = "case_deadline"
    __table_args__ = (
        Index(
            "ix_case_deadline_running",
            *("agency", "due_at"),
            postgresql_where=_RUNNING,
            sqlite_where=_RUNNING,
        ),
        Index(
            "ix_case_deadline_asked",
            *("agency", "due_at", "case_id", "key"),
            postgresql_where=_ASKED,
            sqlite_where=_ASKED,
        ),
    )

    case_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    agency: Mapped[str]
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    status: Mapped[str]
    generation: Mapped[int]


class QueueCount(Base):
    """How many open tasks an agency has for one officer on one day; a row may stay at zero."""

    __tablename__ = "queue_count"

    agency: Mapped[str] = mapped_column(primary_key=True)
    assignee: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    """`NOBODY` while unassigned."""
    due_on: Mapped[date] = mapped_column(primary_key=True)
    """`NO_DAY` without a running deadline."""
    n: Mapped[int]


class QueueTally(Base):
    """How many tasks stand on one shelf of an agency, as `core.tallies` counts them."""

    __tablename__ = "queue_tally"

    agency: Mapped[str] = mapped_column(primary_key=True)
    shelf: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    """Key of the request type."""
    opener: Mapped[str] = mapped_column(primary_key=True)
    """The agency that opened the case."""
    n: Mapped[int]


QUEUE_MOVE: Final = Table(
    "queue_move",
    Base.metadata,
    Column("agency", String, nullable=False),
    Column("case_id", BigId, nullable=False),
    Column("gone_as", String),
    Column("gone_officer", BigId),
    Column("gone_due_on", Date),
    Column("come_as", String),
    Column("come_officer", BigId),
    Column("come_due_on", Date),
    Column("type", String, nullable=False),
    Column("opener", String, nullable=False),
)
"""Tasks that acts count elsewhere than before, until that is counted in: from where, to where.

`core.tallies` says where one is counted; it is all NULL where a task was not counted in the agency
before, or is no more. The officer is `NOBODY` where there is none, the day `NO_DAY`. It is short,
and read and emptied as a whole: no index is kept of it, nor a key.
"""


class DocumentRow(Base):
    """One version of a document of a case; the bytes lie in the document store by their hash."""

    __tablename__ = "document"
    __table_args__ = (Index(None, "sha256"),)

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case.id"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str]
    name: Mapped[str]
    """As its sender wrote it; shown, never used as a path."""
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigId)
    officer: Mapped[int | None]
    agency: Mapped[str | None]
    at: Mapped[datetime]
    seq: Mapped[int]
    withdrawn_at: Mapped[datetime | None]


class Relation(Base):
    """A typed tie from one case to another."""

    __tablename__ = "relation"
    __table_args__ = (Index(None, "other_number"),)

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case.id"), primary_key=True)
    other_number: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Draft(Base):
    """What an officer has typed and not yet sent: a new request, or the form of a task."""

    __tablename__ = "draft"
    __table_args__ = (
        Index(None, "officer_id", "saved_at"),
        Index(
            "uq_draft_task",
            *("officer_id", "case_number", "task_no"),
            unique=True,
            postgresql_where=_ON_TASK,
            sqlite_where=_ON_TASK,
        ),
        Index(
            "ix_draft_request",
            "saved_at",
            postgresql_where=_ON_NO_CASE,
            sqlite_where=_ON_NO_CASE,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    case_number: Mapped[str | None]
    task_no: Mapped[int | None]
    kind: Mapped[str]
    """`task`, or the key of the request type that a new request is of."""
    data: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    revision: Mapped[int | None]
    """Revision of the case that the officer saw while typing."""

"""What people arrange for themselves at their desks; no part of any case, and no act on one."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId


class TaskSnooze(Base):
    """A task put aside until a day by whoever holds it, so that it leaves their lists till then.

    It counts only while the task stays with the same agency and the same holder.
    """

    __tablename__ = "task_snooze"
    __table_args__ = (
        ForeignKeyConstraint(["case_id", "no"], ["task.case_id", "task.no"]),
        Index(None, "agency", "until"),
    )

    case_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agency: Mapped[str]
    holder: Mapped[int] = mapped_column(BigId)
    """`NOBODY` while unassigned."""
    until: Mapped[date]
    """The day on which it is back."""
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]


class CaseFollower(Base):
    """An officer who wants to hear how a case ends, though it may not be theirs."""

    __tablename__ = "case_follower"
    __table_args__ = (Index(None, "case_id"),)

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case.id"), primary_key=True)
    since: Mapped[datetime]


class SavedFilter(Base):
    """A view of an inbox under a name: its owner's, or everybody's in the agency."""

    __tablename__ = "saved_filter"
    __table_args__ = (
        UniqueConstraint("officer_id", "agency", "name"),
        Index(None, "agency", "is_shared"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    agency: Mapped[str]
    name: Mapped[str]
    query: Mapped[str]
    """The part of the inbox's address after the question mark."""
    is_shared: Mapped[bool]
    at: Mapped[datetime]


class InboxColumns(Base):
    """The columns that an officer wants to see in the inbox."""

    __tablename__ = "inbox_columns"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    columns: Mapped[str]
    """Names with commas between them."""


class AgencyLabel(Base):
    """A label that an agency keeps to sort the cases it works on; no other agency learns of it."""

    __tablename__ = "agency_label"
    __table_args__ = (UniqueConstraint("agency", "folded"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency: Mapped[str]
    name: Mapped[str]
    folded: Mapped[str]
    """The name as it is compared: without accents and capitals."""
    colour: Mapped[str]
    changed_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    changed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    """Since when it is put on nothing any more."""


_IS_ON = text("is_on")


class CaseLabel(Base):
    """A label on a case, or one that was taken off it: by whom and when, the last time."""

    __tablename__ = "case_label"
    __table_args__ = (
        Index(
            "ix_case_label_on",
            *("label_id", "case_id"),
            postgresql_where=_IS_ON,
            sqlite_where=_IS_ON,
        ),
    )

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case.id"), primary_key=True)
    label_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency_label.id"), primary_key=True)
    is_on: Mapped[bool]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]

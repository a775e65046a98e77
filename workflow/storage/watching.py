"""What is watched over cases, as rows: which stand still, and who has read those few may read."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId


class StuckCase(Base):
    """A reason for which an open case stands still, as the last look found it."""

    __tablename__ = "stuck_case"
    __table_args__ = (Index(None, "owner", "case_id"),)

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    task_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Zero where it is of the whole case."""
    owner: Mapped[str]
    """The agency that answers for the request type, copied for lists."""
    since: Mapped[datetime]
    found_at: Mapped[datetime]


class ReadingRow(Base):
    """Somebody read, on a day, something of a case that only few may know of."""

    __tablename__ = "reading"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """The page, a document, a PDF, an export or words found."""
    agency: Mapped[str]
    """For which the officer acted just then."""
    at: Mapped[datetime]
    """The first time on that day."""

"""Plans of mass changes as rows: what changes, what that does to cases, how far it has got."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId


class RecountPlan(Base):
    """A change of calendars, rules or agencies, previewed first, then applied case by case."""

    __tablename__ = "recount_plan"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """Of the act that made it, so that a form sent twice makes one plan."""
    kind: Mapped[str]
    body: Mapped[dict[str, Any]]
    """The days, rules or agencies that come, change and go."""
    source: Mapped[str]
    """The act behind it, as cited."""
    phase: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    base_version: Mapped[int]
    """The version of the calendars, or of the network, that the preview was counted on."""
    new_version: Mapped[int | None]
    """The version that the change made."""
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    total: Mapped[int]
    """How many cases this phase goes through."""
    gone: Mapped[int]
    """How many it has gone through."""
    cursor: Mapped[int] = mapped_column(BigId)
    """The id of the last of them."""
    cases: Mapped[int]
    """In how many cases the preview moves a deadline."""
    moves: Mapped[int]
    kept: Mapped[int]
    """How many deadlines would be counted otherwise but stay, as they are past."""
    moved: Mapped[int]
    """How many cases were written."""


class RecountMove(Base):
    """A deadline that a plan moves, or leaves although it would be counted otherwise."""

    __tablename__ = "recount_move"

    plan_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("recount_plan.id", ondelete="CASCADE"), primary_key=True
    )
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case.id"), primary_key=True)
    clock_key: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    title: Mapped[dict[str, Any]]
    agency: Mapped[str]
    due_from: Mapped[date]
    due_to: Mapped[date]
    kept: Mapped[str | None]
    """Why it stays; None moves."""


class ReformLine(Base):
    """One thing that a reform of agencies touches, in a case or beside the cases."""

    __tablename__ = "reform_line"
    __table_args__ = (Index(None, "plan_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    plan_id: Mapped[int] = mapped_column(BigId, ForeignKey("recount_plan.id", ondelete="CASCADE"))
    case_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("case.id"))
    """None stands beside the cases."""
    kind: Mapped[str]
    key: Mapped[str]
    """What it is called where it stands: the number of a task, a role, a request type."""
    number: Mapped[str | None]
    title: Mapped[dict[str, Any]]
    agency: Mapped[str]
    heir: Mapped[str | None]
    """Who has it afterwards; None is nobody."""
    due_from: Mapped[date | None]
    due_to: Mapped[date | None]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    stays: Mapped[bool]
    """Whether the officer goes on holding it."""
    about: Mapped[dict[str, Any]]


class RecountFailure(Base):
    """A case that could not be recounted, and why."""

    __tablename__ = "recount_failure"

    plan_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("recount_plan.id", ondelete="CASCADE"), primary_key=True
    )
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case.id"), primary_key=True)
    number: Mapped[str]
    error: Mapped[str]
    at: Mapped[datetime]

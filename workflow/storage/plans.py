"""Plans of recounting as rows: what changes, which deadlines it moves, and how far it has got."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId


class RecountPlan(Base):
    """A change of calendars or rules, previewed first, then applied case by case."""

    __tablename__ = "recount_plan"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """Of the act that made it, so that a form sent twice makes one plan."""
    kind: Mapped[str]
    body: Mapped[dict[str, Any]]
    """The days or the rules that come and go."""
    source: Mapped[str]
    """The act behind it, as cited."""
    phase: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    base_version: Mapped[int]
    """The version of the calendars that the preview was counted on."""
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

"""People who come and go, as rows: what was done about whom, and departures under way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage import dialect
from workflow.storage.base import Base, BigId


class StaffEvent(Base):
    """A line in the history of an officer: who did what about them, and when; only added."""

    __tablename__ = "staff_event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    """None is the command line."""
    kind: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    agency: Mapped[str | None]
    facts: Mapped[dict[str, Any]]


class Departure(Base):
    """An officer who leaves an agency: to whom each open task goes, and how far that has got."""

    __tablename__ = "departure"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """Of the form that began it, so that a form sent twice begins one."""
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    agency: Mapped[str]
    reason: Mapped[str]
    moves: Mapped[list[Any]]
    """For each case: its number, and pairs of task and new holder, 0 for the agency's queue."""
    gone: Mapped[int]
    """How many cases were gone through."""
    failures: Mapped[list[Any]]
    """Pairs of case number and refusal."""
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    ended_at: Mapped[datetime | None]
    """When all was moved and the officer was out."""


def note_staff(
    connection: Connection,
    kind: str,
    officer_id: int,
    *,
    at: datetime,
    by: int | None,
    agency: str | None = None,
    **facts: object,
) -> None:
    """Add a line to the history of an officer."""
    row = {"at": at, "by": by, "kind": kind, "officer_id": officer_id, "agency": agency}
    connection.execute(insert(StaffEvent).values(**row, facts=facts))


def add_departure(connection: Connection, **values: object) -> int | None:
    """Keep a departure that begins; None if one of that key has begun before."""
    added = dialect.insert(connection)(Departure).values(gone=0, failures=[], **values)
    made = connection.execute(added.on_conflict_do_nothing().returning(Departure.id)).first()
    return made.id if made else None


def change_departure(connection: Connection, departure_id: int, **values: object) -> None:
    """Note how far a departure has got."""
    changed = update(Departure).where(Departure.id == departure_id)
    connection.execute(changed.values(**values))


def departure_of(
    connection: Connection,
    *,
    departure_id: int | None = None,
    key: str = "",
    held: bool = False,
) -> Any:  # noqa: ANN401 - a row, or None
    """Return a departure by its id or its key; `held` keeps others from changing it meanwhile."""
    which = Departure.id == departure_id if departure_id is not None else Departure.key == key
    wanted = select(Departure.__table__).where(which)
    return connection.execute(wanted.with_for_update() if held else wanted).one_or_none()

"""Ended cases whose personal data may go, and those of which somebody said: not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Row,
    Select,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId, UtcDateTime
from workflow.storage.case import Case, PrivateValue
from workflow.storage.people import Officer
from workflow.storage.work import JobRow

AT_TERM: Final = ":term"
"""What follows a case's number in the key of the job that erases it when its term is over."""
_HELD = text("lifted_at IS NULL")


class RetentionHold(Base):
    """Somebody said why what a case tells of persons must not be erased, until it was lifted."""

    __tablename__ = "retention_hold"
    __table_args__ = (
        Index(
            "ix_retention_hold_case_id",
            "case_id",
            unique=True,
            postgresql_where=_HELD,
            sqlite_where=_HELD,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case.id"))
    reason: Mapped[str]
    by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    lifted_at: Mapped[datetime | None]


def hold(
    connection: Connection, case_id: int, reason: str, *, by: int | None, at: datetime
) -> None:
    """Keep what a case tells of persons; another reason takes the place of the one before."""
    # Two that hold at once come one after the other.
    connection.execute(select(Case.id).where(Case.id == case_id).with_for_update(key_share=True))
    lift(connection, case_id, by=by, at=at)
    made = {"case_id": case_id, "reason": reason, "by": by, "at": at}
    connection.execute(insert(RetentionHold).values(made))


def lift(connection: Connection, case_id: int, *, by: int | None, at: datetime) -> bool:
    """Let the term of a case run again; False if nobody held it."""
    held = RetentionHold.case_id == case_id, RetentionHold.lifted_at.is_(None)
    lifted = update(RetentionHold).where(*held).values(lifted_by=by, lifted_at=at)
    return connection.execute(lifted).rowcount == 1


def hold_of(connection: Connection, case_id: int) -> Row[Any] | None:
    """Return the hold of a case with the name of whoever placed it, if the case is held."""
    held = RetentionHold.case_id == case_id, RetentionHold.lifted_at.is_(None)
    named = select(RetentionHold.__table__, Officer.name).outerjoin(
        Officer, Officer.id == RetentionHold.by
    )
    return connection.execute(named.where(*held)).first()


@dataclass(frozen=True, slots=True)
class Due:
    """Which ended cases are looked for: those of a type that ended before an instant."""

    type_key: str
    before: datetime
    visible: ColumnElement[bool] | None = None
    """What of them somebody may know of."""


def telling_of_persons(
    connection: Connection, due: Due, *, after: tuple[datetime, int] | None = None, limit: int
) -> list[Row[Any]]:
    """List cases that still tell of persons, the first that ended first.

    `after` is the end and the id of the last one of the page before; `held` is why a case is
    held, `failed_at` since when it could not be erased.
    """
    held = (RetentionHold.case_id == Case.id) & RetentionHold.lifted_at.is_(None)
    failed = (JobRow.key == Case.number + AT_TERM) & JobRow.failed_at.is_not(None)
    wanted = (
        _telling(due)
        .add_columns(RetentionHold.reason.label("held"), JobRow.failed_at)
        .outerjoin(RetentionHold, held)
        .outerjoin(JobRow, failed)
        .order_by(Case.closed_at, Case.id)
        .limit(limit)
    )
    if after is not None:
        at, case_id = after
        ended = tuple_(literal(at, UtcDateTime), literal(case_id))
        wanted = wanted.where(tuple_(Case.closed_at, Case.id) > ended)
    return list(connection.execute(wanted).all())


def count_telling(connection: Connection, due: Due, *, most: int) -> int:
    """Count the cases that still tell of persons, up to so many."""
    counted = select(func.count()).select_from(_telling(due).limit(most).subquery())
    return int(connection.execute(counted).scalar_one())


def _telling(due: Due) -> Select[int, str, datetime | None]:
    private = PrivateValue
    left = exists().where(private.case_id == Case.id, private.erased_at.is_(None))
    ended = Case.definition_key == due.type_key, Case.closed_at < due.before
    wanted = select(Case.id, Case.number, Case.closed_at).where(*ended, left)
    return wanted if due.visible is None else wanted.where(due.visible)

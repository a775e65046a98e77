"""Substitutions: how they are written, when they hold, and how they are listed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select, update
from sqlalchemy.orm import aliased

from workflow.storage import dialect
from workflow.storage.people import Officer, Substitution


def answers_for(held: Any) -> ColumnElement[bool]:  # noqa: ANN401 - memberships, perhaps aliased
    """Say which memberships a substitution is for: an officer's, or those of a position."""
    return and_(
        or_(
            Substitution.absent_id == held.officer_id,
            and_(Substitution.absent_id.is_(None), Substitution.agency == held.agency),
        ),
        or_(Substitution.agency.is_(None), Substitution.agency == held.agency),
        or_(Substitution.role.is_(None), Substitution.role == held.role),
        Substitution.substitute_id != held.officer_id,
    )


def add_substitution(connection: Connection, **values: object) -> int | None:
    """Let one officer answer for another between two days; None if that key did so before."""
    added = dialect.insert(connection)(Substitution).values(**values).on_conflict_do_nothing()
    made = connection.execute(added.returning(Substitution.id)).first()
    return made.id if made else None


def end_substitution(
    connection: Connection, substitution_id: int, *, last: date, at: datetime, by: int | None
) -> bool:
    """Let a substitution end on a day before its time; False if it was ended before."""
    still = Substitution.id == substitution_id, Substitution.ended_at.is_(None)
    ended = update(Substitution).where(*still).values(valid_to=last, ended_at=at, ended_by=by)
    return connection.execute(ended).rowcount == 1


def substitution(connection: Connection, substitution_id: int) -> Row[Any] | None:
    """Return a substitution with the names of its people, or None."""
    return connection.execute(_listed().where(Substitution.id == substitution_id)).one_or_none()


def substitution_of_key(connection: Connection, key: str) -> Row[Any] | None:
    """Return what a form has made before, or None."""
    return connection.execute(_listed().where(Substitution.key == key)).one_or_none()


def substitutions_of(
    connection: Connection,
    *,
    officers: Collection[int] = (),
    absent: Collection[int] = (),
    agencies: Collection[str] = (),
    since: date | None = None,
    limit: int = 100,
) -> list[Row[Any]]:
    """List substitutions of or by some officers, of some absent, or for positions of agencies.

    The latest first; those that were over before `since` are left out.
    """
    wanted = _listed().where(
        or_(
            Substitution.absent_id.in_(sorted({*officers, *absent})),
            Substitution.substitute_id.in_(sorted(officers)),
            and_(Substitution.absent_id.is_(None), Substitution.agency.in_(sorted(agencies))),
        )
    )
    if since is not None:
        wanted = wanted.where(Substitution.valid_to >= since)
    ordered = wanted.order_by(Substitution.valid_from.desc(), Substitution.id.desc())
    return list(connection.execute(ordered.limit(limit)))


def substitutions_between(connection: Connection, first: date, last: date) -> list[Row[Any]]:
    """List every substitution that holds on some day of a span."""
    spans = Substitution.valid_from <= last, Substitution.valid_to >= first
    lasts = Substitution.valid_from <= Substitution.valid_to  # else it was ended before it began
    return list(connection.execute(_listed().where(*spans, lasts)))


def _listed() -> Select[*tuple[Any, ...]]:
    absent, substitute, maker, ender = (aliased(Officer) for _ in range(4))
    return (
        select(
            Substitution.__table__,
            absent.name.label("absent_name"),
            substitute.name.label("substitute_name"),
            maker.name.label("made_by"),
            ender.name.label("ender"),
        )
        .join(substitute, substitute.id == Substitution.substitute_id)
        .join(maker, maker.id == Substitution.created_by)
        .outerjoin(absent, absent.id == Substitution.absent_id)
        .outerjoin(ender, ender.id == Substitution.ended_by)
    )

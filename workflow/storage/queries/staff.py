"""The people of agencies as pages of administration see them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from workflow.storage.case import TaskRow
from workflow.storage.people import Invitation, Membership, Officer
from workflow.storage.staff import Departure, StaffEvent


def memberships_of(
    connection: Connection, officer_id: int, *, first: date
) -> list[tuple[str, str]]:
    """List agency and role of what an officer is on a day, if the account is in use."""
    wanted = (
        select(Membership.agency, Membership.role)
        .join(Officer, Officer.id == Membership.officer_id)
        .where(Membership.officer_id == officer_id, Officer.active, _on(first))
    )
    return [(row.agency, row.role) for row in connection.execute(wanted)]


def members_between(
    connection: Connection, agency: str, role: str, *, first: date, last: date
) -> frozenset[int]:
    """Return who holds a position in an agency on some day of a span."""
    wanted = select(Membership.officer_id).where(
        Membership.agency == agency,
        Membership.role == role,
        Membership.valid_from <= last,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= first),
    )
    return frozenset(connection.execute(wanted).scalars())


def staff_of(connection: Connection, agencies: Collection[str], *, today: date) -> list[Row[Any]]:
    """List who is or will be something in some agencies, by agency and name."""
    wanted = (
        select(
            *(Membership.id, Membership.officer_id, Membership.agency, Membership.role),
            *(Membership.valid_from, Membership.valid_to, Officer.name, Officer.email),
            *(Officer.active, Officer.password_hash.is_not(None).label("signed_up")),
        )
        .join(Officer, Officer.id == Membership.officer_id)
        .where(
            Membership.agency.in_(sorted(agencies)),
            or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
        )
        .order_by(Membership.agency, Officer.name, Membership.id)
    )
    return list(connection.execute(wanted))


def memberships_listed(connection: Connection, officer_id: int) -> list[Row[Any]]:
    """List everything an officer is, was or will be, the latest first."""
    wanted = select(Membership.__table__).where(Membership.officer_id == officer_id)
    ordered = wanted.order_by(Membership.valid_from.desc(), Membership.id.desc())
    return list(connection.execute(ordered))


def membership(connection: Connection, membership_id: int) -> Row[Any] | None:
    """Return one membership, or None."""
    wanted = select(Membership.__table__).where(Membership.id == membership_id)
    return connection.execute(wanted).one_or_none()


def person(connection: Connection, officer_id: int) -> Any:  # noqa: ANN401 - a row, or None
    """Return an officer as others may know them, or None."""
    wanted = select(
        *(Officer.id, Officer.name, Officer.email, Officer.active, Officer.administrator),
        *(Officer.language, Officer.fictional),
        Officer.password_hash.is_not(None).label("signed_up"),
    ).where(Officer.id == officer_id)
    return connection.execute(wanted).one_or_none()


def invited_until(connection: Connection, officer_id: int, *, now: Any) -> Any:  # noqa: ANN401
    """Return until when the latest open invitation of an officer may be used, or None."""
    wanted = select(func.max(Invitation.expires_at)).where(
        Invitation.officer_id == officer_id,
        Invitation.used_at.is_(None),
        Invitation.resets.is_(False),
        Invitation.expires_at > now,
    )
    return connection.execute(wanted).scalar_one()


def history_of(connection: Connection, officer_id: int, *, limit: int = 50) -> list[Row[Any]]:
    """List what was done about an officer, the latest first, with the name of who did it."""
    wanted = (
        select(StaffEvent.__table__, Officer.name.label("actor"))
        .outerjoin(Officer, Officer.id == StaffEvent.by)
        .where(StaffEvent.officer_id == officer_id)
        .order_by(StaffEvent.id.desc())
    )
    return list(connection.execute(wanted.limit(limit)))


def open_tasks_by_holder(connection: Connection, agency: str) -> dict[int | None, int]:
    """Count the open tasks of an agency by who holds them; None is nobody."""
    wanted = (
        select(TaskRow.assignee, func.count())
        .where(TaskRow.is_open(), TaskRow.agency == agency)
        .group_by(TaskRow.assignee)
    )
    return {row[0]: row[1] for row in connection.execute(wanted)}


def departures_under_way(connection: Connection, officer_id: int) -> list[Row[Any]]:
    """List the departures of an officer that have not ended."""
    wanted = select(Departure.__table__).where(
        Departure.officer_id == officer_id, Departure.ended_at.is_(None)
    )
    return list(connection.execute(wanted))


def _on(day: date) -> ColumnElement[bool]:
    not_over = or_(Membership.valid_to.is_(None), Membership.valid_to >= day)
    return (Membership.valid_from <= day) & not_over

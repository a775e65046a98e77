"""Which open cases nobody and nothing can move any more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from workflow.storage.case import Case, TaskRow
from workflow.storage.people import Membership, Officer
from workflow.storage.queries.audience import ACTING


class Stranded(NamedTuple):
    """An open case without a day to come and without anybody who could do a task of it."""

    number: str
    agencies: tuple[str, ...]
    """Whose tasks are open, though nobody acts for them."""


def acting_roles(connection: Connection, *, today: date) -> set[tuple[str, str]]:
    """List the agencies for which somebody acts today, each with the roles that are held."""
    wanted = (
        select(Membership.agency, Membership.role)
        .join(Officer, Officer.id == Membership.officer_id)
        .where(
            Membership.role.in_(ACTING),
            Membership.valid_from <= today,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
            Officer.active.is_(True),
        )
        .distinct()
    )
    return {(agency, role) for agency, role in connection.execute(wanted)}


def stranded(connection: Connection, manned: Collection[str], *, limit: int) -> list[Stranded]:
    """List open cases that wait for no day, no other case and none of the agencies manned."""
    found = connection.execute(
        select(Case.id, Case.number)
        .where(Case.closed_at.is_(None), Case.wake_at.is_(None), ~_can_be_done(manned))
        .order_by(Case.number)
        .limit(limit)
    ).all()
    waits = _waited_for(connection, [row.id for row in found])
    return [Stranded(row.number, tuple(waits.get(row.id, ()))) for row in found]


def _can_be_done(manned: Collection[str]) -> ColumnElement[bool]:
    somebody = TaskRow.agency.in_(sorted(manned))
    return exists().where(
        TaskRow.case_id == Case.id,
        TaskRow.is_open(),
        or_(TaskRow.child.is_not(None), somebody),
    )


def _waited_for(connection: Connection, case_ids: Collection[int]) -> dict[int, list[str]]:
    wanted = (
        select(TaskRow.case_id, TaskRow.agency)
        .where(TaskRow.case_id.in_(case_ids), TaskRow.is_open())
        .distinct()
        .order_by(TaskRow.case_id, TaskRow.agency)
    )
    waits: dict[int, list[str]] = {}
    for case_id, agency in connection.execute(wanted):
        waits.setdefault(case_id, []).append(agency)
    return waits

"""Whom a comment may call by name, and what each of them may act for today."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, func, or_, select, union_all

from workflow.storage.absences import answers_for
from workflow.storage.case import EventRow
from workflow.storage.people import Membership, Officer, Substitution
from workflow.storage.queries.audience import ACTING
from workflow.storage.queries.people import HeldRole, valid_on

MOST_LIKE: Final = 50
"""People of the whole network who are looked at for one name."""


def people_at(
    connection: Connection,
    case_id: int,
    *,
    agencies: Collection[str],
    named: Collection[int],
    today: date,
) -> list[Row[Any]]:
    """List who works in some agencies or was named, those first who have acted on the case.

    Each comes once, with the first of those agencies by its code; none for one only named.
    """
    acted = (
        select(EventRow.seq)
        .where(EventRow.case_id == case_id, EventRow.officer == Officer.id)
        .exists()
    )
    works = and_(
        Membership.officer_id == Officer.id,
        Membership.agency.in_(sorted(agencies)),
        Membership.role.in_(ACTING),
        valid_on(Membership, today),
    )
    wanted = (
        select(Officer.id, Officer.name, func.min(Membership.agency).label("agency"))
        .outerjoin(Membership, works)
        .where(
            Officer.active.is_(True),
            or_(Membership.id.is_not(None), Officer.id.in_(sorted(named))),
        )
        .group_by(Officer.id, Officer.name)
        .order_by(acted.desc(), Officer.name, Officer.id)
    )
    return list(connection.execute(wanted))


def people_like(connection: Connection, word: str) -> dict[int, str]:
    """Return the names of active officers of the whole network that a word stands in, by id."""
    wanted = select(Officer.id, Officer.name).where(
        Officer.active.is_(True), Officer.name.icontains(word, autoescape=True)
    )
    rows = connection.execute(wanted.order_by(Officer.id).limit(MOST_LIKE))
    return {row.id: row.name for row in rows}


def held_by(
    connection: Connection, officers: Collection[int], *, today: date
) -> dict[int, list[HeldRole]]:
    """Return what some active officers are in agencies today, themselves or for the absent."""
    own = (
        select(
            Officer.id.label("who"),
            *(Membership.agency, Membership.role, Membership.officer_id.label("whose")),
        )
        .join(Membership, Membership.officer_id == Officer.id)
        .where(Officer.active.is_(True), valid_on(Membership, today))
    )
    lent = (
        select(
            Substitution.substitute_id.label("who"),
            *(Membership.agency, Membership.role, Membership.officer_id.label("whose")),
        )
        .select_from(Substitution)
        .join(Membership, answers_for(Membership))
        .join(Officer, Officer.id == Substitution.substitute_id)
        .where(
            *(Officer.active.is_(True), valid_on(Membership, today)),
            valid_on(Substitution, today),
        )
    )
    both = union_all(own, lent).subquery()
    found: dict[int, list[HeldRole]] = {}
    rows = connection.execute(select(both).where(both.c.who.in_(sorted(officers))))
    for row in rows if officers else ():
        found.setdefault(row.who, []).append(HeldRole(row.agency, row.role, row.whose))
    return found

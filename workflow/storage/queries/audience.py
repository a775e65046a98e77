"""Who there is to be told: the people of an agency, and whoever answers for the absent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from workflow.storage.absences import answers_for
from workflow.storage.people import Membership, MembershipRole, Officer, Substitution
from workflow.storage.telling import LadderSwitch, NoticeWish

ACTING = tuple(role.value for role in MembershipRole if role is not MembershipRole.AUDITOR)
"""Every role in which a person acts for an agency."""


def people_of(
    connection: Connection, agency: str, *, today: date, roles: Sequence[str] = ACTING
) -> list[int]:
    """List the active officers who are something of this in an agency today."""
    wanted = (
        select(Officer.id)
        .join(Membership, Membership.officer_id == Officer.id)
        .where(
            Membership.agency == agency,
            Membership.role.in_(roles),
            Membership.valid_from <= today,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
            Officer.active.is_(True),
        )
        .distinct()
        .order_by(Officer.id)
    )
    return list(connection.execute(wanted).scalars())


def active_among(connection: Connection, officers: Collection[int]) -> set[int]:
    """Return those of some officers who still work here."""
    wanted = select(Officer.id).where(Officer.id.in_(sorted(officers)), Officer.active.is_(True))
    return set(connection.execute(wanted).scalars()) if officers else set()


def answering_for(
    connection: Connection, officers: Collection[int], *, agency: str, today: date
) -> dict[int, list[int]]:
    """Return who answers in an agency today for those of some officers who are absent."""
    whose = func.coalesce(Substitution.absent_id, Membership.officer_id)
    holds_position = and_(
        Substitution.absent_id.is_(None),
        answers_for(Membership),
        Membership.valid_from <= today,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
    )
    wanted = (
        select(whose, Substitution.substitute_id)
        .join(Officer, Officer.id == Substitution.substitute_id)
        .outerjoin(Membership, holds_position)
        .where(
            whose.in_(sorted(officers)),
            or_(Substitution.agency.is_(None), Substitution.agency == agency),
            Substitution.valid_from <= today,
            Substitution.valid_to >= today,
            Officer.active.is_(True),
        )
        .order_by(Substitution.id)
    )
    found: dict[int, list[int]] = {}
    for absent, substitute in connection.execute(wanted) if officers else ():
        found.setdefault(absent, []).append(substitute)
    return found


def homes_of(connection: Connection, officers: Collection[int], *, today: date) -> dict[int, str]:
    """Return the agency that each of some officers works at: where they were first of all today."""
    wanted = (
        select(Membership.officer_id, Membership.agency)
        .where(
            Membership.officer_id.in_(sorted(officers)),
            Membership.valid_from <= today,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
        )
        .order_by(Membership.id.desc())
    )
    rows = connection.execute(wanted) if officers else ()
    return {row.officer_id: row.agency for row in rows}


def wishes_of(connection: Connection, officers: Collection[int]) -> dict[tuple[int, str], str]:
    """Return how some officers chose to be told, by officer and topic."""
    row = NoticeWish
    wanted = select(row.officer_id, row.topic, row.way).where(row.officer_id.in_(sorted(officers)))
    found = connection.execute(wanted) if officers else ()
    return {(officer, topic): way for officer, topic, way in found}


def climbs_of(connection: Connection, definition_key: str) -> frozenset[str]:
    """Return who above an agency's head hears of delays in cases of a request type."""
    row = LadderSwitch
    wanted = select(row.audience, row.is_on).where(row.definition_key == definition_key)
    last = {found.audience: found.is_on for found in connection.execute(wanted.order_by(row.id))}
    return frozenset(audience for audience, on in last.items() if on)


def switches_of(connection: Connection, keys: Collection[str]) -> list[Row[Any]]:
    """List who allowed or forbade warnings above the heads for some types, the newest first."""
    wanted = (
        select(LadderSwitch.__table__, Officer.name)
        .join(Officer, Officer.id == LadderSwitch.by)
        .where(LadderSwitch.definition_key.in_(sorted(keys)))
        .order_by(LadderSwitch.id.desc())
    )
    return list(connection.execute(wanted)) if keys else []


def agencies_as(
    connection: Connection, officer_id: int, *, role: str, today: date
) -> frozenset[str]:
    """Return the agencies in which an officer is something today."""
    wanted = select(Membership.agency).where(
        Membership.officer_id == officer_id,
        Membership.role == role,
        Membership.valid_from <= today,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
    )
    return frozenset(connection.execute(wanted).scalars())

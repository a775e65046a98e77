"""Who there is to be told: the people of an agency, and whoever answers for the absent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Connection, or_, select

from workflow.storage.people import Membership, MembershipRole, Officer, Substitution

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
    wanted = (
        select(Substitution.absent_id, Substitution.substitute_id)
        .join(Officer, Officer.id == Substitution.substitute_id)
        .where(
            Substitution.absent_id.in_(sorted(officers)),
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

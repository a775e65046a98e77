"""Absences: who answers for whom, between which days; they end by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, Row

from workflow.core.absence import NoSubstitute, Substitution, demand_substitute
from workflow.core.errors import Refusal
from workflow.core.offices import NotInCharge, Office
from workflow.services.people import officer_among
from workflow.services.personal import tell_person
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import absences, officers
from workflow.storage.imports import hold_setting
from workflow.storage.queries.staff import members_between, memberships_of

SUBSTITUTIONS: Final = "substitutions"
"""What is held while one is arranged."""


class UnknownSubstitution(Refusal):
    """There is no such substitution, as far as the officer may know."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who shall answer for whom, and when; for a position, `role` and `agency` stand for whom."""

    absent: int | None
    substitute: int
    first: date
    last: date
    agency: str | None = None
    role: str | None = None
    reason: str = ""
    confirmed: bool = False
    """Whether it shall be so though the substitute is absent on some of the days, too."""


def arrange(uow: UnitOfWork, wish: Wish, *, office: Office | None, key: str) -> int:
    """Let one officer answer for another, and tell both; with the same key, once.

    `office` is what the acting officer administers; None is the command line. Raise
    `NotInCharge`, `NoSubstitute` or `SubstituteAbsent`.
    """
    with uow.writing() as connection:
        hold_setting(connection, SUBSTITUTIONS, 0)  # one at a time, or two could go in turns
        made = absences.substitution_of_key(connection, key)
        if made:
            return int(made.id)
        absent = _absent(connection, wish)
        if office is not None:
            _demand_may(connection, wish, office, absent, today=uow.today)
        wanted = Substitution(
            absent, wish.substitute, wish.first, wish.last, wish.agency, wish.role
        )
        known = known_between(connection, wish.first, wish.last)
        demand_substitute(wanted, known, confirmed=wish.confirmed)
        substitution_id = absences.add_substitution(
            connection,
            absent_id=wish.absent,
            substitute_id=wish.substitute,
            agency=wish.agency,
            role=wish.role,
            valid_from=wish.first,
            valid_to=wish.last,
            reason=wish.reason,
            created_by=uow.powers.officer or wish.absent or wish.substitute,
            key=key,
        )
        assert substitution_id is not None
        tell_people(connection, uow, "substitution_made", substitution_id, absent)
        return substitution_id


def end(uow: UnitOfWork, substitution_id: int, *, office: Office) -> None:
    """End a substitution before its time, from this moment on, and tell both.

    Whoever is absent may, and whoever administers them; done again, change nothing. Raise
    `UnknownSubstitution` or `NotInCharge`.
    """
    with uow.writing() as connection:
        row = absences.substitution(connection, substitution_id)
        if row is None:
            raise UnknownSubstitution
        if row.ended_at is not None or row.valid_to < uow.today:
            return
        _demand_ends(connection, row, office, today=uow.today)
        last = max(uow.today, row.valid_from) - timedelta(days=1)
        absences.end_substitution(
            connection, substitution_id, last=last, at=uow.now, by=uow.powers.officer
        )
        absent = _people_of(connection, row, today=uow.today)
        tell_people(connection, uow, "substitution_ended", substitution_id, absent)


@dataclass(frozen=True, slots=True)
class Named:
    """When an officer named by address is absent, and where; None is wherever they act."""

    first: date
    last: date
    reason: str
    agency: str | None = None


def arrange_by_address(uow: UnitOfWork, absent: str, substitute: str, wish: Named) -> int:
    """Arrange a substitution from the command line; raise `UnknownOfficer`, too."""
    with uow.reading() as connection:
        known = officers.officers_by_email(connection)
    whom, who = (officer_among(known, email) for email in (absent, substitute))
    key = f"command:{uuid4()}"
    named = Wish(whom, who, wish.first, wish.last, agency=wish.agency, reason=wish.reason)
    return arrange(uow, named, office=None, key=key)


def known_between(connection: Connection, first: date, last: date) -> list[Substitution]:
    """Return every substitution that holds on some day of a span, as rules judge it."""
    return [
        Substitution(
            _people_of(connection, row, today=max(first, row.valid_from)),
            row.substitute_id,
            row.valid_from,
            row.valid_to,
            row.agency,
            row.role,
        )
        for row in absences.substitutions_between(connection, first, last)
    ]


# --- Who may -----------------------------------------------------------------------------------


def _demand_may(
    connection: Connection, wish: Wish, office: Office, absent: frozenset[int], *, today: date
) -> None:
    """Raise `NotInCharge` or `NoSubstitute` where it is not this person's to arrange."""
    me = office.powers.officer
    if wish.last < today or wish.first < today:
        raise NoSubstitute(why="past")
    places = _places(connection, wish, today=today)
    if not places:
        raise NoSubstitute(why="nowhere")
    own = wish.role is None and absent == {me}
    if not own and not all(map(office.administers, places)):
        raise NotInCharge(agency=next(iter(places)))
    if wish.substitute == me and me not in absent:
        raise NoSubstitute(why="oneself")  # nobody takes another's powers by their own hand
    if office.coordinates:
        return
    bodies = {
        office.network.body(agency)
        for agency, _ in memberships_of(connection, wish.substitute, first=wish.first)
    }
    if not {office.network.body(place) for place in places} <= bodies:
        raise NoSubstitute(why="elsewhere")


def _demand_ends(connection: Connection, row: Row[Any], office: Office, *, today: date) -> None:
    me = office.powers.officer
    if row.absent_id is not None and row.absent_id == me:
        return
    wish = Wish(row.absent_id, row.substitute_id, row.valid_from, row.valid_to, row.agency)
    places = _places(connection, wish, today=today)
    if not places or not all(map(office.administers, places)):
        raise NotInCharge(agency=row.agency)


def _places(connection: Connection, wish: Wish, *, today: date) -> frozenset[str]:
    """Return the agencies in which a substitution lets somebody act."""
    if wish.absent is None:
        return frozenset({wish.agency} if wish.agency else ())
    held = {agency for agency, _ in memberships_of(connection, wish.absent, first=today)}
    return frozenset(held if wish.agency is None else held & {wish.agency})


def _absent(connection: Connection, wish: Wish) -> frozenset[int]:
    if wish.absent is not None:
        return frozenset({wish.absent})
    if not wish.agency or not wish.role:
        raise NoSubstitute(why="nobody")
    return members_between(connection, wish.agency, wish.role, first=wish.first, last=wish.last)


def _people_of(connection: Connection, row: Row[Any], *, today: date) -> frozenset[int]:
    if row.absent_id is not None:
        return frozenset({row.absent_id})
    return members_between(connection, row.agency, row.role, first=today, last=row.valid_to)


# --- Who is told --------------------------------------------------------------------------------


def tell_people(
    connection: Connection,
    uow: UnitOfWork,
    kind: str,
    substitution_id: int,
    absent: Iterable[int],
) -> None:
    """Tell everybody whom a substitution concerns, but whoever arranged or ended it."""
    row = absences.substitution(connection, substitution_id)
    assert row is not None
    facts = {
        "absent": row.absent_name,
        "substitute": row.substitute_name,
        "agency": row.agency,
        "role": row.role,
        "first": row.valid_from.isoformat(),
        "last": row.valid_to.isoformat(),
    }
    for officer in sorted({row.substitute_id, *absent} - {uow.powers.officer}):
        mine = officer == row.substitute_id
        tell_person(
            connection,
            officer,
            kind,
            key=f"{kind}:{substitution_id}:{officer}",
            params={**facts, "answers": mine},
        )

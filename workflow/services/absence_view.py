"""Absences as pages show them: those that hold, that are to come and that were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row

from workflow.core.offices import Office
from workflow.services.absence import UnknownSubstitution
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import absences
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.leaving import tasks_held
from workflow.storage.queries.staff import memberships_of, person, staff_of

LOOKS_BACK: Final = timedelta(days=366)
"""How long the pages tell of a substitution that is over."""


class Phase(StrEnum):
    """Where a substitution stands on a day."""

    NOW = "now"
    AHEAD = "ahead"
    OVER = "over"
    CALLED_OFF = "called_off"
    """It was ended before it began."""


@dataclass(frozen=True, slots=True)
class Line:
    """A substitution as a list shows it."""

    row: Row[Any]
    phase: Phase
    mine: bool
    """Whether the reader is the one who is absent."""
    answers: bool
    """Whether the reader is the one who answers."""
    may_end: bool


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who is absent, where they act, and who could answer for them."""

    name: str
    """Empty for a position."""
    agencies: tuple[str, ...]
    others: Mapping[int, tuple[str, tuple[str, ...]]]
    """Name and agencies of each officer, by id."""


def lines_for(uow: UnitOfWork, office: Office) -> list[Line]:
    """List what concerns a reader: own absences, those answered for, those administered."""
    me = uow.powers.officer or 0
    with uow.reading() as connection:
        staff = staff_of(connection, office.agencies, today=uow.today)
        rows = absences.substitutions_of(
            connection,
            officers={me, *(row.officer_id for row in staff)},
            agencies=office.agencies,
            since=uow.today - LOOKS_BACK,
        )
    held: dict[int, set[str]] = {}
    for row in staff:
        held.setdefault(row.officer_id, set()).add(row.agency)
    return [_line(row, me, office, held, today=uow.today) for row in rows]


def tasks_lent(uow: UnitOfWork, officer_id: int) -> list[Row[Any]]:
    """List the open tasks of an absent colleague that the acting officer answers for today."""
    lent = uow.powers.substituted.get(officer_id)
    if lent is None:
        return []
    with uow.reading() as connection:
        visible = known_to(uow.powers)
        return tasks_held(connection, officer_id, lent.agencies, visible=visible)


def candidates_for_person(uow: UnitOfWork, officer_id: int, office: Office) -> Candidates:
    """Return who could answer for an officer; raise `UnknownSubstitution` if that is not to tell.

    Officers arrange their own absence, and whoever administers all their agencies.
    """
    with uow.reading() as connection:
        known = person(connection, officer_id)
        agencies = sorted({a for a, _ in memberships_of(connection, officer_id, first=uow.today)})
        mine = officer_id == uow.powers.officer
        administered = bool(agencies) and all(map(office.administers, agencies))
        if known is None or not (mine or administered):
            raise UnknownSubstitution
        others = _others(connection, uow, office, agencies)
    others.pop(officer_id, None)
    return Candidates(known.name, tuple(agencies), others)


def candidates_for_position(uow: UnitOfWork, role: str, agency: str, office: Office) -> Candidates:
    """Return who could answer for a position; raise `UnknownSubstitution`."""
    if not office.administers(agency) or office.network.get(agency) is None:
        raise UnknownSubstitution
    with uow.reading() as connection:
        others = _others(connection, uow, office, [agency])
        staff = staff_of(connection, [agency], today=uow.today)
    for row in staff:
        if row.role == role:
            others.pop(row.officer_id, None)
    return Candidates("", (agency,), others)


def _others(
    connection: Connection, uow: UnitOfWork, office: Office, agencies: list[str]
) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Return the people of the same bodies, but for who asks for somebody else."""
    bodies = {office.network.body(agency) for agency in agencies}
    places = [a.code for a in office.network if office.network.body(a.code) in bodies]
    found: dict[int, tuple[str, tuple[str, ...]]] = {}
    for row in staff_of(connection, places, today=uow.today):
        if row.active and row.officer_id != uow.powers.officer and row.valid_from <= uow.today:
            name, known = found.get(row.officer_id, (row.name, ()))
            found[row.officer_id] = name, tuple(dict.fromkeys([*known, row.agency]))
    return dict(sorted(found.items(), key=lambda item: item[1][0]))


def _line(
    row: Row[Any], me: int, office: Office, held: Mapping[int, set[str]], *, today: date
) -> Line:
    phase = _phase(row, today)
    mine = row.absent_id is not None and row.absent_id == me
    if row.absent_id is None:
        places = {row.agency}
    else:
        known = held.get(row.absent_id, set())
        places = known & {row.agency} if row.agency else known
    administered = bool(places) and all(map(office.administers, places))
    ends = phase in (Phase.NOW, Phase.AHEAD) and (mine or administered)
    return Line(row, phase, mine, row.substitute_id == me, ends)


def _phase(row: Row[Any], today: date) -> Phase:
    if row.valid_to < row.valid_from:
        return Phase.CALLED_OFF
    if row.valid_to < today:
        return Phase.OVER
    return Phase.NOW if row.valid_from <= today else Phase.AHEAD

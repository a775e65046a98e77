"""Closing the doors behind whoever leaves an agency: memberships, substitutions, sessions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from workflow.services.absence import tell_people
from workflow.services.personal import tell_person
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import absences, officers, sessions, staff
from workflow.storage.feeds import take_token
from workflow.storage.queries.leaving import feed_agencies
from workflow.storage.queries.staff import memberships_listed


def close_doors(connection: Connection, uow: UnitOfWork, row: Row[Any], *, last: date) -> None:
    """End all that an officer is in the agency of a departure, with the last day given.

    Whoever is nothing anywhere any more cannot sign in either. The connection must be in a
    transaction that holds the departure.
    """
    officer, agency = row.officer_id, row.agency
    elsewhere = _end_memberships(connection, row, last=last)
    still = {
        held.agency for held in elsewhere if held.valid_to is None or held.valid_to >= uow.today
    }
    _end_substitutions(connection, uow, officer, still)
    for of in feed_agencies(connection, officer):
        if not still or of == agency:
            take_token(connection, officer, of)
    if not still:
        officers.change_officer(connection, officer, active=False)
        officers.close_invitations(connection, officer, uow.now)
    sessions.end_sessions_of(connection, officer)
    staff.note_staff(
        connection,
        "left",
        officer,
        at=uow.now,
        by=row.created_by,
        agency=agency,
        reason=row.reason,
        tasks=sum(len(move["tasks"]) for move in row.moves),
    )
    staff.change_departure(connection, row.id, ended_at=uow.now)


def _end_memberships(connection: Connection, row: Row[Any], *, last: date) -> list[Row[Any]]:
    """End what an officer is in the agency of a departure; return what it is in others."""
    elsewhere = []
    for held in memberships_listed(connection, row.officer_id):
        if held.agency != row.agency:
            elsewhere.append(held)
        elif held.valid_to is None or held.valid_to > last:
            ends = max(last, held.valid_from - timedelta(days=1))
            officers.change_membership(
                connection, held.id, valid_from=held.valid_from, valid_to=ends
            )
            tell_person(
                connection,
                row.officer_id,
                "membership_ended",
                key=f"membership_ended:{held.id}:{row.id}",
                params={"agency": row.agency, "role": held.role, "last": ends.isoformat()},
            )
    return elsewhere


def _end_substitutions(
    connection: Connection, uow: UnitOfWork, officer: int, still: set[str]
) -> None:
    """End what was lent to or by somebody who works there no more."""
    network = uow.world().network
    bodies = {network.body(agency) for agency in still}
    for row in absences.substitutions_of(connection, officers={officer}, since=uow.today):
        answers = row.substitute_id == officer
        stays = still if row.agency is None else {a for a in still if a == row.agency}
        if answers and row.agency is not None:
            stays = {row.agency} if network.body(row.agency) in bodies else set()
        if not stays:
            last = max(uow.today, row.valid_from) - timedelta(days=1)
            absences.end_substitution(connection, row.id, last=last, at=uow.now, by=None)
            absent = {row.absent_id} if row.absent_id is not None else set()
            tell_people(connection, uow, "substitution_ended", row.id, absent)

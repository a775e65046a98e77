"""Who may read a case by name, and who has read one that only few may know of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from workflow.core.acts import admitting
from workflow.core.acts.admitting import watches_readers
from workflow.core.errors import NotAssigned
from workflow.core.snapshot import CaseSnapshot
from workflow.services.people import UnknownOfficer
from workflow.services.unit_of_work import Done, UnitOfWork
from workflow.storage import readings
from workflow.storage.queries.people import officer_by_email, officer_names

PAGE = 50
MOST_EXPORTED = 10_000
"""Lines of one export: more than a case is ever read."""


class Reading(StrEnum):
    """What of a case was read."""

    PAGE = "page"
    DOCUMENT = "document"
    PDF = "pdf"
    EXPORT = "export"
    FOUND = "found"
    """Its words, among what a search found."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the log ended, so that the next one goes on from there."""

    at: datetime
    officer: int
    kind: str


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """Somebody read something of the case on a day, the first time at an instant."""

    at: datetime
    day: date
    kind: Reading
    name: str
    email: str
    agency: str
    place: Place


@dataclass(frozen=True, slots=True)
class NamedReader:
    """Somebody who may read the case until a day."""

    officer: int
    name: str
    until: date
    ended: bool


@dataclass(frozen=True, slots=True)
class Readers:
    """Who may read a case by name, and a stretch of the log of who did."""

    case: CaseSnapshot
    named: tuple[NamedReader, ...]
    lines: tuple[ReadingLine, ...]
    following: Place | None
    """Where the next stretch begins, or None at the end."""


def grant_access(
    uow: UnitOfWork, number: str, email: str, *, until: date, reason: str, key: str
) -> Done:
    """Let the officer of an address read a case until a day.

    Raise `UnknownOfficer`, or what `acts.admitting.grant_access` raises.
    """
    uow.load(number)  # who may not know of the case learns of nobody's address either
    with uow.reading() as connection:
        officer = officer_by_email(connection, email)
    if officer is None:
        raise UnknownOfficer(email=email)
    return uow.act(
        number,
        lambda case, now: admitting.grant_access(case, officer.id, until, reason, now=now),
        key=key,
    )


def revoke_access(uow: UnitOfWork, number: str, officer: int, reason: str, *, key: str) -> Done:
    """Let an officer read a case by name no longer."""
    return uow.act(
        number,
        lambda case, now: admitting.revoke_access(case, officer, reason, now=now),
        key=key,
    )


def note(uow: UnitOfWork, case_ids: Collection[int], kind: Reading) -> int:
    """Note that the acting officer read some cases; once a day each; return how many are new."""
    officer = uow.powers.officer
    if officer is None or not case_ids:
        return 0
    with uow.writing() as connection:
        return readings.note_readings(
            connection,
            case_ids,
            kind,
            officer=officer,
            agency=uow.powers.agency,
            day=uow.today,
            at=uow.now,
        )


def readers_of(
    uow: UnitOfWork, number: str, *, after: Place | None = None, limit: int = PAGE
) -> Readers:
    """Return who may read a case by name and who did; raise `UnknownCase` or `NotAssigned`."""
    loaded = uow.load(number)
    case = loaded.snapshot
    if not watches_readers(case, uow.powers):
        raise NotAssigned(act="readers", agencies=(case.definition.owner,), number=number)
    place = (after.at, after.officer, after.kind) if after else None
    with uow.reading() as connection:
        rows = readings.readings_of(connection, loaded.case_id, after=place, limit=limit + 1)
        names = officer_names(connection, case.readers)
    lines = tuple(map(_line, rows[:limit]))
    return Readers(
        case=case,
        named=tuple(
            NamedReader(who, names.get(who, ""), until, until < uow.today)
            for who, until in sorted(case.readers.items(), key=lambda item: (item[1], item[0]))
        ),
        lines=lines,
        following=lines[-1].place if len(rows) > limit else None,
    )


def _line(row: Row[Any]) -> ReadingLine:
    return ReadingLine(
        at=row.at,
        day=row.day,
        kind=Reading(row.kind),
        name=row.name,
        email=row.email,
        agency=row.agency,
        place=Place(row.at, row.officer_id, row.kind),
    )

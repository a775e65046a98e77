"""Keeping what ended cases tell of persons as long as their type says, and then no longer.

Lei 13.709/2018, arts. 15 and 16: data go when they have served, but for what the law has kept.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Row

from workflow.core.acts.allowed import demand_reason
from workflow.core.change import JobKind
from workflow.core.definition import Definition
from workflow.core.fields import Text
from workflow.core.offices import NotInCharge, Office
from workflow.core.retention import Retention
from workflow.services.erasing import CaseHeld, erasable, erase, erase_at_end
from workflow.services.notices import CLOCK_POWERS
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import retention as storage
from workflow.storage.jobs import ClaimedJob, enqueue, note_given_up, settle
from workflow.storage.queries.cases import known_to

log = logging.getLogger(__name__)

AHEAD: Final = timedelta(days=30)
"""How long before it goes a case is listed, so that somebody can still hold it."""
MOST_LISTED: Final = 200
MOST_COUNTED: Final = 10_000
"""How many of a type are counted beyond those that are listed."""
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class RunningOut:
    """An ended case that tells of persons no longer than until a day, unless it is held."""

    number: str
    title: Text
    """Of its type."""
    ended: date
    on: date
    """The first day on which it is to be erased."""
    source: str
    held: str | None
    """Why it is kept all the same."""
    failed_at: datetime | None
    """When it was to be erased and could not be, the last time."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The cases that are erased next, and how many come after those that are listed."""

    listed: tuple[RunningOut, ...]
    more: int

    @property
    def and_still_more(self) -> bool:
        """Whether they were not all counted."""
        return self.more >= MOST_COUNTED


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a case goes on telling of persons."""

    term: Retention | None
    on: date | None
    """The day on which it is erased; None while it is open, or without a term."""
    held: Row[Any] | None


def running_out(
    uow: UnitOfWork, *, office: Office | None, within: timedelta = AHEAD, most: int = MOST_LISTED
) -> Ahead:
    """List the cases whose term runs out soon, and those that were to go and stay, the next first.

    Those that the reader may not know of are not there; no office is the command line. Raise
    `NotInCharge`.
    """
    _demand(office)
    found, more = list[RunningOut](), 0
    for definition, term in _types(uow):
        due = _due(uow, definition, term, until=uow.today + within, office=office)
        with uow.reading() as connection:
            rows = storage.telling_of_persons(connection, due, limit=most)
            if len(rows) == most:
                more += storage.count_telling(connection, due, most=most + MOST_COUNTED) - most
        found += [
            RunningOut(
                row.number,
                definition.title,
                _day(uow, row.closed_at),
                term.runs_out(_day(uow, row.closed_at)),
                term.source,
                row.held,
                row.failed_at,
            )
            for row in rows
        ]
    found.sort(key=lambda one: (one.on, one.number))
    return Ahead(tuple(found[:most]), more + len(found[most:]))


def keeping(uow: UnitOfWork, number: str, *, office: Office | None) -> Keeping:
    """Return how long a case tells of persons; raise as `erasing.erasable` does."""
    _demand(office)
    loaded = (uow if office else uow.as_powers(CLOCK_POWERS)).load(number)
    case = loaded.snapshot
    term = uow.installation.newest(case.definition.key).retention
    with uow.reading() as connection:
        held = storage.hold_of(connection, loaded.case_id)
    ended = case.closed_at
    return Keeping(term, term.runs_out(_day(uow, ended)) if term and ended else None, held)


def hold(uow: UnitOfWork, number: str, reason: str, *, office: Office | None) -> None:
    """Have a case keep what it tells of persons, whatever its term, until that is lifted.

    Raise `ReasonMissing`, or as `erasing.erasable` does.
    """
    case_id, written = _case_id(uow, number, office), demand_reason(reason)
    with uow.writing() as connection:
        storage.hold(connection, case_id, written, by=uow.powers.officer, at=uow.now)


def lift(uow: UnitOfWork, number: str, *, office: Office | None) -> bool:
    """Let the term of a case run again; False if nobody held it. Raise as `hold` does."""
    case_id = _case_id(uow, number, office)
    with uow.writing() as connection:
        if not storage.lift(connection, case_id, by=uow.powers.officer, at=uow.now):
            return False
        key = f"{number}:lifted:{uow.now.isoformat()}"
        enqueue(connection, JobKind.ERASE, key=key, payload={"number": number}, case_id=case_id)
    return True


def erase_run_out(uow: UnitOfWork) -> int:
    """Erase what cases tell of persons whose term has run out; return of how many cases.

    Each case is a transaction of its own; one that fails stops no other, and is told to whoever
    watches the installation until it is done.
    """
    done = 0
    for definition, term in _types(uow):
        for row in _cases(uow, _due(uow, definition, term, until=uow.today, office=None)):
            if row.held is None:
                done += _erase(uow, row, term)
    return done


def erase_for_job(uow: UnitOfWork, job: ClaimedJob) -> None:
    """Do what was asked at a case's end, or what failed at the end of its term."""
    if not job.key.endswith(storage.AT_TERM):
        erase_at_end(uow, job)
        return
    number = job.payload["number"]
    kept = keeping(uow, number, office=None)
    if kept.term and kept.on and kept.on <= uow.today and kept.held is None:
        _erase_case(uow, number, kept.term)


def _erase(uow: UnitOfWork, row: Row[Any], term: Retention) -> bool:
    """Erase what a case tells; comments that came after it, too."""
    key = f"{row.number}{storage.AT_TERM}"
    try:
        done = _erase_case(uow, row.number, term)
    except CaseHeld:
        return False  # since it was looked for
    except Exception as error:
        log.exception("what case %s tells of persons could not be erased", row.number)
        told = {"key": key, "number": row.number, "case_id": row.id}
        with uow.writing() as connection:
            note_given_up(connection, JobKind.ERASE, error=type(error).__name__, **told)
        return False
    if row.failed_at is not None:
        with uow.writing() as connection:
            settle(connection, key)
    return done


def _erase_case(uow: UnitOfWork, number: str, term: Retention) -> bool:
    found = erasable(uow, number, office=None)
    parts, key = {part.key for part in found.parts}, f"{number}:retention:{found.case.seq}"
    done = erase(uow, number, parts, reason=term.source, office=None, key=key)
    return not done.repeated


def _types(uow: UnitOfWork) -> list[tuple[Definition, Retention]]:
    """List the types that say how long, each as its newest version says it for all its cases."""
    newest = uow.installation.latest().values()
    return [(one, one.retention) for one in newest if one.retention is not None]


def _due(
    uow: UnitOfWork, definition: Definition, term: Retention, *, until: date, office: Office | None
) -> storage.Due:
    """Say which cases of a type have a term that ends by a day."""
    following = term.ended_by(until) + timedelta(days=1)
    before = datetime.combine(following, time(), tzinfo=uow.installation.zone)
    return storage.Due(definition.key, before, known_to(uow.powers) if office else None)


def _cases(uow: UnitOfWork, due: storage.Due) -> Iterator[Row[Any]]:
    after = None
    while True:
        with uow.reading() as connection:
            rows = storage.telling_of_persons(connection, due, after=after, limit=_PAGE)
        yield from rows
        if len(rows) < _PAGE:
            return
        after = rows[-1].closed_at, rows[-1].id


def _case_id(uow: UnitOfWork, number: str, office: Office | None) -> int:
    _demand(office)
    return (uow if office else uow.as_powers(CLOCK_POWERS)).load(number).case_id


def _demand(office: Office | None) -> None:
    if office is not None and not office.coordinates:
        raise NotInCharge


def _day(uow: UnitOfWork, at: datetime) -> date:
    return at.astimezone(uow.installation.zone).date()

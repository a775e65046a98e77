"""The mail of the day: what is not urgent, once a day for each person who has something to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from workflow.core.acts.undo import REVERSIBLE
from workflow.core.office_hours import in_office_hours
from workflow.core.snapshot import CaseSnapshot
from workflow.services.couriers import Courier, NotDelivered, log_attempt
from workflow.services.mail import DigestLetter, Letter, compose, still_owed, urgency
from workflow.services.notices import UNDO_WINDOW, LeaseLost
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.ways import manners_of
from workflow.storage import digests
from workflow.storage.case import Case
from workflow.storage.jobs import ClaimedJob, complete, extend, fail
from workflow.storage.load import load_cases
from workflow.storage.queries.audience import active_among
from workflow.storage.queries.due import withdraw_one
from workflow.storage.queries.notices import notices_for_digest

MOST_LINES = 40
"""How many lines one mail holds; the others are counted, and read on the pages."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What waits for a person's mail of the day, and what becomes of it."""

    told: tuple[Row[Any], ...] = ()
    known: tuple[Row[Any], ...] = ()
    """Read on the pages, or overtaken by a later notice of the same clock."""
    stale: tuple[Row[Any], ...] = ()


def queue_digests(uow: UnitOfWork) -> int:
    """Queue the mails of the day that are due; return how many."""
    queued = 0
    while True:
        with uow.writing() as connection:
            more = digests.queue_due(connection, uow.now)
        if not more:
            return queued
        queued += more


def send_digest(uow: UnitOfWork, job: ClaimedJob, courier: Courier) -> None:
    """Send a person the mail of a day, unless it was sent or there is nothing to say.

    Raise `LeaseLost` if another worker has the job.
    """
    officer, day = job.payload["officer"], date.fromisoformat(job.payload["digest"])
    with uow.reading() as connection:
        done = digests.is_done(connection, officer, day)
        rows = [] if done else notices_for_digest(connection, officer)
        cases = _cases(connection, uow, rows)
        here = bool(active_among(connection, [officer]))
    contents = _sorted(uow, rows, cases) if here else Contents(stale=tuple(rows))
    if done or not contents.told:
        _end(uow, job, day, contents)
        return
    at_work = _is_at_work(uow, officer)
    with uow.writing() as connection:
        if not at_work:
            fail(connection, job, error="nobody is at work to read it", patience=None)
            return
        if not extend(connection, job):
            raise LeaseLost(job.key)
    _hand_over(uow, job, courier, day, contents, cases)


def _is_at_work(uow: UnitOfWork, officer: int) -> bool:
    world = uow.world()
    with uow.reading() as connection:
        calendar = manners_of(connection, {officer}, world, at=uow.now).calendar(officer)
    return in_office_hours(uow.now, calendar, world.zone)


def _hand_over(  # noqa: PLR0917 - one step of the above
    uow: UnitOfWork,
    job: ClaimedJob,
    courier: Courier,
    day: date,
    contents: Contents,
    cases: Mapping[int, CaseSnapshot],
) -> None:
    world = uow.world()
    lines = [compose(row, cases[row.case_id], world, today=uow.today) for row in contents.told]
    try:
        courier.deliver(_letter(contents.told[0], day, uow.today, lines))
    except NotDelivered as failure:
        if failure.for_good:
            _end(uow, job, day, contents, failure=failure)
            return
        with uow.writing() as connection:
            log_attempt(connection, uow, job, [row.id for row in contents.told], failure=failure)
            fail(connection, job, error=str(failure), patience=None)
        return
    _end(uow, job, day, contents)


def _letter(row: Row[Any], day: date, today: date, lines: Sequence[Letter]) -> DigestLetter:
    ordered = sorted(lines, key=lambda line: (urgency(line), line.due_on or today, line.number))
    return DigestLetter(
        officer_id=row.officer_id,
        day=day,
        name=row.name,
        address=row.email,
        language=row.language,
        fictional=row.fictional,
        today=today,
        lines=tuple(ordered[:MOST_LINES]),
        more=len(ordered[MOST_LINES:]),
    )


def _sorted(
    uow: UnitOfWork, rows: Sequence[Row[Any]], cases: Mapping[int, CaseSnapshot]
) -> Contents:
    """Tell what is news from what is known, or is true no longer; leave what may be undone yet."""
    waiting = [row for row in rows if not _may_be_undone(row, uow)]
    true = [row for row in waiting if still_owed(row, cases[row.case_id])]
    last = {(row.case_id, row.clock_key): row.id for row in true}
    told = [r for r in true if not r.was_read and last[r.case_id, r.clock_key] == r.id]
    return Contents(
        told=tuple(told),
        known=tuple(row for row in true if row not in told),
        stale=tuple(row for row in waiting if row not in true),
    )


def _may_be_undone(row: Row[Any], uow: UnitOfWork) -> bool:
    return row.kind in REVERSIBLE and uow.now - row.issued_at < UNDO_WINDOW


def _cases(
    connection: Connection, uow: UnitOfWork, rows: Sequence[Row[Any]]
) -> dict[int, CaseSnapshot]:
    ids = sorted({row.case_id for row in rows})
    definitions = uow.installation.definition
    found = load_cases(
        connection, Case.id.in_(ids), after=0, limit=len(ids), definitions=definitions
    )
    return {loaded.case_id: loaded.snapshot for loaded in found}


def _end(
    uow: UnitOfWork,
    job: ClaimedJob,
    day: date,
    contents: Contents,
    *,
    failure: NotDelivered | None = None,
) -> None:
    """Note what was told, whoever has the job by now, and let the rest wait for the next day."""
    officer, world = job.payload["officer"], uow.world()
    with uow.writing() as connection:
        for row in contents.stale:
            withdraw_one(connection, row.id, at=uow.now)
        log_attempt(connection, uow, job, [row.id for row in contents.told], failure=failure)
        over = list(_ids(contents))
        if digests.end(connection, officer, day, at=uow.now, told=over):
            manners = manners_of(connection, {officer}, world, at=uow.now)
            digests.schedule(connection, manners.digest_days(officer, uow.now))
        complete(connection, job)


def _ids(contents: Contents) -> Iterator[int]:
    yield from (row.id for row in (*contents.told, *contents.known))

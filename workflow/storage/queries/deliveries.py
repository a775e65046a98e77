"""The sending of notices as whoever keeps the installation asks of it: waiting, sent, given up.

Pages go backwards by id. A page looks at a bounded number of rows, whatever it leaves out.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, tuple_

from workflow.core.change import JobKind
from workflow.storage.case import Case
from workflow.storage.people import Officer
from workflow.storage.queries.due import SENT
from workflow.storage.work import Delivery, JobRow, NoticeRow

LOOKED_AT: Final = 1000
"""At how many rows of the log one page looks, when it shows only some of them."""


def case_id_of(connection: Connection, number: str) -> int | None:
    """Return the id of a case by its number, or None."""
    return connection.execute(select(Case.id).where(Case.number == number)).scalar_one_or_none()


def mail_jobs(
    connection: Connection,
    *,
    failed: bool,
    case_id: int | None = None,
    before: int | None = None,
    limit: int,
) -> list[Row[Any]]:
    """List the mails that wait, or those that were given up, the newest first."""
    ended = JobRow.failed_at.is_not(None) if failed else JobRow.failed_at.is_(None)
    wanted = (
        select(
            *(JobRow.id, JobRow.case_id, JobRow.payload, JobRow.attempt, JobRow.run_at),
            *(JobRow.created_at, JobRow.failed_at, JobRow.last_error, Case.number),
        )
        .outerjoin(Case, Case.id == JobRow.case_id)
        .where(JobRow.kind == JobKind.SEND_MAIL, JobRow.done_at.is_(None), ended)
    )
    if case_id is not None:
        wanted = wanted.where(JobRow.case_id == case_id)
    if before is not None:
        wanted = wanted.where(JobRow.id < before)
    return list(connection.execute(wanted.order_by(JobRow.id.desc()).limit(limit)))


def count_mails(connection: Connection) -> tuple[int, int]:
    """Count the mails that wait, and those that were given up."""
    counted = select(
        func.count().filter(JobRow.failed_at.is_(None)).label("waiting"),
        func.count().filter(JobRow.failed_at.is_not(None)).label("failed"),
    ).where(
        JobRow.kind == JobKind.SEND_MAIL,
        JobRow.done_at.is_(None),
    )
    row = connection.execute(counted).one()
    return row.waiting, row.failed


def notices_of_jobs(connection: Connection, jobs: Collection[Row[Any]]) -> dict[int, Row[Any]]:
    """Return the notice that each job sends, by the id of the job; mails of the day have none."""
    personal = {job.payload["personal"]: job.id for job in jobs if "personal" in job.payload}
    keyed = {
        (job.case_id, *job.payload["key"], job.payload["officer"]): job.id
        for job in jobs
        if "key" in job.payload
    }
    asked: list[ColumnElement[bool]] = []
    row = NoticeRow
    key = (row.case_id, row.clock_key, row.generation, row.rung, row.occurrence, row.officer_id)
    if personal:
        asked.append(row.id.in_(personal))
    if keyed:
        asked.append(and_(row.channel == "email", tuple_(*key).in_(list(keyed))))
    if not asked:
        return {}
    found: Any = connection.execute(select(row.id, *key, row.kind).where(or_(*asked)))
    return {personal.get(one.id) or keyed[tuple(one)[1:7]]: one for one in found}


def sent_notices(
    connection: Connection,
    *,
    kind: str | None = None,
    case_id: int | None = None,
    before: int | None = None,
    limit: int,
) -> tuple[list[Row[Any]], int | None]:
    """List what was sent, the newest first, and from where to go on; None at the end."""
    log = select(Delivery.id, Delivery.notice_id, Delivery.at, Delivery.attempt, Delivery.result)
    if before is not None:
        log = log.where(Delivery.id < before)
    if case_id is not None:
        log = log.where(
            Delivery.notice_id.in_(select(NoticeRow.id).where(NoticeRow.case_id == case_id))
        )
    looked = log.order_by(Delivery.id.desc()).limit(LOOKED_AT).subquery()
    wanted = (
        select(*looked.c, NoticeRow.kind, Officer.name, Case.number)
        .join(NoticeRow, NoticeRow.id == looked.c.notice_id)
        .join(Officer, Officer.id == NoticeRow.officer_id)
        .outerjoin(Case, Case.id == NoticeRow.case_id)
        .where(looked.c.result == SENT)
        .order_by(looked.c.id.desc())
    )
    if kind is not None:
        wanted = wanted.where(NoticeRow.kind == kind)
    rows: list[Row[Any]] = list(connection.execute(wanted.limit(limit + 1)))
    if len(rows) > limit:
        return rows[:limit], rows[limit - 1].id
    oldest, seen = connection.execute(select(func.min(looked.c.id), func.count(looked.c.id))).one()
    return rows, oldest if seen == LOOKED_AT else None


def first_since(connection: Connection, at: datetime) -> int:
    """Return the id from which on the log is of an instant or later.

    The log is written in the order of time, so that it is found by halving.
    """
    least, most = connection.execute(select(func.min(Delivery.id), func.max(Delivery.id))).one()
    low, high = least or 1, (most or 0) + 1
    while low < high:
        middle = (low + high) // 2
        there = select(Delivery.at).where(Delivery.id >= middle).order_by(Delivery.id).limit(1)
        if connection.execute(there).scalar_one() < at:
            low = middle + 1
        else:
            high = middle
    return low

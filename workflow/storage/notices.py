"""Notices as they are issued: each once by its key, with the work of sending it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from workflow.core.change import Job
from workflow.storage import dialect
from workflow.storage.case import Case
from workflow.storage.digests import DigestDays, schedule
from workflow.storage.jobs import enqueue
from workflow.storage.telling import LadderSwitch, NoticeWish
from workflow.storage.work import Delivery, NoticeRow


@dataclass(frozen=True, slots=True)
class Notice:
    """A message owed to one officer over one channel."""

    clock_key: str
    """Key of the clock; `event:SEQ` for what an act told."""
    generation: int
    rung: str
    occurrence: int
    officer_id: int
    channel: str
    """`app`, `email` or `digest`."""
    kind: str
    params: Mapping[str, Any]
    issued_at: datetime
    task_no: int | None = None


def record_notices(
    connection: Connection,
    case_id: int,
    *,
    revision: int,
    noticed_until: datetime,
    wake_at: datetime | None,
    notices: Sequence[Notice] = (),
    jobs: Iterable[Job] = (),
    digests: Iterable[DigestDays] = (),
) -> bool:
    """Issue what a case owes up to an instant, unless the case has moved since; say whether.

    It is no act: the revision stays. The connection must be in a transaction.
    """
    guarded = update(Case).where(Case.id == case_id, Case.revision == revision)
    seen = guarded.values(noticed_until=noticed_until, wake_at=wake_at)
    if connection.execute(seen).rowcount != 1:
        return False
    issue(connection, case_id, notices=notices, jobs=jobs, digests=digests)
    return True


def issue(
    connection: Connection,
    case_id: int,
    *,
    notices: Sequence[Notice],
    jobs: Iterable[Job] = (),
    digests: Iterable[DigestDays] = (),
) -> int:
    """Write the notices that are not written yet, with their jobs; return how many are new.

    `digests` says on which days those for the mail of the day are sent.

    The connection must be in a transaction.
    """
    rows = [{**asdict(notice), "case_id": case_id} for notice in notices]
    written = _count(connection, case_id)
    if rows:
        connection.execute(dialect.insert(connection)(NoticeRow).on_conflict_do_nothing(), rows)
    for job in jobs:
        enqueue(
            connection,
            job.kind,
            key=job.key,
            payload=job.payload,
            case_id=case_id,
            run_at=job.run_at,
        )
    for days in digests:
        schedule(connection, days)
    return _count(connection, case_id) - written


def add_personal(
    connection: Connection,
    officer_id: int,
    kind: str,
    *,
    key: str,
    channel: str,
    params: Mapping[str, Any],
    at: datetime,
) -> int:
    """Write what an officer is told that is about no case; that it is once, its job sees to."""
    about_nothing = {"case_id": None, "generation": 1, "rung": "", "occurrence": 1}
    row = {"clock_key": key, "officer_id": officer_id, "kind": kind, "channel": channel}
    written = dialect.insert(connection)(NoticeRow).values(
        **about_nothing, **row, params=dict(params), issued_at=at
    )
    number: int = connection.execute(written.returning(NoticeRow.id)).scalar_one()
    return number


def mark_read(
    connection: Connection, officer_id: int, *, at: datetime, notice_id: int | None = None
) -> int:
    """Note that an officer has read a notice, or all of them; return how many were unread."""
    unread = update(NoticeRow).where(
        NoticeRow.officer_id == officer_id,
        NoticeRow.channel == "app",
        NoticeRow.read_at.is_(None),
    )
    if notice_id is not None:
        unread = unread.where(NoticeRow.id == notice_id)
    return connection.execute(unread.values(read_at=at)).rowcount


def keep_wishes(connection: Connection, officer_id: int, wishes: Mapping[str, str]) -> None:
    """Keep how an officer wants to be told of each topic."""
    added = dialect.insert(connection)(NoticeWish)
    kept = added.on_conflict_do_update(
        index_elements=[NoticeWish.officer_id, NoticeWish.topic],
        set_={"way": added.excluded.way},
    )
    rows = [{"officer_id": officer_id, "topic": t, "way": way} for t, way in wishes.items()]
    connection.execute(kept, rows)


def switch_ladder(
    connection: Connection,
    definition_key: str,
    audience: str,
    *,
    is_on: bool,
    by: int,
    at: datetime,
) -> None:
    """Note that warnings of a request type may climb to an audience, or may no longer."""
    row = {"definition_key": definition_key, "audience": audience, "is_on": is_on}
    connection.execute(dialect.insert(connection)(LadderSwitch).values(**row, by=by, at=at))


def log_delivery(
    connection: Connection,
    *,
    notice_id: int | None,
    job_id: int | None,
    attempt: int,
    at: datetime,
    result: str,
    detail: str | None = None,
) -> None:
    """Note one attempt to send a notice, and how it went."""
    values = {
        "notice_id": notice_id,
        "job_id": job_id,
        "attempt": attempt,
        "at": at,
        "result": result,
        "detail": detail,
    }
    connection.execute(dialect.insert(connection)(Delivery).values(values))


def _count(connection: Connection, case_id: int) -> int:
    counted = select(func.count()).select_from(NoticeRow).where(NoticeRow.case_id == case_id)
    number: int = connection.execute(counted).scalar_one()
    return number

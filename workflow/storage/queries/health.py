"""What whoever watches the installation asks of it: what waits, what failed, who beats."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, delete, func, or_, select, union

from workflow.core.change import JobKind
from workflow.storage.case import Case, TaskRow
from workflow.storage.dialect import database_now
from workflow.storage.queries.due import note_fired
from workflow.storage.untold import waiting_acts
from workflow.storage.work import JobRow, Schedule

SWEEP: Final = "sweep"
"""The name of the round that looks for due cases, among the schedules."""

BEAT: Final = "clock:"
"""What the name of a clock process stands behind among the schedules."""

MOST: Final = 25
"""How many lines of a list are told."""


class Backlog(NamedTuple):
    """The jobs that are still to be done, mails among them, and acts to be told of."""

    jobs: int
    lag: timedelta
    """For how long the job whose turn came first has been waiting; zero if none is late."""
    mails: int
    delayed_mails: int
    """Mails that were tried in vain so far."""
    delayed_since: datetime | None
    """When the oldest of these was written."""
    failing: int
    """Other jobs that were tried in vain so far."""


class FailedJob(NamedTuple):
    """A job that was given up, and why."""

    id: int
    kind: str
    number: str | None
    """The case that it was about."""
    attempts: int
    failed_at: datetime
    reason: str


class Beat(NamedTuple):
    """A clock process, and when it was last heard of."""

    process: str
    at: datetime


def backlog(connection: Connection) -> Backlog:
    """Return what waits to be done; it costs in proportion to what waits."""
    tried = JobRow.attempt > 0
    columns = (
        JobRow.kind,
        func.count().label("waiting"),
        func.min(JobRow.run_at).label("oldest"),
        func.count().filter(tried).label("delayed"),
        func.min(JobRow.created_at).filter(tried).label("since"),
        func.count().filter(JobRow.last_error.is_not(None)).label("failing"),
        database_now().label("now"),
    )
    rows = connection.execute(select(*columns).where(*_WAITING).group_by(JobRow.kind)).all()
    mail: Any = next((row for row in rows if row.kind == JobKind.SEND_MAIL), None)
    untold, lag = waiting_acts(connection)
    late = [lag, *(row.now - row.oldest for row in rows)]
    return Backlog(
        jobs=untold + sum(row.waiting for row in rows),
        lag=max([*late, timedelta()]),
        mails=mail.waiting if mail else 0,
        delayed_mails=mail.delayed if mail else 0,
        delayed_since=mail.since if mail else None,
        failing=sum(row.failing for row in rows if row.kind != JobKind.SEND_MAIL),
    )


def failed_jobs(connection: Connection, *, limit: int = MOST) -> list[FailedJob]:
    """List the jobs that were given up, the latest first."""
    wanted = (
        select(
            *(JobRow.id, JobRow.kind, Case.number, JobRow.attempt),
            *(JobRow.failed_at, JobRow.last_error),
        )
        .outerjoin(Case, Case.id == JobRow.case_id)
        .where(JobRow.failed_at.is_not(None))
        .order_by(JobRow.failed_at.desc(), JobRow.id.desc())
        .limit(limit)
    )
    rows = connection.execute(wanted).all()
    return [
        FailedJob(row.id, row.kind, row.number, row.attempt, row.failed_at, row.last_error or "")
        for row in rows
        if row.failed_at
    ]


def count_failed(connection: Connection) -> int:
    """Count the jobs that were given up."""
    counted = select(func.count()).select_from(JobRow).where(JobRow.failed_at.is_not(None))
    number: int = connection.execute(counted).scalar_one()
    return number


def count_open_cases(connection: Connection) -> int:
    """Count the cases with an open task or a day to come; it costs in proportion to these."""
    with_tasks = select(TaskRow.case_id).where(TaskRow.is_open())
    waking = select(Case.id).where(Case.wake_at.is_not(None))
    counted = select(func.count()).select_from(union(with_tasks, waking).subquery())
    number: int = connection.execute(counted).scalar_one()
    return number


# --- Clock processes -----------------------------------------------------------------------------


def note_beat(connection: Connection, process: str, at: datetime) -> None:
    """Note that a clock process is alive."""
    note_fired(connection, BEAT + process, at)


def forget_beat(connection: Connection, process: str) -> None:
    """Forget a clock process that has ended well."""
    connection.execute(delete(Schedule).where(Schedule.key == BEAT + process))


def forget_beats(connection: Connection, *, before: datetime) -> int:
    """Forget the clock processes that died so long ago; return how many."""
    dead = _is_beat() & (Schedule.last_fired_at < before)
    return connection.execute(delete(Schedule).where(dead)).rowcount


def beats(connection: Connection) -> list[Beat]:
    """List the clock processes, the last heard of first, as far as anybody wants to know."""
    wanted = select(Schedule.key, Schedule.last_fired_at).where(_is_beat())
    latest = wanted.order_by(Schedule.last_fired_at.desc(), Schedule.key).limit(MOST)
    rows = connection.execute(latest)
    return [Beat(key.removeprefix(BEAT), at) for key, at in rows]


def clock_seen(connection: Connection) -> datetime | None:
    """Return when a clock was last heard of, whether it still runs or comes by now and then."""
    seen = select(func.max(Schedule.last_fired_at)).where(or_(_is_beat(), Schedule.key == SWEEP))
    return connection.execute(seen).scalar_one()


_WAITING = (JobRow.done_at.is_(None), JobRow.failed_at.is_(None))


def _is_beat() -> Any:  # noqa: ANN401 - a condition
    return Schedule.key.startswith(BEAT, autoescape=True)

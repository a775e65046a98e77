"""Work to be done after an act: claimed under a lease, finished once, tried again for three days.

Leases and turns go by the database's clock, so hosts whose clocks differ still agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, or_, select, update

from workflow.storage import dialect
from workflow.storage.dialect import database_now
from workflow.storage.work import JobRow

LEASE: Final = timedelta(seconds=60)
FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(hours=1)
PATIENCE: Final = timedelta(hours=72)
"""How long a job is tried before it is given up."""
MOST_TOLD: Final = 2000
"""How much is kept of what went wrong."""


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job in the hands of one worker, until its lease ends."""

    id: int
    kind: str
    key: str
    case_id: int | None
    payload: Mapping[str, Any]
    attempt: int
    """Which try this is; whoever comes late with an older try changes nothing."""
    created_at: datetime
    owner: str


def enqueue(
    connection: Connection,
    kind: str,
    *,
    key: str,
    payload: Mapping[str, Any],
    case_id: int | None = None,
    run_at: datetime | None = None,
) -> bool:
    """Write a job unless one of that key was ever written; return whether it was."""
    values = {
        "kind": kind,
        "key": key,
        "payload": payload,
        "case_id": case_id,
        "created_at": database_now(),
        "run_at": run_at or database_now(),
    }
    added = dialect.insert(connection)(JobRow).values(values).on_conflict_do_nothing()
    return connection.execute(added.returning(JobRow.id)).first() is not None


def claim(
    connection: Connection, owner: str, *, limit: int = 10, lease: timedelta = LEASE
) -> list[ClaimedJob]:
    """Take up to so many jobs whose turn it is and whom nobody holds, the oldest first."""
    free = or_(JobRow.lease_until.is_(None), JobRow.lease_until < database_now())
    due = (
        select(JobRow.id)
        .where(_waiting(), JobRow.run_at <= database_now(), free)
        .order_by(JobRow.run_at, JobRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
        .prefix_with("MATERIALIZED")  # asked again by another plan, it would lock other rows
    )
    taken = connection.execute(
        update(JobRow)
        .where(JobRow.id.in_(select(due.c.id)))
        .values(
            attempt=JobRow.attempt + 1,
            lease_owner=owner,
            lease_until=database_now(lease.total_seconds()),
        )
        .returning(*JobRow.__table__.columns)
    ).all()
    return [_claimed(row, owner) for row in sorted(taken, key=lambda row: (row.run_at, row.id))]


def complete(connection: Connection, job: ClaimedJob) -> bool:
    """End a job in the transaction of its effects; False if another worker has it by now.

    On False the caller must undo the effects.
    """
    ended = _held(job).values(done_at=database_now(), lease_until=None, last_error=None)
    return connection.execute(ended).rowcount == 1


def wait_after(tries: int) -> timedelta:
    """Return for how long what has failed so many times waits: twice as long after each."""
    return min(FIRST_WAIT * (1 << min(tries - 1, 16)), LONGEST_WAIT)


def fail(
    connection: Connection,
    job: ClaimedJob,
    *,
    error: str,
    final: bool = False,
    patience: timedelta | None = PATIENCE,
) -> bool:
    """Put a job off after a failure, or give it up; False if another worker has it by now.

    With `patience` None it is tried for ever.
    """
    wait = wait_after(job.attempt)
    failed_at: Any = database_now() if final else None
    if patience is not None and not final:
        given_up = JobRow.created_at < database_now(-patience.total_seconds())
        failed_at = case((given_up, database_now()), else_=None)
    failed = _held(job).values(
        run_at=database_now(wait.total_seconds()),
        lease_until=None,
        last_error=told_briefly(error),
        failed_at=failed_at,
    )
    return connection.execute(failed).rowcount == 1


def extend(connection: Connection, job: ClaimedJob, *, lease: timedelta = LEASE) -> bool:
    """Hold a job longer; False if another worker has it by now."""
    held = _held(job).values(lease_until=database_now(lease.total_seconds()))
    return connection.execute(held).rowcount == 1


def follows_unfinished(connection: Connection, job: ClaimedJob) -> bool:
    """Say whether work of the same kind, asked earlier of the same case, is still to be done."""
    earlier = select(JobRow.id).where(
        JobRow.case_id == job.case_id, JobRow.kind == job.kind, JobRow.id < job.id, _waiting()
    )
    return connection.execute(earlier.limit(1)).first() is not None


def try_again(connection: Connection, job_id: int) -> bool:
    """Let a job that was given up be tried once more, now; False if it was not given up."""
    given_up = update(JobRow).where(
        JobRow.id == job_id, JobRow.failed_at.is_not(None), JobRow.done_at.is_(None)
    )
    anew = given_up.values(failed_at=None, run_at=database_now(), lease_until=None)
    return connection.execute(anew).rowcount == 1


def note_given_up(
    connection: Connection, kind: str, *, key: str, number: str, case_id: int, error: str
) -> None:
    """Write that something was tried in a case without a job, in vain; it can be tried again."""
    failed = {"failed_at": database_now(), "done_at": None, "last_error": told_briefly(error)}
    values = {
        "kind": kind,
        "key": key,
        "payload": {"number": number},
        "case_id": case_id,
        "created_at": database_now(),
        "run_at": database_now(),
        "attempt": 1,
        **failed,
    }
    added = dialect.insert(connection)(JobRow).values(values)
    again = {**failed, "attempt": JobRow.attempt + 1}
    connection.execute(added.on_conflict_do_update(index_elements=[JobRow.key], set_=again))


def settle(connection: Connection, key: str) -> None:
    """End what was given up, where it was done some other way."""
    given_up = JobRow.key == key, JobRow.done_at.is_(None)
    ended = {"done_at": database_now(), "failed_at": None, "last_error": None}
    connection.execute(update(JobRow).where(*given_up).values(ended))


def forget_ended(connection: Connection, *, older_than: timedelta, limit: int) -> int:
    """Delete so many of the jobs that were done or given up long ago; return how many."""
    before = database_now(-older_than.total_seconds())
    return sum(
        connection.execute(
            delete(JobRow).where(
                JobRow.id.in_(select(JobRow.id).where(ended < before).order_by(ended).limit(limit))
            )
        ).rowcount
        for ended in (JobRow.done_at, JobRow.failed_at)
    )


def told_briefly(error: str) -> str:
    """Return what went wrong as every database keeps it, whatever content it quotes."""
    kept = error.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    return kept[:MOST_TOLD]


def _waiting() -> ColumnElement[bool]:
    return and_(JobRow.done_at.is_(None), JobRow.failed_at.is_(None))


def _held(job: ClaimedJob) -> Any:  # noqa: ANN401 - an UPDATE to be completed
    return update(JobRow).where(
        JobRow.id == job.id,
        JobRow.lease_owner == job.owner,
        JobRow.attempt == job.attempt,
        _waiting(),
    )


def _claimed(row: Row[Any], owner: str) -> ClaimedJob:
    return ClaimedJob(
        id=row.id,
        kind=row.kind,
        key=row.key,
        case_id=row.case_id,
        payload=row.payload,
        attempt=row.attempt,
        created_at=row.created_at,
        owner=owner,
    )

"""What the clock asks of the database and notes in it: what is due, what fired, what is stale."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Update, delete, exists, func, select, tuple_, update

from workflow.storage import dialect
from workflow.storage.case import ActKey, Case
from workflow.storage.projections import Relation
from workflow.storage.work import Delivery, NoticeRow, Schedule

SENT = "sent"
PARENT = "parent"


class DueCase(NamedTuple):
    """A case in which time has something to do."""

    wake_at: datetime
    case_id: int
    number: str


def due_cases(
    connection: Connection, now: datetime, *, after: DueCase | None = None, limit: int = 100
) -> list[DueCase]:
    """List the cases that are due, the longest due first; `after` is where the last page ended."""
    wanted = select(Case.wake_at, Case.id, Case.number).where(
        Case.wake_at.is_not(None), Case.wake_at <= now
    )
    if after is not None:
        wanted = wanted.where(tuple_(Case.wake_at, Case.id) > (after.wake_at, after.case_id))
    rows = connection.execute(wanted.order_by(Case.wake_at, Case.id).limit(limit))
    return [DueCase(*row) for row in rows]


def longest_due(connection: Connection) -> datetime | None:
    """Return since when the case that waits longest for the clock has been due, or will be."""
    return connection.execute(select(func.min(Case.wake_at))).scalar_one()


def parents_of(connection: Connection, case_id: int) -> list[str]:
    """List the numbers of the cases that opened a case."""
    wanted = select(Relation.other_number).where(
        Relation.case_id == case_id, Relation.kind == PARENT
    )
    return list(connection.execute(wanted).scalars())


def number_of(connection: Connection, case_id: int) -> str:
    """Return the number of a case that a job names."""
    return connection.execute(select(Case.number).where(Case.id == case_id)).scalar_one()


# --- Notices -----------------------------------------------------------------------------------


def was_sent(connection: Connection, notice_id: int) -> bool:
    """Say whether a notice has been handed to a mail server, whoever did it."""
    sent = exists().where(Delivery.notice_id == notice_id, Delivery.result == SENT)
    return bool(connection.execute(select(sent)).scalar_one())


def withdraw_one(connection: Connection, notice_id: int, *, at: datetime) -> None:
    """Take back one notice, which nobody needs any more."""
    connection.execute(
        update(NoticeRow)
        .where(NoticeRow.id == notice_id, NoticeRow.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )


def withdraw_clock(
    connection: Connection,
    case_id: int,
    clock_key: str,
    *,
    issued_until: datetime,
    at: datetime,
    below: int | None = None,
) -> int:
    """Take back what was told of a clock before it changed, perhaps only of generations below."""
    stale = _unread(case_id, issued_until).where(NoticeRow.clock_key == clock_key)
    if below is not None:
        stale = stale.where(NoticeRow.generation < below)
    return connection.execute(stale.values(withdrawn_at=at)).rowcount


def withdraw_task(
    connection: Connection, case_id: int, no: int, *, issued_until: datetime, at: datetime
) -> int:
    """Take back whatever called somebody to a task that has ended or gone elsewhere."""
    stale = _unread(case_id, issued_until).where(NoticeRow.task_no == no)
    return connection.execute(stale.values(withdrawn_at=at)).rowcount


def _unread(case_id: int, issued_until: datetime) -> Update:
    """Select what nobody has read: what was read stays in the reader's list."""
    return update(NoticeRow).where(
        NoticeRow.case_id == case_id,
        NoticeRow.withdrawn_at.is_(None),
        NoticeRow.read_at.is_(None),
        NoticeRow.issued_at <= issued_until,
    )


# --- The clock itself --------------------------------------------------------------------------


def note_fired(connection: Connection, key: str, at: datetime) -> None:
    """Note when a periodic job last fired."""
    added = dialect.insert(connection)(Schedule).values(key=key, last_fired_at=at)
    connection.execute(
        added.on_conflict_do_update(
            index_elements=[Schedule.key],
            set_={"last_fired_at": added.excluded.last_fired_at},
        )
    )


def last_fired(connection: Connection) -> dict[str, datetime]:
    """Return when each periodic job last fired."""
    rows: Any = connection.execute(select(Schedule.key, Schedule.last_fired_at))
    return {row.key: row.last_fired_at for row in rows}


def forget_act_keys(connection: Connection, *, before: datetime) -> int:
    """Delete the keys of acts so old that nobody will repeat them; return how many."""
    return connection.execute(delete(ActKey).where(ActKey.at < before)).rowcount

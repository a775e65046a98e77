"""What the clock asks of the database and notes in it: what is due, what fired, what is stale."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select, tuple_, update

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
    return [DueCase(at, case_id, number) for at, case_id, number in rows if at]


def longest_due(connection: Connection) -> datetime | None:
    """Return since when the case that waits longest for the clock has been due, or will be."""
    earliest = select(func.min(Case.wake_at)).where(Case.wake_at.is_not(None))
    return connection.execute(earliest).scalar_one()


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


def withdraw_one(connection: Connection, notice_id: int, *, at: datetime) -> None:
    """Take back one notice, which nobody needs any more."""
    connection.execute(
        update(NoticeRow)
        .where(NoticeRow.id == notice_id, NoticeRow.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )


def withdraw_unread(
    connection: Connection,
    case_id: int,
    *,
    at: datetime,
    clock_key: str | None = None,
    below: int | None = None,
    task_no: int | None = None,
    issued_until: datetime | None = None,
) -> int:
    """Take back what was told of a clock, or called to a task; what was read stays in the list.

    `below` narrows it to generations below, `issued_until` to what was issued by then.
    """
    row = NoticeRow
    narrowed = (
        (clock_key, row.clock_key == clock_key),
        (below, row.generation < (below or 0)),
        (task_no, row.task_no == task_no),
        (issued_until, row.issued_at <= (issued_until or at)),
    )
    stale = update(row).where(
        row.case_id == case_id,
        row.withdrawn_at.is_(None),
        row.read_at.is_(None),
        *(condition for given, condition in narrowed if given is not None),
    )
    return connection.execute(stale.values(withdrawn_at=at)).rowcount


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


def forget_act_keys(connection: Connection, *, before: datetime, limit: int) -> int:
    """Delete so many keys of acts so old that nobody will repeat them; return how many.

    An act whose lines have no place in the log yet, or that people are still to be told of, keeps
    its key, which says so.
    """
    # What was written long ago is found by the index, which need not look at what was not.
    past = select(ActKey.key).where(~ActKey.waits, ActKey.asked_at < before, ActKey.at < before)
    old = past.order_by(ActKey.asked_at).limit(limit)
    return connection.execute(delete(ActKey).where(ActKey.key.in_(old))).rowcount


def forget_deliveries(connection: Connection, *, before: datetime, limit: int) -> int:
    """Delete so many of the oldest lines of the log of deliveries; return how many."""
    # The log is written in the order of time, so its oldest lines are its first.
    first = select(Delivery.id).order_by(Delivery.id).limit(limit)
    old = delete(Delivery).where(Delivery.id.in_(first), Delivery.at < before)
    return connection.execute(old).rowcount

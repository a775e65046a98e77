"""Acts that people are still to be told of: their keys say so, and no act writes more for it.

A clock holds the key while it tells, so each act is told once; what fails becomes a job, which is
tried again, and given up, like any other.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, func, select, update

from workflow.core.change import JobKind
from workflow.storage import dialect
from workflow.storage.case import ActKey
from workflow.storage.dialect import database_now
from workflow.storage.jobs import FIRST_WAIT, told_briefly
from workflow.storage.work import JobRow

_UNTOLD: Final = ActKey.waits, ActKey.tell_from.is_not(None)
"""By the index of what waits for anything."""


class Untold(NamedTuple):
    """An act, by the lines of history that it wrote."""

    case_id: int
    first: int
    last: int
    asked_at: datetime
    """When it was written, by the database's clock."""


def untold_keys(connection: Connection, *, limit: int) -> list[str]:
    """Return the keys of the acts that have waited longest to be told of; of a case in order."""
    wanted = select(ActKey.key).where(*_UNTOLD)
    wanted = wanted.order_by(ActKey.asked_at, ActKey.case_id, ActKey.seq).limit(limit)
    return list(connection.execute(wanted).scalars())


def hold(connection: Connection, key: str) -> Untold | None:
    """Hold an act until the transaction ends; None where it is told, or somebody holds it."""
    wanted = (
        select(ActKey.case_id, ActKey.tell_from, ActKey.seq, ActKey.asked_at)
        .where(ActKey.key == key, ActKey.tell_from.is_not(None))
        .with_for_update(skip_locked=True)
    )
    found: Any = connection.execute(wanted).first()
    return Untold(*found) if found else None


def note_told(connection: Connection, key: str) -> None:
    """Note that people were told of an act."""
    told = update(ActKey).where(ActKey.key == key)
    connection.execute(told.values(tell_from=None, waits=~ActKey.logged))


def leave_to_a_job(connection: Connection, key: str, *, error: str) -> None:
    """Have an act that could not be told tried again as a job that has failed once.

    Of the act no more is read than what the job is of: what else its key says, somebody may have
    made unreadable.
    """
    wanted = (
        select(ActKey.case_id, ActKey.tell_from, ActKey.seq)
        .where(ActKey.key == key, ActKey.tell_from.is_not(None))
        .with_for_update(skip_locked=True)
    )
    act: Any = connection.execute(wanted).first()
    if act is None:
        return
    values = {
        "kind": JobKind.TELL,
        "key": f"{JobKind.TELL}:{act.case_id}:{act.tell_from}",
        "payload": {"from_seq": act.tell_from, "to_seq": act.seq},
        "case_id": act.case_id,
        "created_at": database_now(),
        "run_at": database_now(FIRST_WAIT.total_seconds()),
        "attempt": 1,
        "last_error": told_briefly(error),
    }
    connection.execute(dialect.insert(connection)(JobRow).values(values).on_conflict_do_nothing())
    note_told(connection, key)


def waiting_acts(connection: Connection) -> tuple[int, timedelta]:
    """Return how many acts people are still to be told of, and for how long the first has been."""
    counted = select(func.count(), func.min(ActKey.asked_at), database_now())
    many, first, now = connection.execute(counted.where(*_UNTOLD)).one()
    return many, now - first if first else timedelta()

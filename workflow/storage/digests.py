"""The mails of a day: one for each officer and day, queued once and ended once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, exists, select, update

from workflow.core.change import JobKind
from workflow.storage import dialect
from workflow.storage.jobs import enqueue
from workflow.storage.telling import Digest
from workflow.storage.work import NoticeRow

DayAt: TypeAlias = tuple[date, datetime]
"""A legal day, and the instant of it at which the mail is due."""


@dataclass(frozen=True, slots=True)
class DigestDays:
    """The next two days on which an officer may get the mail of the day."""

    officer_id: int
    first: DayAt
    second: DayAt


def schedule(connection: Connection, days: DigestDays) -> None:
    """Let an officer have a mail: one that is not sent yet, else on the first of two days.

    Where that day had its mail it is the second. The mail stays locked, so that whoever ends it
    afterwards sees what this transaction adds.
    """
    unsent = update(Digest).where(Digest.officer_id == days.officer_id, Digest.done_at.is_(None))
    if connection.execute(unsent.values(due_at=Digest.due_at)).rowcount:
        return
    for day, due_at in (days.first, days.second):
        row = {"officer_id": days.officer_id, "day": day, "due_at": due_at}
        added = dialect.insert(connection)(Digest).values(row)
        open_still = added.on_conflict_do_update(
            index_elements=[Digest.officer_id, Digest.day],
            set_={"due_at": Digest.due_at},
            where=Digest.done_at.is_(None),
        ).returning(Digest.day)
        if connection.execute(open_still).first() is not None:
            return


def queue_due(connection: Connection, now: datetime, *, limit: int = 100) -> int:
    """Turn the mails of the day that are due into jobs, each once; return how many."""
    wanted = (
        select(Digest.officer_id, Digest.day)
        .where(Digest.queued_at.is_(None), Digest.due_at <= now)
        .order_by(Digest.due_at, Digest.officer_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    due = connection.execute(wanted).all()
    for officer, day in due:
        enqueue(
            connection,
            JobKind.SEND_MAIL,
            key=f"{JobKind.SEND_MAIL}:digest:{officer}:{day.isoformat()}",
            payload={"digest": day.isoformat(), "officer": officer},
        )
        row = update(Digest).where(Digest.officer_id == officer, Digest.day == day)
        connection.execute(row.values(queued_at=now))
    return len(due)


def is_done(connection: Connection, officer_id: int, day: date) -> bool:
    """Say whether nothing more goes into the mail of a day."""
    wanted = select(Digest.done_at).where(Digest.officer_id == officer_id, Digest.day == day)
    return connection.execute(wanted).scalar_one_or_none() is not None


def end(
    connection: Connection, officer_id: int, day: date, *, at: datetime, told: Collection[int]
) -> bool:
    """End the mail of a day with the notices it told of; say whether others wait for the next."""
    if told:
        in_it = update(NoticeRow).where(NoticeRow.id.in_(sorted(told)))
        connection.execute(in_it.values(digest_on=day))
    row = update(Digest).where(Digest.officer_id == officer_id, Digest.day == day)
    connection.execute(row.values(done_at=at))
    # Read after the row was locked: what others were adding to this day is seen now.
    return bool(connection.execute(select(exists().where(*waiting_for(officer_id)))).scalar_one())


def waiting_for(officer_id: int) -> tuple[ColumnElement[bool], ...]:
    """Select the notices that wait for an officer's mail of the day."""
    return (
        NoticeRow.officer_id == officer_id,
        NoticeRow.channel == "digest",
        NoticeRow.digest_on.is_(None),
        NoticeRow.withdrawn_at.is_(None),
    )

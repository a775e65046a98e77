"""Who has read cases that only few may know of: a row for each person, day and sort of reading."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, tuple_

from workflow.storage import dialect
from workflow.storage.people import Officer
from workflow.storage.watching import ReadingRow


def note_readings(
    connection: Connection,
    case_ids: Collection[int],
    kind: str,
    *,
    officer: int,
    agency: str,
    day: date,
    at: datetime,
) -> int:
    """Note, in one statement, that an officer read some cases; return how many rows are new."""
    about = {"kind": kind, "officer_id": officer, "agency": agency, "day": day, "at": at}
    rows = [{"case_id": case_id, **about} for case_id in sorted(case_ids)]
    added = dialect.insert(connection)(ReadingRow).values(rows).on_conflict_do_nothing()
    return len(connection.execute(added.returning(ReadingRow.case_id)).all())


def readings_of(
    connection: Connection,
    case_id: int,
    *,
    after: tuple[datetime, int, str] | None = None,
    limit: int,
) -> list[Row[Any]]:
    """List who read a case, the latest first; `after` is at, officer and kind of the last seen."""
    row = ReadingRow
    place = tuple_(row.at, row.officer_id, row.kind)
    wanted = (
        select(row.at, row.day, row.kind, row.agency, row.officer_id, Officer.name, Officer.email)
        .join(Officer, Officer.id == row.officer_id)
        .where(row.case_id == case_id)
        .order_by(row.at.desc(), row.officer_id.desc(), row.kind.desc())
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(place < after)
    return list(connection.execute(wanted))


def forget_readings(connection: Connection, *, before: date, limit: int) -> int:
    """Delete so many of the readings of days before one; return how many."""
    row = ReadingRow
    key = (row.case_id, row.day, row.officer_id, row.kind)
    old = select(*key).where(row.day < before).order_by(row.day).limit(limit)
    return connection.execute(delete(row).where(tuple_(*key).in_(old))).rowcount

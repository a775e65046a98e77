"""How the sending of notices goes, for whoever keeps the installation: no texts, no addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row

from workflow.core.numbers import read_case_number
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.deliveries import (
    case_id_of,
    count_mails,
    first_since,
    mail_jobs,
    notices_of_jobs,
    sent_notices,
)
from workflow.storage.queries.people import officer_names

PAGE: Final = 50
DIGEST: Final = "digest"
"""The kind of the mail of the day, which tells of many notices."""
_ADDRESS = re.compile(r"[^\s<>@:;,]+@([^\s<>@:;,]+)")


class View(StrEnum):
    """Which notices are looked at."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for."""

    view: View = View.WAITING
    kind: str = ""
    number: str = ""
    """Of a case."""
    day: date | None = None
    """Of what was sent: this day and those before."""
    before: int | None = None
    """Where the page before ended."""


@dataclass(frozen=True, slots=True)
class Line:
    """One notice on its way to one person."""

    id: int
    kind: str
    number: str | None
    name: str
    at: datetime
    """When it was sent, given up, or will be tried next."""
    attempts: int
    since: datetime | None = None
    """Since when it waits."""
    reason: str = ""
    """Why it was not delivered, without the address."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of notices, and where the next begins."""

    lines: tuple[Line, ...]
    following: int | None
    waiting: int
    failed: int
    unknown: bool = False
    """Whether no case has the number asked for."""


def deliveries(uow: UnitOfWork, asked: Asked) -> Page:
    """List notices by how their sending went."""
    with uow.as_keeper().reading() as connection:
        waiting, failed = count_mails(connection)
        case_id = _case(connection, asked.number) if asked.number else None
        if asked.number and case_id is None:
            return Page((), None, waiting, failed, unknown=True)
        if asked.view is View.SENT:
            lines, following = _sent(connection, uow, asked, case_id)
        else:
            lines, following = _jobs(connection, asked, case_id)
    return Page(tuple(lines), following, waiting, failed)


def _case(connection: Connection, typed: str) -> int | None:
    read = read_case_number(typed)
    return case_id_of(connection, read.number) if read else None


def _sent(
    connection: Connection, uow: UnitOfWork, asked: Asked, case_id: int | None
) -> tuple[list[Line], int | None]:
    before = asked.before
    if before is None and asked.day is not None:
        morrow = datetime.combine(asked.day + timedelta(days=1), time(), uow.world().zone)
        before = first_since(connection, morrow)
    rows, following = sent_notices(
        connection, kind=asked.kind or None, case_id=case_id, before=before, limit=PAGE
    )
    return [Line(r.id, r.kind, r.number, r.name, r.at, r.attempt) for r in rows], following


def _jobs(
    connection: Connection, asked: Asked, case_id: int | None
) -> tuple[list[Line], int | None]:
    failed = asked.view is View.FAILED
    rows = mail_jobs(
        connection, failed=failed, case_id=case_id, before=asked.before, limit=PAGE + 1
    )
    shown, notices = rows[:PAGE], notices_of_jobs(connection, rows[:PAGE])
    people = {_officer(row, notices.get(row.id)) for row in shown}
    names = officer_names(connection, {one for one in people if one is not None})
    lines = [_line(row, notices.get(row.id), names) for row in shown]
    wanted = [line for line in lines if asked.kind in ("", line.kind)]
    return wanted, shown[-1].id if len(rows) > PAGE else None


def _line(row: Row[Any], notice: Row[Any] | None, names: dict[int, str]) -> Line:
    officer = _officer(row, notice)
    return Line(
        id=row.id,
        kind=notice.kind if notice else DIGEST if DIGEST in row.payload else "",
        number=row.number,
        name=names.get(officer, "") if officer else "",
        at=row.failed_at or row.run_at,
        attempts=row.attempt,
        since=row.created_at,
        reason=_ADDRESS.sub(r"…@\1", row.last_error or ""),
    )


def _officer(row: Row[Any], notice: Row[Any] | None) -> int | None:
    found: int | None = notice.officer_id if notice else row.payload.get("officer")
    return found

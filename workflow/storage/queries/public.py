"""What may be told of a case to anybody: selected here, so that nothing else leaves the tables.

The same SELECT answers for a number that nobody gave and for a case that may not be shown, so
that neither the answer nor its time tells them apart.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from workflow.core.events import Kind
from workflow.core.fields import Access
from workflow.core.snapshot import TaskStatus
from workflow.core.spelling import read_clock
from workflow.core.track import TaskLine
from workflow.storage.case import Case, EventRow, TaskRow
from workflow.storage.several import among, several

MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A line of history without the officer behind it."""

    seq: int
    kind: Kind
    at: datetime
    agency: str | None
    body: dict[str, Any]


def public_case_id(connection: Connection, number: str) -> int | None:
    """Return the id of a case that anybody may know of, or None."""
    return connection.execute(_shown(), {"number": number}).scalar_one_or_none()


@cache
def _shown() -> Select[int]:
    told = (Case.announced, Case.access == Access.PUBLIC.value)
    return select(Case.id).where(Case.number == bindparam("number"), *told)


def sealed_access_code(connection: Connection, number: str) -> tuple[int, str] | None:
    """Return the id of a case and what is kept of its access code, or None."""
    wanted = select(Case.id, Case.access_code_hash).where(
        Case.number == number, Case.access_code_hash.is_not(None)
    )
    found = connection.execute(wanted).one_or_none()
    return (found[0], found[1] or "") if found else None


def public_events(
    connection: Connection, case_id: int, kinds: Collection[Kind]
) -> list[PublicLine]:
    """List the latest lines of some kinds, in order."""
    given = {"case_id": case_id, "kinds": sorted(kind.value for kind in kinds)}
    rows = connection.execute(_told(), given).all()
    return [PublicLine(r.seq, Kind(r.kind), r.at, r.agency, r.body) for r in reversed(rows)]


@cache
def _told() -> Select[*tuple[Any, ...]]:
    of_case = EventRow.case_id == bindparam("case_id")
    return (
        select(EventRow.seq, EventRow.kind, EventRow.at, EventRow.agency, EventRow.body)
        .where(of_case, among(EventRow.kind, several("kinds")))
        .order_by(EventRow.seq.desc())
        .limit(MOST_EVENTS)
    )


def public_tasks(connection: Connection, case_id: int) -> list[TaskLine]:
    """List the tasks of a case without their outcomes, reasons and officers."""
    return [
        TaskLine(
            no=row.no,
            key=row.key,
            slot=row.slot,
            agency=row.agency,
            visit=row.visit,
            status=TaskStatus(row.status),
            opened_at=row.opened_at,
            clock=read_clock(row.clock),
            ended_at=row.ended_at,
        )
        for row in connection.execute(_tasks(), {"case_id": case_id})
    ]


@cache
def _tasks() -> Select[*tuple[Any, ...]]:
    columns = (
        *(TaskRow.no, TaskRow.key, TaskRow.slot, TaskRow.agency, TaskRow.visit),
        *(TaskRow.status, TaskRow.opened_at, TaskRow.clock, TaskRow.ended_at),
    )
    of_case = TaskRow.case_id == bindparam("case_id")
    return select(*columns).where(of_case).order_by(TaskRow.no)

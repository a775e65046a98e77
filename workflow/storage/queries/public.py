"""What may be told of a case to anybody: selected here, so that nothing else leaves the tables.

The same SELECT answers for a number that nobody gave and for a case that may not be shown, so
that neither the answer nor its time tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Connection, Label, bindparam, select

from workflow.core.definition import Definition
from workflow.core.events import Kind
from workflow.core.fields import Access
from workflow.core.snapshot import TaskStatus
from workflow.core.spelling import read_clock
from workflow.core.track import TaskLine
from workflow.storage.base import BigId, in_utc
from workflow.storage.case import Case, EventRow, TaskRow
from workflow.storage.dialect import object_as_json, rows_as_json
from workflow.storage.direct import Held, Question
from workflow.storage.load import Loaded, read_case, whole_case
from workflow.storage.several import among, several

MOST_EVENTS = 200
Definitions: TypeAlias = Callable[[str, int], Definition]


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A line of history without the officer behind it."""

    seq: int
    kind: Kind
    at: datetime
    agency: str | None
    body: dict[str, Any]


def public_case(
    held: Held, number: str, kinds: Collection[Kind], *, definitions: Definitions
) -> tuple[Loaded, list[TaskLine], list[PublicLine]] | None:
    """Return a case that anybody may know of with what may be told of it, or None."""
    wanted = sorted(kind.value for kind in kinds)
    found = _shown().tell(held, number=number, act="", kinds=wanted)
    if found is None:
        return None
    return read_case(found["whole"], definitions), *_read_story(found)


@cache
def _shown() -> Question:
    told = (Case.announced, Case.access == Access.PUBLIC.value)
    parts = (whole_case().label("whole"), *_story_of(Case.id))
    wanted = select(object_as_json(*parts)).select_from(Case)
    return Question(wanted.where(Case.number == bindparam("number"), *told))


def sealed_access_code(connection: Connection, number: str) -> tuple[int, str] | None:
    """Return the id of a case and what is kept of its access code, or None."""
    wanted = select(Case.id, Case.access_code_hash).where(
        Case.number == number, Case.access_code_hash.is_not(None)
    )
    found = connection.execute(wanted).one_or_none()
    return (found[0], found[1] or "") if found else None


def public_story(
    connection: Connection, case_id: int, kinds: Collection[Kind]
) -> tuple[list[TaskLine], list[PublicLine]]:
    """Return the tasks of a case without their outcomes, reasons and officers.

    Beside them stand the latest lines of some kinds, in order; both in one statement.
    """
    wanted = sorted(kind.value for kind in kinds)
    return _read_story(_story().tell(connection, case_id=case_id, kinds=wanted))


def _read_story(found: Mapping[str, Any]) -> tuple[list[TaskLine], list[PublicLine]]:
    tasks = [_task(row) for row in found["tasks"] or ()]
    return tasks, [_line(row) for row in reversed(found["lines"] or ())]


def _task(row: Mapping[str, Any]) -> TaskLine:
    return TaskLine(
        no=row["no"],
        key=row["key"],
        slot=row["slot"],
        agency=row["agency"],
        visit=row["visit"],
        status=TaskStatus(row["status"]),
        opened_at=_instant(row["opened_at"]),
        clock=read_clock(row["clock"]),
        ended_at=_instant(row["ended_at"]) if row["ended_at"] else None,
    )


def _line(row: Mapping[str, Any]) -> PublicLine:
    at = _instant(row["at"])
    return PublicLine(row["seq"], Kind(row["kind"]), at, row["agency"], row["body"])


def _instant(written: str) -> datetime:
    return in_utc(datetime.fromisoformat(written))


@cache
def _story() -> Question:
    return Question(select(object_as_json(*_story_of(bindparam("case_id", type_=BigId)))))


def _story_of(case_id: Any) -> Iterator[Label[Any]]:  # noqa: ANN401 - a column or a parameter
    """Ask for the tasks and the latest lines of a case."""
    row = TaskRow
    columns = (
        *(row.no, row.key, row.slot, row.agency, row.visit),
        *(row.status, row.opened_at, row.clock, row.ended_at),
    )
    tasks = select(*columns).where(row.case_id == case_id).order_by(row.no)
    told = select(EventRow.seq, EventRow.kind, EventRow.at, EventRow.agency, EventRow.body)
    wanted = told.where(EventRow.case_id == case_id, among(EventRow.kind, several("kinds")))
    latest = wanted.order_by(EventRow.seq.desc()).limit(MOST_EVENTS)
    for name, part in (("tasks", tasks), ("lines", latest)):
        yield rows_as_json(part.correlate(Case)).label(name)

"""What an officer looks back on and follows: completed tasks and cases, page by page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    literal,
    select,
    tuple_,
)

from workflow.storage.base import UtcDateTime
from workflow.storage.case import Case, TaskRow
from workflow.storage.desk import CaseFollower
from workflow.storage.people import Officer


@dataclass(frozen=True, slots=True)
class Back:
    """Where a page that goes back in time ended, so that the next one goes on from there."""

    at: datetime
    case_id: int
    no: int = 0


@dataclass(frozen=True, slots=True)
class DoneFilter:
    """What completed tasks are narrowed to; None leaves them as they are."""

    officer: int | None = None
    type: str | None = None
    opener: str | None = None
    cases: tuple[ColumnElement[bool], ...] = ()
    """What the case itself must meet, as `search.says_all` tells it."""


def wanted_done(agency: str, narrowed: DoneFilter) -> Select[int, int]:
    """Select the keys of the tasks that an agency has completed, in no order."""
    wanted = select(TaskRow.case_id, TaskRow.no).where(
        TaskRow.is_completed(), TaskRow.agency == agency
    )
    if narrowed.officer is not None:
        wanted = wanted.where(TaskRow.ended_by == narrowed.officer)
    if narrowed.type is not None:
        wanted = wanted.where(TaskRow.type == narrowed.type)
    if narrowed.opener is not None:
        wanted = wanted.where(TaskRow.opener == narrowed.opener)
    if narrowed.cases:
        wanted = wanted.join(Case, Case.id == TaskRow.case_id).where(*narrowed.cases)
    return wanted


def done_page(
    connection: Connection, agency: str, narrowed: DoneFilter, *, after: Back | None, limit: int
) -> list[Row[Any]]:
    """List the tasks that an agency has completed, the latest first."""
    wanted = wanted_done(agency, narrowed)
    place = tuple_(TaskRow.ended_at, TaskRow.case_id, TaskRow.no)
    if after is not None:
        wanted = wanted.where(place < _ended(after, literal(after.no)))
    keys = wanted.order_by(
        TaskRow.ended_at.desc(), TaskRow.case_id.desc(), TaskRow.no.desc()
    ).limit(limit)
    page = keys.subquery()
    shown = (
        select(
            *(TaskRow.case_id, TaskRow.no, TaskRow.key, TaskRow.slot, TaskRow.outcome),
            *(TaskRow.ended_at, Officer.name.label("ended_by_name")),
            *(Case.number, Case.subject, Case.opener),
            *(Case.definition_key, Case.definition_version),
        )
        .join(page, (TaskRow.case_id == page.c.case_id) & (TaskRow.no == page.c.no))
        .join(Case, Case.id == TaskRow.case_id)
        .outerjoin(Officer, Officer.id == TaskRow.ended_by)
        .order_by(TaskRow.ended_at.desc(), TaskRow.case_id.desc(), TaskRow.no.desc())
    )
    return list(connection.execute(shown))


def followed_page(
    connection: Connection,
    officer: int,
    *,
    visible: ColumnElement[bool],
    after: Back | None,
    limit: int,
) -> list[Row[Any]]:
    """List the cases that an officer follows and may still know of, the latest followed first."""
    wanted = (
        select(
            *(Case.id, Case.number, Case.subject, Case.definition_key, Case.definition_version),
            *(Case.state, Case.opener, Case.closed_at, Case.updated_at, CaseFollower.since),
        )
        .join(CaseFollower, CaseFollower.case_id == Case.id)
        .where(CaseFollower.officer_id == officer, visible)
    )
    if after is not None:
        wanted = wanted.where(tuple_(CaseFollower.since, Case.id) < _ended(after))
    ordered = wanted.order_by(CaseFollower.since.desc(), Case.id.desc()).limit(limit)
    return list(connection.execute(ordered))


def _ended(after: Back, *more: ColumnElement[int]) -> Any:  # noqa: ANN401 - a tuple of any length
    return tuple_(literal(after.at, UtcDateTime), literal(after.case_id), *more)


def subjects_of(
    connection: Connection, numbers: Collection[str], *, visible: ColumnElement[bool]
) -> dict[str, str]:
    """Return the subjects of some cases, of those that the reader may know of."""
    wanted = select(Case.number, Case.subject).where(Case.number.in_(sorted(numbers)), visible)
    return {row.number: row.subject for row in connection.execute(wanted)}

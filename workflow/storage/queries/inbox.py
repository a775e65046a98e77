"""The inbox: an agency's open tasks, earliest deadline first, and how many there are.

A page costs the same with a million open tasks as with a thousand: it is read along a partial
index from where the last page ended, and the counts are kept by the acts themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    case,
    delete,
    func,
    literal,
    select,
    tuple_,
)

from workflow.storage.base import NO_DAY, NOBODY, UtcDateTime
from workflow.storage.case import Case, TaskRow
from workflow.storage.people import Officer
from workflow.storage.projections import QueueCount
from workflow.storage.queries.cases import matches

PAGE = 25


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended, so that the next one goes on from there."""

    order_at: datetime
    case_id: int
    no: int


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """What an inbox is narrowed to; None leaves it as it is."""

    assignee: int | Literal["nobody"] | None = None
    type: str | None = None
    opener: str | None = None
    text: str | None = None
    """Words of the subject, or the beginning of a number."""
    due_before: date | None = None
    """Due earlier than this day."""
    due_from: date | None = None
    """Due on this day or later; together with `due_before`, a span of days."""


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One line of an inbox."""

    case_id: int
    number: str
    subject: str
    no: int
    key: str
    slot: str
    agency: str
    status: str
    assignee: int | None
    assignee_name: str | None
    opened_at: datetime
    received_at: datetime | None
    due_on: date | None
    due_at: datetime | None
    order_at: datetime
    clock: Mapping[str, Any] | None
    proposal: Mapping[str, Any] | None
    request: Mapping[str, Any] | None
    review_on: date | None
    child: str | None
    definition_key: str
    definition_version: int
    state: str
    opener: str
    access: str
    revision: int

    @property
    def cursor(self) -> Cursor:
        """Where a page that ends here ends."""
        return Cursor(self.order_at, self.case_id, self.no)


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many open tasks an agency has, in the groups that an inbox shows."""

    all: int
    late: int
    today: int
    week: int
    """Due after today, in the six days that follow."""
    later: int
    undated: int
    unassigned: int
    mine: int
    mine_late: int


def inbox_page(
    connection: Connection,
    *,
    agency: str | None,
    narrowed: InboxFilter | None = None,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> list[InboxItem]:
    """List open tasks of an agency, earliest deadline first, those without one last.

    Without an agency `narrowed.assignee` must name the officer whose tasks are meant. Ask for one
    more than is shown to learn whether there is another page.
    """
    wanted = _items().where(TaskRow.is_open())
    wanted = wanted.where(*_conditions(narrowed or InboxFilter()))
    if agency is not None:
        wanted = wanted.where(TaskRow.agency == agency)
    if after is not None:
        wanted = wanted.where(_follows(after))
    ordered = wanted.order_by(TaskRow.order_at, TaskRow.case_id, TaskRow.no).limit(limit)
    return [InboxItem(**row._mapping) for row in connection.execute(ordered)]


def queue_counts(
    connection: Connection, *, agency: str, officer: int | None, today: date
) -> QueueCounts:
    """Count the open tasks of an agency from the counts that acts keep."""
    due, assignee = QueueCount.due_on, QueueCount.assignee
    next_week = today + timedelta(days=7)
    mine = assignee == (officer if officer is not None else -1)
    groups: dict[str, ColumnElement[bool]] = {
        "all": QueueCount.n != 0,
        "late": due < today,
        "today": due == today,
        "week": (due > today) & (due < next_week),
        "later": (due >= next_week) & (due < NO_DAY),
        "undated": due == NO_DAY,
        "unassigned": assignee == NOBODY,
        "mine": mine,
        "mine_late": mine & (due < today),
    }
    sums = [
        func.coalesce(func.sum(case((group, QueueCount.n), else_=0)), 0).label(name)
        for name, group in groups.items()
    ]
    row = connection.execute(select(*sums).where(QueueCount.agency == agency)).one()
    return QueueCounts(**{name: int(n) for name, n in row._mapping.items()})


def forget_empty_counts(connection: Connection, *, before: date) -> int:
    """Delete counts of days gone by that have come to nothing; return how many."""
    empty = delete(QueueCount).where(QueueCount.n == 0, QueueCount.due_on < before)
    return connection.execute(empty).rowcount


def _items() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(TaskRow.case_id, Case.number, Case.subject, TaskRow.no, TaskRow.key, TaskRow.slot),
            *(TaskRow.agency, TaskRow.status, TaskRow.assignee),
            Officer.name.label("assignee_name"),
            *(TaskRow.opened_at, TaskRow.received_at, TaskRow.due_on, TaskRow.due_at),
            *(TaskRow.order_at, TaskRow.clock, TaskRow.proposal, TaskRow.request),
            *(TaskRow.review_on, TaskRow.child, Case.definition_key, Case.definition_version),
            *(Case.state, Case.opener, Case.access, Case.revision),
        )
        .join(Case, Case.id == TaskRow.case_id)
        .outerjoin(Officer, Officer.id == TaskRow.assignee)
    )


def _conditions(to: InboxFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if to.assignee == "nobody":
        conditions.append(TaskRow.assignee.is_(None))
    elif to.assignee is not None:
        conditions.append(TaskRow.assignee == to.assignee)
    if to.type is not None:
        conditions.append(Case.definition_key == to.type)
    if to.opener is not None:
        conditions.append(Case.opener == to.opener)
    if to.text and to.text.strip():
        conditions.append(matches(to.text))
    if to.due_before is not None:
        conditions.append(TaskRow.due_on < to.due_before)
    if to.due_from is not None:
        conditions.append(TaskRow.due_on >= to.due_from)
    return conditions


def _follows(cursor: Cursor) -> ColumnElement[bool]:
    place = tuple_(TaskRow.order_at, TaskRow.case_id, TaskRow.no)
    ended = tuple_(
        literal(cursor.order_at, UtcDateTime), literal(cursor.case_id), literal(cursor.no)
    )
    return place > ended

"""The inbox: an agency's open tasks, earliest deadline first, and how many there are.

A page costs the same with a million open tasks as with a thousand: it is read along partial
indexes from where the last page ended, and the counts are kept by the acts themselves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    and_,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from workflow.core.fields import Access
from workflow.storage.base import NEVER, NOBODY, UtcDateTime, in_utc
from workflow.storage.case import FIRST, Case, TaskRow
from workflow.storage.desk import TaskSnooze
from workflow.storage.people import Officer
from workflow.storage.projections import CaseAgency, Relation

PAGE = 25
GROUPS = ("late", "today", "week", "later", "undated")
"""The groups of an inbox, in their order."""


@dataclass(frozen=True, slots=True)
class Week:
    """The day on which an inbox is read, as the instants at which its groups begin."""

    today: date
    begins: tuple[datetime, ...]
    """Of each group after the first."""

    @classmethod
    def on(cls, today: date, zone: ZoneInfo) -> Week:
        """Divide time as it is divided on a day."""
        days = (today + timedelta(days=n) for n in (0, 1, 7))
        begins = (in_utc(datetime.combine(day, time(), zone)) for day in days)
        return cls(today, (*begins, NEVER))

    def group(self, order_at: datetime) -> int:
        """Return the place of the group of a task."""
        return bisect_right(self.begins, order_at)

    def span(self, group: str) -> tuple[datetime | None, datetime | None]:
        """Return when a group begins and when the next one does."""
        bounds = (None, *self.begins, None)
        place = GROUPS.index(group)
        return bounds[place], bounds[place + 1]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended, so that the next one goes on from there."""

    rank: int
    order_at: datetime
    case_id: int
    no: int


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """What an inbox is narrowed to; None leaves it as it is."""

    assignee: int | Collection[int] | Literal["nobody"] | None = None
    """Who has taken it; with several, any of them."""
    waiting: bool = False
    """Only what waits for an answer, or for another case."""
    aside: bool | None = False
    """Only what has been put aside; false is only what has not."""
    type: str | None = None
    opener: str | None = None
    cases: tuple[ColumnElement[bool], ...] = ()
    """What the case itself must meet, as `search.says_all` tells it."""
    group: str | None = None
    """One of `GROUPS`."""


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
    rank: int
    priority: str
    aside_until: date | None
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
    parent_number: str | None
    """The case in which this one was asked for or promised, where the agency may know of it."""
    parent_subject: str | None

    @property
    def cursor(self) -> Cursor:
        """Where a page that ends here ends."""
        return Cursor(self.rank, self.order_at, self.case_id, self.no)


def inbox_page(
    connection: Connection,
    *,
    agency: str | None,
    week: Week,
    narrowed: InboxFilter | None = None,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> list[InboxItem]:
    """List open tasks of an agency by groups, those with priority first within each.

    Within a group the earliest deadline comes first. Without an agency `narrowed.assignee` must
    name the officer whose tasks are meant. Ask for one more than is shown to learn whether there
    is another page.
    """
    wanted = wanted_tasks(agency, week=week, narrowed=narrowed or InboxFilter())
    order = (TaskRow.order_at, TaskRow.case_id, TaskRow.no)
    branches = [
        wanted.where(ranked, *_follows(after, week, first=first)).order_by(*order).limit(limit)
        for first, ranked in ((True, _IS_FIRST), (False, ~_IS_FIRST))
    ]
    keys = union_all(*(select(branch.subquery()) for branch in branches)).subquery()
    there = and_(TaskRow.case_id == keys.c.case_id, TaskRow.no == keys.c.no)
    found = connection.execute(_items().join(keys, there))
    items = sorted((InboxItem(**row._mapping) for row in found), key=lambda i: _place(i, week))
    return items[:limit]


def wanted_tasks(agency: str | None, *, week: Week, narrowed: InboxFilter) -> Select[int, int]:
    """Select the keys of the open tasks that an inbox shows, in no order."""
    wanted = select(TaskRow.case_id, TaskRow.no).where(TaskRow.is_open())
    if agency is not None:
        wanted = wanted.where(TaskRow.agency == agency)
    if narrowed.aside:
        wanted = wanted.join(TaskSnooze, is_aside(week))
    elif narrowed.aside is False:
        wanted = wanted.where(~select(TaskSnooze.no).where(is_aside(week)).exists())
    if narrowed.cases:
        wanted = wanted.join(Case, Case.id == TaskRow.case_id).where(*narrowed.cases)
    return wanted.where(*_conditions(narrowed, week))


_IS_FIRST = TaskRow.rank == literal_column(str(FIRST))
"""In the words of the partial index."""


def _place(item: InboxItem, week: Week) -> tuple[int, int, datetime, int, int]:
    return week.group(item.order_at), item.rank, item.order_at, item.case_id, item.no


def _items() -> Select[*tuple[Any, ...]]:
    aside = and_(TaskSnooze.case_id == TaskRow.case_id, TaskSnooze.no == TaskRow.no)
    parent = aliased(Case)
    return (
        select(
            *(TaskRow.case_id, Case.number, Case.subject, TaskRow.no, TaskRow.key, TaskRow.slot),
            *(TaskRow.agency, TaskRow.status, TaskRow.assignee),
            Officer.name.label("assignee_name"),
            *(TaskRow.opened_at, TaskRow.received_at, TaskRow.due_on, TaskRow.due_at),
            *(TaskRow.order_at, TaskRow.rank, TaskRow.priority),
            TaskSnooze.until.label("aside_until"),
            *(TaskRow.clock, TaskRow.proposal, TaskRow.request),
            *(TaskRow.review_on, TaskRow.child, Case.definition_key, Case.definition_version),
            *(Case.state, Case.opener, Case.access, Case.revision),
            *(parent.number.label("parent_number"), parent.subject.label("parent_subject")),
        )
        .join(Case, Case.id == TaskRow.case_id)
        .outerjoin(Officer, Officer.id == TaskRow.assignee)
        .outerjoin(TaskSnooze, aside)
        .outerjoin(parent, parent.id == _parent())
    )


def _parent() -> ScalarSelect[int]:
    """Select the first case that a task's case belongs to, if the task's agency may know of it."""
    other = aliased(Case)
    has_part = (
        select(CaseAgency.case_id)
        .where(CaseAgency.case_id == other.id, CaseAgency.agency == TaskRow.agency)
        .correlate(other, TaskRow)
        .exists()
    )
    no_secret = and_(other.announced, other.access != Access.RESTRICTED.value)
    return (
        select(func.min(other.id))
        .join(Relation, and_(Relation.other_number == other.number, Relation.kind == "parent"))
        .where(Relation.case_id == TaskRow.case_id, or_(no_secret, has_part))
        .correlate(TaskRow)
        .scalar_subquery()
    )


def is_aside(week: Week) -> ColumnElement[bool]:
    """Select what its holder has put aside; once late, a task is in sight whatever was arranged."""
    return and_(
        TaskSnooze.case_id == TaskRow.case_id,
        TaskSnooze.no == TaskRow.no,
        TaskSnooze.agency == TaskRow.agency,
        TaskSnooze.holder == func.coalesce(TaskRow.assignee, NOBODY),
        TaskSnooze.until > week.today,
        TaskRow.order_at >= week.begins[0],
    )


def _conditions(to: InboxFilter, week: Week) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if to.assignee == "nobody":
        conditions.append(TaskRow.assignee.is_(None))
    elif isinstance(to.assignee, int):
        conditions.append(TaskRow.assignee == to.assignee)
    elif to.assignee is not None:
        conditions.append(TaskRow.assignee.in_(sorted(to.assignee)))
    if to.waiting:
        conditions.append(or_(TaskRow.request.is_not(None), TaskRow.child.is_not(None)))
    if to.type is not None:
        conditions.append(TaskRow.type == to.type)
    if to.opener is not None:
        conditions.append(TaskRow.opener == to.opener)
    if to.group in GROUPS:
        begins, ends = week.span(to.group)
        conditions += [TaskRow.order_at >= begins] if begins else []
        conditions += [TaskRow.order_at < ends] if ends else []
    return conditions


def _follows(cursor: Cursor | None, week: Week, *, first: bool) -> list[ColumnElement[bool]]:
    """Select, of the tasks with priority or of the others, what comes after a page."""
    if cursor is None:
        return []
    group = week.group(cursor.order_at)
    if first and cursor.rank != FIRST:
        return [TaskRow.order_at >= week.begins[group]] if group < len(week.begins) else [_NONE]
    if not first and cursor.rank == FIRST:
        return [TaskRow.order_at >= week.begins[group - 1]] if group else []
    place = tuple_(TaskRow.order_at, TaskRow.case_id, TaskRow.no)
    ended = tuple_(
        literal(cursor.order_at, UtcDateTime), literal(cursor.case_id), literal(cursor.no)
    )
    return [place > ended]


_NONE = literal(1) == literal(0)

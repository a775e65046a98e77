"""The inbox: an agency's open tasks, earliest deadline first, and how many there are.

A page costs the same with a million open tasks as with a thousand: it is read along partial
indexes from where the last page ended, and the counts are kept by the acts themselves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from workflow.storage.base import NEVER, NOBODY, in_utc
from workflow.storage.case import Case, TaskRow
from workflow.storage.desk import TaskSnooze
from workflow.storage.several import among

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
        return cls(today, _beginnings(today, zone))

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


@lru_cache(maxsize=8)  # a page asks for those of today more than once
def _beginnings(today: date, zone: ZoneInfo) -> tuple[datetime, ...]:
    days = (today + timedelta(days=n) for n in (0, 1, 7))
    return (*(in_utc(datetime.combine(day, time(), zone)) for day in days), NEVER)


OfCases: TypeAlias = tuple[ColumnElement[bool], ...]
"""What the case of a task itself must meet, as `search.says_all` tells it."""


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
    group: str | None = None
    """One of `GROUPS`."""


class InboxItem(NamedTuple):
    """One line of an inbox."""

    case_id: int
    number: str
    subject: str
    no: int
    key: str
    agency: str
    assignee: int | None
    assignee_name: str | None
    opened_at: datetime
    is_new: bool
    """Whether nobody has opened it since it came."""
    due_on: date | None
    order_at: datetime
    rank: int
    priority: str
    aside_until: date | None
    clock: Mapping[str, Any] | None
    """Its clock, where that does not run."""
    is_proposed: bool
    """Whether its head has a proposal of it before them."""
    definition_key: str
    definition_version: int
    state: str
    opener: str
    parent: tuple[str, str] | None
    """Number and subject of the case in which this one was asked for or promised, where the
    agency may know of it."""

    @property
    def cursor(self) -> Cursor:
        """Where a page that ends here ends."""
        return Cursor(self.rank, self.order_at, self.case_id, self.no)


def wanted_tasks(
    agency: str | None, *, week: Week, narrowed: InboxFilter, cases: OfCases = ()
) -> Select[int, int]:
    """Select the keys of the open tasks that an inbox shows, in no order."""
    wanted = select(TaskRow.case_id, TaskRow.no).where(TaskRow.is_open())
    if agency is not None:
        wanted = wanted.where(TaskRow.agency == agency)
    if narrowed.aside:
        wanted = wanted.join(TaskSnooze, is_aside(week))
    elif narrowed.aside is False:
        wanted = wanted.where(~select(TaskSnooze.no).where(is_aside(week)).exists())
    if cases:
        wanted = wanted.join(Case, Case.id == TaskRow.case_id).where(*cases)
    return wanted.where(*_conditions(narrowed, week))


def in_order(*, of_nobody: bool) -> tuple[InstrumentedAttribute[Any], ...]:
    """Return what open tasks are ordered by, whether or not they are of nobody alone.

    Those have no holder, all alike; yet PostgreSQL goes along the index of what is held by nobody
    only where it is told to order by the holder too.
    """
    order = (TaskRow.order_at, TaskRow.case_id, TaskRow.no)
    return (TaskRow.assignee, *order) if of_nobody else order


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
    if isinstance(to.assignee, str):
        conditions.append(TaskRow.assignee.is_(None))
    elif isinstance(to.assignee, int):
        conditions.append(TaskRow.assignee == to.assignee)
    elif to.assignee is not None:
        conditions.append(among(TaskRow.assignee, to.assignee))
    if to.waiting:
        conditions.append(or_(TaskRow.request.is_not(None), TaskRow.child.is_not(None)))
    if to.type is not None:
        conditions.append(TaskRow.type == to.type)
    if to.opener is not None:
        conditions.append(TaskRow.opener == to.opener)
    if to.group in GROUPS:
        begins, ends = week.span(to.group)
        conditions += [] if begins is None else [TaskRow.order_at >= begins]
        conditions += [] if ends is None else [TaskRow.order_at < ends]
    return conditions

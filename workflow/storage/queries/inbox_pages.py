"""A page of the inbox: one statement for all pages that differ in nothing but what they are of.

It is made once for each shape and sent as it stands, for making it would cost more than asking.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)

from workflow.storage.base import BigId, UtcDateTime, decode, in_utc
from workflow.storage.case import FIRST, RANKS, TaskRow
from workflow.storage.desk import TaskSnooze
from workflow.storage.direct import Held, Question
from workflow.storage.queries.inbox import (
    GROUPS,
    PAGE,
    Cursor,
    InboxFilter,
    InboxItem,
    OfCases,
    Week,
    in_order,
    is_aside,
    wanted_tasks,
)
from workflow.storage.queries.inbox_lines import lines, of_task
from workflow.storage.several import several

_RANKED = tuple((one == FIRST, TaskRow.rank == literal_column(str(one))) for one in RANKS)
"""Each rank by itself, as the index has them in order; with it whether it is the first."""


def _place(item: InboxItem, week: Week) -> tuple[int, int, datetime, int, int]:
    return week.group(item.order_at), item.rank, item.order_at, item.case_id, item.no


def inbox_page(
    held: Held,
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
    to = narrowed or InboxFilter()
    told = ask_page(held, agency=agency, week=week, narrowed=to, after=after, limit=limit)
    return read_page(told, week, limit)


def ask_page(
    held: Held,
    *,
    agency: str | None,
    week: Week,
    narrowed: InboxFilter,
    after: Cursor | None,
    limit: int,
) -> str:
    """Ask for what `inbox_page` lists; `read_page` reads what was told."""
    given = values_of(agency, narrowed, after, week, limit)
    return _question(Shape.of(agency, narrowed, after, week)).told(held, **given)


def read_page(told: str, week: Week, limit: int) -> list[InboxItem]:
    """Read what the database told of a page."""
    return _in_order(decode(told), week, limit)


def searched_page(
    connection: Connection,
    cases: OfCases,
    *,
    agency: str,
    week: Week,
    narrowed: InboxFilter,
    after: Cursor | None,
    limit: int,
) -> list[InboxItem]:
    """List tasks as `inbox_page` does whose case meets something, by a statement of its own."""
    given = values_of(agency, narrowed, after, week, limit)
    page = _page(Shape.of(agency, narrowed, after, week), cases)
    return _in_order(connection.execute(page, given).scalar_one(), week, limit)


def _in_order(found: list[list[Any] | None], week: Week, limit: int) -> list[InboxItem]:
    """Read the lines that a database found, column by column, which come in no order."""
    rows = zip(*(column or () for column in found), strict=True)
    return sorted(map(_item, rows), key=lambda item: _place(item, week))[:limit]


@dataclass(frozen=True, slots=True)
class Shape:
    """What two pages have in common whose statements differ in their values alone."""

    of_agency: bool
    held: Literal["nobody", "one", "several"] | None
    waiting: bool
    aside: bool | None
    type: bool
    opener: bool
    group: str | None
    after: tuple[int, int] | None
    """The group of the task at which the page before ended, and its rank."""

    @classmethod
    def of(cls, agency: str | None, to: InboxFilter, after: Cursor | None, week: Week) -> Shape:
        """Return the shape of a page."""
        held: Literal["nobody", "one", "several"] | None = "several"
        if to.assignee is None or to.assignee == "nobody":
            held = to.assignee
        elif isinstance(to.assignee, int):
            held = "one"
        return cls(
            of_agency=agency is not None,
            held=held,
            waiting=to.waiting,
            aside=to.aside,
            type=to.type is not None,
            opener=to.opener is not None,
            group=to.group if to.group in GROUPS else None,
            after=(week.group(after.order_at), after.rank) if after else None,
        )


def values_of(
    agency: str | None, to: InboxFilter, after: Cursor | None, week: Week, limit: int
) -> dict[str, object]:
    """Return what the statement of a page is given, under the names of `tasks_of`."""
    whose = to.assignee
    return {
        **{f"begins_{n}": at for n, at in enumerate(week.begins)},
        **({"at": after.order_at, "case": after.case_id, "next_no": after.no + 1} if after else {}),
        "agency": agency,
        "today": week.today,
        "held": whose if whose is None or isinstance(whose, int | str) else sorted(whose),
        "type": to.type,
        "opener": to.opener,
        "page": limit,
    }


@lru_cache(maxsize=256)
def _question(shape: Shape) -> Question:
    return Question(_page(shape, ()))


def _page(shape: Shape, cases: OfCases) -> Select[Any]:
    return lines(tasks_of(shape, of_task(), cases=cases))


def tasks_of(
    shape: Shape, columns: tuple[Any, ...], *, cases: OfCases = (), snoozed: bool = True
) -> FromClause:
    """Select the tasks of a page, in no order; what it is given has names, to be made once.

    Where an agency has put no task aside, it need not be asked whether they are `snoozed`.
    """
    begins = (bindparam(f"begins_{n}", type_=UtcDateTime) for n in range(len(GROUPS) - 1))
    week: Any = Week(bindparam("today", type_=Date), tuple(begins))  # type: ignore[arg-type]  # names of both
    held: dict[str, Any] = {
        "one": bindparam("held", type_=BigId),
        "several": several("held", BigInteger),
    }
    narrowed = InboxFilter(
        assignee=held.get(shape.held or "", shape.held),
        waiting=shape.waiting,
        aside=shape.aside,
        type=bindparam("type") if shape.type else None,  # type: ignore[arg-type]  # its name
        opener=bindparam("opener") if shape.opener else None,  # type: ignore[arg-type]  # its name
        group=shape.group,
    )
    agency: Any = bindparam("agency") if shape.of_agency else None
    anyhow = wanted_tasks(agency, week=week, narrowed=replace(narrowed, aside=None), cases=cases)
    wanted = anyhow.with_only_columns(*columns)
    if snoozed or narrowed.aside:
        wanted = _put_aside(wanted, week, narrowed.aside)
    order = in_order(of_nobody=shape.held == "nobody")
    limit = bindparam("page", type_=Integer)
    branches = [
        (wanted if cases else _along(wanted, shape))
        .where(ranked, *_follows(shape.after, week, first=first))
        .order_by(*order)
        .limit(limit)
        for first, ranked in _RANKED
    ]
    return union_all(*(select(branch.subquery()) for branch in branches)).subquery()


def _put_aside(wanted: Select[Any], week: Week, aside: bool | None) -> Select[Any]:
    """Add when tasks come back that were put aside; true and false are as in `InboxFilter`."""
    if aside:
        return wanted.join(TaskSnooze, is_aside(week))
    there = and_(
        TaskSnooze.case_id == TaskRow.case_id,
        TaskSnooze.no == TaskRow.no,
        TaskSnooze.agency == TaskRow.agency,
    )
    anyhow = wanted.outerjoin(TaskSnooze, there)
    return anyhow if aside is None else anyhow.where(~func.coalesce(is_aside(week), false()))


def _along(wanted: Select[Any], shape: Shape) -> Select[Any]:
    """Have SQLite read what an agency wants along the index that tells it the most.

    It counts no rows, so all look alike to it; PostgreSQL knows itself.
    """
    if not shape.of_agency or shape.aside is not False or shape.held == "several":
        return wanted
    name = "waiting" if shape.waiting else "inbox"
    name = "held" if shape.held else name
    return wanted.with_hint(TaskRow, f"INDEXED BY ix_task_{name}", "sqlite")


def _item(told: Iterable[Any]) -> InboxItem:
    """Read a line as the database writes it."""
    row = list(told)
    for place in _INSTANTS:
        row[place] = in_utc(datetime.fromisoformat(row[place]))
    for place in _DAYS:
        if row[place]:
            row[place] = date.fromisoformat(row[place])
    for place in _FACTS:
        row[place] = bool(row[place])
    if row[_PARENT]:
        row[_PARENT] = tuple(row[_PARENT])
    return InboxItem._make(row)


def _places(*names: str) -> tuple[int, ...]:
    return tuple(InboxItem._fields.index(name) for name in names)


_INSTANTS = _places("opened_at", "order_at")
_DAYS = _places("due_on", "aside_until")
_FACTS = _places("is_new", "is_proposed")
(_PARENT,) = _places("parent")


def _follows(
    after: tuple[int, int] | None, week: Week, *, first: bool
) -> list[ColumnElement[bool]]:
    """Select, of the tasks with priority or of the others, what comes after a page."""
    if after is None:
        return []
    group, rank = after
    if first and rank != FIRST:
        return [TaskRow.order_at >= week.begins[group]] if group < len(week.begins) else [_NONE]
    if not first and rank == FIRST:
        return [TaskRow.order_at >= week.begins[group - 1]] if group else []
    place = tuple_(TaskRow.order_at, TaskRow.case_id, TaskRow.no)
    next_place = tuple_(
        bindparam("at", type_=UtcDateTime), bindparam("case", type_=BigId), bindparam("next_no")
    )
    return [place >= next_place]  # by `>`, PostgreSQL takes nothing else to be due at that instant


_NONE = literal(1) == literal(0)

"""How many tasks an inbox has: on each shelf, by the counts that are kept, and beside them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    Select,
    bindparam,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    union_all,
)

from workflow.core.tallies import ANY, Tally
from workflow.storage.base import NO_DAY, NOBODY, BigId
from workflow.storage.case import Case, TaskRow
from workflow.storage.desk import CaseFollower, TaskSnooze
from workflow.storage.projections import QueueCount
from workflow.storage.queries.counted import COUNTS, TALLIES
from workflow.storage.queries.inbox import Week, is_aside

COUNTED_UPTO = 1_000
"""What no count is kept for is counted no further."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Tasks put aside that are alike in all that an inbox is narrowed by."""

    holder: int
    type: str
    opener: str
    waits: bool
    n: int


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


def days_of(today: date) -> dict[str, date]:
    """Return the days that `queue_sums` is given."""
    return {"today": today, "next_week": today + timedelta(days=7)}


@cache  # every page of an inbox asks for it
def queue_sums() -> Select[*tuple[Any, ...]]:
    """Select the counts of an agency by when its tasks are due; what is given has names."""
    due, today = COUNTS.c.due_on, bindparam("today", type_=Date)
    next_week = bindparam("next_week", type_=Date)
    mine = COUNTS.c.assignee == bindparam("whose", type_=BigId)
    groups: dict[str, ColumnElement[bool]] = {
        "all": COUNTS.c.n != 0,
        "late": due < today,
        "today": due == today,
        "week": (due > today) & (due < next_week),
        "later": (due >= next_week) & (due < NO_DAY),
        "undated": due == NO_DAY,
        "unassigned": COUNTS.c.assignee == NOBODY,
        "mine": mine,
        "mine_late": mine & (due < today),
    }
    sums = [
        func.coalesce(func.sum(case((group, COUNTS.c.n), else_=0)), 0).label(name)
        for name, group in groups.items()
    ]
    return select(*sums).where(COUNTS.c.agency == bindparam("agency"))


def forget_empty_counts(connection: Connection, *, before: date) -> int:
    """Delete counts of days gone by that have come to nothing; return how many."""
    empty = delete(QueueCount).where(QueueCount.n == 0, QueueCount.due_on < before)
    return connection.execute(empty).rowcount


def tallies(connection: Connection, wanted: Collection[Tally]) -> dict[Tally, int]:
    """Add up the counts that are kept, as asked for; one that is not there is zero."""
    asked: dict[tuple[str, str, str], set[str]] = {}
    for one in wanted:
        asked.setdefault((one.agency, one.type, one.opener), set()).add(one.shelf)
    if not asked:
        return {}
    sums = [_summed(*where, shelves) for where, shelves in sorted(asked.items())]
    found = connection.execute(union_all(*sums))
    return {Tally(*row[:4]): int(row.n) for row in found}


def _summed(
    agency: str, of_type: str, opener: str, shelves: Collection[str]
) -> Select[*tuple[Any, ...]]:
    """Select what stands on some shelves of an agency, narrowed alike."""
    kept, narrowed = TALLIES.c, (literal(of_type), literal(opener))
    wanted = (
        select(kept.agency, kept.shelf, *narrowed, func.sum(kept.n).label("n"))
        .where(kept.agency == agency, kept.shelf.in_(sorted(shelves)))
        .group_by(kept.agency, kept.shelf)
    )
    wanted = wanted if of_type == ANY else wanted.where(kept.type == of_type)
    return wanted if opener == ANY else wanted.where(kept.opener == opener)


def put_aside(agency: BindParameter[str], *, week: Week) -> Select[*tuple[Any, ...]]:
    """Count what is put aside in an agency, by all that an inbox is narrowed by."""
    waits = or_(TaskRow.request.is_not(None), TaskRow.child.is_not(None)).label("waits")
    kinds = (TaskSnooze.holder, TaskRow.type, TaskRow.opener, waits)
    wanted = select(*kinds, func.count().label("n")).join(TaskRow, is_aside(week)).group_by(*kinds)
    return wanted.where(TaskSnooze.agency == agency, TaskRow.is_open())


def followed_by(officer: BindParameter[int], *, visible: ColumnElement[bool]) -> Select[int]:
    """Count the cases that an officer follows and that exist for the reader."""
    counted = select(func.count()).select_from(CaseFollower)
    there = counted.join(Case, Case.id == CaseFollower.case_id)
    return there.where(CaseFollower.officer_id == officer, visible)


def count_each(connection: Connection, wanted: Sequence[Select[int, int]]) -> list[int]:
    """Count what some statements select, each up to one more than `COUNTED_UPTO`, in one go."""
    if not wanted:
        return []
    counted = []
    for place, statement in enumerate(wanted):
        some = statement.limit(COUNTED_UPTO + 1).subquery()
        counted.append(select(literal(place), func.count()).select_from(some))
    found = {row[0]: row[1] for row in connection.execute(union_all(*counted))}
    return [found[place] for place in range(len(wanted))]

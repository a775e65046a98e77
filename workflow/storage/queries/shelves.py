"""How many tasks an inbox has: on each shelf, by the counts that acts keep, and beside them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from workflow.core.tallies import Tally
from workflow.storage.base import NO_DAY, NOBODY
from workflow.storage.case import Case, TaskRow
from workflow.storage.desk import CaseFollower, TaskSnooze
from workflow.storage.projections import QueueCount, QueueTally
from workflow.storage.queries.inbox import Week, is_aside
from workflow.storage.queries.questions import asked_by_others

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


def tallies(connection: Connection, wanted: Collection[Tally]) -> dict[Tally, int]:
    """Return the counts that acts keep; one that is not there is zero."""
    if not wanted:
        return {}
    table = QueueTally.__table__
    key = tuple_(QueueTally.agency, QueueTally.shelf, QueueTally.type, QueueTally.opener)
    found = connection.execute(select(table).where(key.in_(sorted(set(wanted)))))
    return {Tally(*row[:4]): row.n for row in found}


def put_aside(connection: Connection, *, agency: str, week: Week) -> list[Aside]:
    """Count what is put aside in an agency, by all that an inbox is narrowed by."""
    waits = or_(TaskRow.request.is_not(None), TaskRow.child.is_not(None))
    kinds = (TaskSnooze.holder, TaskRow.type, TaskRow.opener, waits)
    wanted = select(*kinds, func.count()).join(TaskRow, is_aside(week)).group_by(*kinds)
    of_agency = and_(TaskSnooze.agency == agency, TaskRow.is_open())
    rows = connection.execute(wanted.where(of_agency))
    return [Aside(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows]


def count_beside(
    connection: Connection,
    *,
    officer: int,
    agency: str,
    visible: ColumnElement[bool],
    to_confirm: Select[int],
) -> tuple[int, ...]:
    """Count the cases that an officer follows, what an agency was asked, and what to confirm.

    Of cases what exists for the reader.
    """
    followed = (
        select(func.count())
        .select_from(CaseFollower)
        .join(Case, Case.id == CaseFollower.case_id)
        .where(CaseFollower.officer_id == officer, visible)
    )
    asked = asked_by_others(agency, visible=visible)
    counted = (part.scalar_subquery() for part in (followed, asked, to_confirm))
    return tuple(connection.execute(select(*counted)).one())


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

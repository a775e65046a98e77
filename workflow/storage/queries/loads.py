"""What each officer of an agency has to do, from the counts that are kept, and who is away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)

from workflow.core.offices import Post
from workflow.storage.absences import answers_for
from workflow.storage.case import TaskRow
from workflow.storage.people import Membership, Officer, Substitution
from workflow.storage.queries.counted import COUNTS

_LEADING: Final = (Post.HEAD.value, Post.COORDINATOR.value)


def queued_by_holder(connection: Connection, agency: str, *, today: date) -> list[Row[Any]]:
    """Count the open tasks of an agency by holder and day due; all that is late is one day.

    The rows are as many as holders times days ahead on which something is due, at most, however
    many tasks there are: no task is read.
    """
    late = literal(today - timedelta(days=1))
    day = case((COUNTS.c.due_on < today, late), else_=COUNTS.c.due_on).label("due_on")
    counted = select(COUNTS.c.assignee, day, func.sum(COUNTS.c.n).label("n"))
    wanted = counted.where(COUNTS.c.agency == agency).group_by(COUNTS.c.assignee, day)
    return list(connection.execute(wanted.having(func.sum(COUNTS.c.n) != 0)))


def staff_with_absences(
    connection: Connection, agency: str, *, holders: Collection[int], today: date
) -> list[Row[Any]]:
    """List who works in an agency today or holds tasks of it, and until when they are away.

    `works_here` is zero for those who only hold tasks, and for auditors; `serves` and `leads`
    for whoever is there neither to do tasks nor to lead.
    """
    stands = and_(
        Membership.officer_id == Officer.id,
        *(Membership.agency == agency, Membership.role != "auditor", Officer.active.is_(True)),
        Membership.valid_from <= today,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
    )
    away = and_(
        answers_for(Membership),
        *(Substitution.valid_from <= today, Substitution.valid_to >= today),
    )
    wanted = (
        select(
            *(Officer.id, Officer.name),
            func.count(Membership.id).label("works_here"),
            _any_is((Post.OFFICER.value,)).label("serves"),
            _any_is(_LEADING).label("leads"),
            func.max(Substitution.valid_to).label("absent_until"),
        )
        .outerjoin(Membership, stands)
        .outerjoin(Substitution, away)
        .where(or_(Membership.id.is_not(None), Officer.id.in_(sorted(holders))))
        .group_by(Officer.id, Officer.name)
        .order_by(Officer.name, Officer.id)
    )
    return list(connection.execute(wanted))


def last_given(connection: Connection, officers: Collection[int]) -> dict[int, datetime]:
    """Return when some officers were last given a task, by what they hold and last completed."""
    held = (
        select(func.max(TaskRow.claimed_at))
        .where(TaskRow.is_open(), TaskRow.assignee == Officer.id)
        .scalar_subquery()
    )
    done = (
        select(func.coalesce(TaskRow.claimed_at, TaskRow.ended_at))
        .where(TaskRow.is_completed(), TaskRow.ended_by == Officer.id)
        .order_by(TaskRow.ended_at.desc(), TaskRow.case_id.desc(), TaskRow.no.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = select(Officer.id, held, done).where(Officer.id.in_(sorted(officers)))
    times = {row[0]: [at for at in row[1:] if at] for row in connection.execute(wanted)}
    return {officer: max(known) for officer, known in times.items() if known}


def _any_is(posts: Collection[str]) -> ColumnElement[int]:
    return func.max(case((Membership.role.in_(posts), 1), else_=0))

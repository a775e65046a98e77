"""What each officer of an agency has to do, from the counts that acts keep, and who is away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, literal, or_, select

from workflow.storage.absences import answers_for
from workflow.storage.people import Membership, Officer, Substitution
from workflow.storage.projections import QueueCount


def queued_by_holder(connection: Connection, agency: str, *, today: date) -> list[Row[Any]]:
    """Count the open tasks of an agency by holder and day due; all that is late is one day.

    The rows are as many as holders times days ahead on which something is due, at most, however
    many tasks there are: no task is read.
    """
    late = literal(today - timedelta(days=1))
    day = case((QueueCount.due_on < today, late), else_=QueueCount.due_on).label("due_on")
    counted = select(QueueCount.assignee, day, func.sum(QueueCount.n).label("n"))
    wanted = counted.where(QueueCount.agency == agency, QueueCount.n != 0)
    return list(connection.execute(wanted.group_by(QueueCount.assignee, day)))


def staff_with_absences(
    connection: Connection, agency: str, *, holders: Collection[int], today: date
) -> list[Row[Any]]:
    """List who works in an agency today or holds tasks of it, and until when they are away.

    `works_here` is zero for those who only hold tasks, and for auditors.
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
            func.max(Substitution.valid_to).label("absent_until"),
        )
        .outerjoin(Membership, stands)
        .outerjoin(Substitution, away)
        .where(or_(Membership.id.is_not(None), Officer.id.in_(sorted(holders))))
        .group_by(Officer.id, Officer.name)
        .order_by(Officer.name, Officer.id)
    )
    return list(connection.execute(wanted))

"""What the inbox tells of each task, out of all tables that know something of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from workflow.core.fields import Access
from workflow.storage.case import Case, TaskRow
from workflow.storage.desk import TaskSnooze
from workflow.storage.dialect import values_as_json
from workflow.storage.gathered import columns_as_json
from workflow.storage.people import Officer
from workflow.storage.projections import CaseAgency, Relation


def of_task() -> tuple[Any, ...]:
    """Return what `lines` needs of a task and of how it was put aside, under their names."""
    return (
        *(TaskRow.case_id, TaskRow.no, TaskRow.key, TaskRow.agency, TaskRow.assignee),
        *(TaskRow.opened_at, TaskRow.received_at.is_(None).label("is_new"), TaskRow.due_on),
        *(TaskRow.order_at, TaskRow.rank, TaskRow.priority, TaskSnooze.until),
        *(_paused_clock().label("clock"), TaskRow.proposal.is_not(None).label("is_proposed")),
    )


def lines(tasks: FromClause) -> Select[Any]:
    """Select all that the inbox tells of tasks, which have the columns of `of_task`.

    It is one value: a list for each field of `InboxItem`, in their order.
    """
    task = tasks.c
    told = columns_as_json(
        *(task.case_id, Case.number, Case.subject, task.no, task.key, task.agency, task.assignee),
        *(named(task.assignee), task.opened_at, task.is_new, task.due_on, task.order_at),
        *(task.rank, task.priority, task.until, task.clock, task.is_proposed),
        *(Case.definition_key, Case.definition_version, Case.state, Case.opener, parent_of(tasks)),
    )
    return select(told).select_from(tasks).join(Case, Case.id == task.case_id)


def _paused_clock() -> Any:  # noqa: ANN401 - an expression
    """Select the clock of a task that does not run, of which alone it is told since when."""
    return case((TaskRow.due_on.is_(None), TaskRow.clock), else_=null())


def named(officer: ColumnElement[int]) -> ScalarSelect[str]:
    """Select the name of an officer by the key alone.

    As a join, PostgreSQL would read every officer for it where there are not many.
    """
    return select(Officer.name).where(Officer.id == officer).scalar_subquery()


def parent_of(tasks: FromClause) -> Any:  # noqa: ANN401 - an expression
    """Select number and subject of the first case that a task's case belongs to, by its key alone.

    As a join, PostgreSQL would read every case for it where its policies bind. Few cases belong
    to any, which is found out at once.
    """
    parent = aliased(Case)
    wanted = select(values_as_json(parent.number, parent.subject)).where(
        parent.id == _first_known(tasks)
    )
    belongs = select(Relation.case_id).where(
        Relation.case_id == tasks.c.case_id, Relation.kind == "parent"
    )
    told = wanted.correlate(tasks).scalar_subquery()
    return case((belongs.correlate(tasks).exists(), told), else_=null())


def _first_known(tasks: FromClause) -> ScalarSelect[int]:
    """Select the first case that a task's case belongs to, if the task's agency may know of it."""
    other = aliased(Case)
    has_part = (
        select(CaseAgency.case_id)
        .where(CaseAgency.case_id == other.id, CaseAgency.agency == tasks.c.agency)
        .correlate(other, tasks)
        .exists()
    )
    no_secret = and_(other.announced, other.access != Access.RESTRICTED.value)
    return (
        select(func.min(other.id))
        .join(Relation, and_(Relation.other_number == other.number, Relation.kind == "parent"))
        .where(Relation.case_id == tasks.c.case_id, or_(no_secret, has_part))
        .correlate(tasks)
        .scalar_subquery()
    )

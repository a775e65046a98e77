"""What the inbox tells of each task, out of all tables that know something of it."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from workflow.core.fields import Access
from workflow.storage.case import Case, TaskRow
from workflow.storage.desk import TaskSnooze
from workflow.storage.dialect import objects_as_json
from workflow.storage.people import Officer
from workflow.storage.projections import CaseAgency, Relation


@cache  # it is the same for every page, and long
def lines() -> Select[Any]:
    """Select all that the inbox tells of tasks, as one value."""
    aside = and_(TaskSnooze.case_id == TaskRow.case_id, TaskSnooze.no == TaskRow.no)
    return (
        select(
            objects_as_json(
                *(
                    TaskRow.case_id,
                    Case.number,
                    Case.subject,
                    TaskRow.no,
                    TaskRow.key,
                    TaskRow.slot,
                ),
                *(TaskRow.agency, TaskRow.status, TaskRow.assignee),
                Officer.name.label("assignee_name"),
                *(TaskRow.opened_at, TaskRow.received_at, TaskRow.due_on, TaskRow.due_at),
                *(TaskRow.order_at, TaskRow.rank, TaskRow.priority),
                TaskSnooze.until.label("aside_until"),
                *(TaskRow.clock, TaskRow.proposal, TaskRow.request),
                *(TaskRow.review_on, TaskRow.child, Case.definition_key, Case.definition_version),
                *(Case.state, Case.opener, Case.access, Case.revision),
                _of_parent("number").label("parent_number"),
                _of_parent("subject").label("parent_subject"),
            )
        )
        .select_from(TaskRow)
        .join(Case, Case.id == TaskRow.case_id)
        .outerjoin(Officer, Officer.id == TaskRow.assignee)
        .outerjoin(TaskSnooze, aside)
    )


def _of_parent(column: str) -> ScalarSelect[str]:
    """Select what the first case tells that a task's case belongs to, by its key alone.

    As a join, PostgreSQL would read every case for it where its policies bind.
    """
    parent = aliased(Case)
    wanted = select(getattr(parent, column)).where(parent.id == _parent())
    return wanted.correlate(TaskRow).scalar_subquery()


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

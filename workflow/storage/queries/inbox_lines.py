"""What the inbox tells of each task, out of all tables that know something of it."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, case, func, null, or_, select
from sqlalchemy.orm import aliased

from workflow.core.fields import Access
from workflow.storage.case import Case, TaskRow
from workflow.storage.desk import TaskSnooze
from workflow.storage.dialect import rows_of_values_as_json, values_as_json
from workflow.storage.people import Officer
from workflow.storage.projections import CaseAgency, Relation


@cache  # it is the same for every page, and long
def lines() -> Select[Any]:
    """Select all that the inbox tells of tasks as one value, in the order of `InboxItem`."""
    aside = and_(TaskSnooze.case_id == TaskRow.case_id, TaskSnooze.no == TaskRow.no)
    return (
        select(
            rows_of_values_as_json(
                *(TaskRow.case_id, Case.number, Case.subject, TaskRow.no, TaskRow.key),
                *(TaskRow.agency, TaskRow.assignee, Officer.name, TaskRow.opened_at),
                *(TaskRow.received_at.is_(None), TaskRow.due_on, TaskRow.order_at),
                *(TaskRow.rank, TaskRow.priority, TaskSnooze.until, _paused_clock()),
                *(TaskRow.proposal.is_not(None), Case.definition_key, Case.definition_version),
                *(Case.state, Case.opener, _parent()),
            )
        )
        .select_from(TaskRow)
        .join(Case, Case.id == TaskRow.case_id)
        .outerjoin(Officer, Officer.id == TaskRow.assignee)
        .outerjoin(TaskSnooze, aside)
    )


def _paused_clock() -> Any:  # noqa: ANN401 - an expression
    """Select the clock of a task that has stood still, of which alone it is told since when."""
    return case(
        (TaskRow.clock[("pauses", 0)].as_string().is_not(None), TaskRow.clock), else_=null()
    )


def _parent() -> ScalarSelect[Any]:
    """Select number and subject of the first case that a task's case belongs to, by its key alone.

    As a join, PostgreSQL would read every case for it where its policies bind.
    """
    parent = aliased(Case)
    wanted = select(values_as_json(parent.number, parent.subject)).where(
        parent.id == _first_known()
    )
    return wanted.correlate(TaskRow).scalar_subquery()


def _first_known() -> ScalarSelect[int]:
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

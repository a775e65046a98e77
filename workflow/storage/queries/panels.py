"""Which cases and tasks a panel is about, as conditions on rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, tuple_

from workflow.core.snapshot import TaskStatus
from workflow.storage.case import Case, TaskRow
from workflow.storage.projections import CaseAgency
from workflow.storage.queries.cases import is_no_secret


def open_and_about(agency: str, types: Collection[tuple[str, str]]) -> ColumnElement[bool]:
    """Select open cases in which an agency has a part, or of some types; each with its owner."""
    part = select(CaseAgency.case_id).where(CaseAgency.agency == agency)
    worked_on = select(TaskRow.case_id).where(
        TaskRow.is_open(),
        TaskRow.owner.in_(sorted({owner for owner, _ in types})),
        TaskRow.type.in_(sorted({key for _, key in types})),
    )
    return and_(Case.closed_at.is_(None), or_(Case.id.in_(part), Case.id.in_(worked_on)))


def open_and_in(states: Collection[tuple[str, str]]) -> ColumnElement[bool]:
    """Select open cases that stand in one of some states, each named with its type."""
    place = tuple_(Case.definition_key, Case.state)
    return and_(Case.closed_at.is_(None), place.in_(sorted(states)))


def told_of_each(
    connection: Connection, type_key: str, fields: Collection[str], *, which: ColumnElement[bool]
) -> list[Row[Any]]:
    """List the cases of a type as they were opened, however many, each with some of its fields."""
    said = (Case.data[key].as_string().label(f"said_{key}") for key in fields)
    wanted = select(
        *(Case.id, Case.number, Case.subject, Case.opener, Case.definition_version, Case.state),
        *(Case.opened_at, Case.entered_at, Case.closed_at, Case.participants),
        (~is_no_secret()).label("sealed"),
        *said,
    )
    here = wanted.where(Case.definition_key == type_key, which)
    return list(connection.execute(here.order_by(Case.id)))


def asked_of_each(
    connection: Connection,
    tasks: Collection[tuple[str, str]],
    *,
    visible: ColumnElement[bool],
    since: datetime,
    until: datetime,
) -> list[Row[Any]]:
    """List what was asked of each agency between two instants: tasks named with their type.

    Of a task that somebody had twice in a case, the later one is listed, and no cancelled one.
    """
    later = TaskRow.__table__.alias("later")
    again = select(later.c.no).where(
        *(later.c.case_id == TaskRow.case_id, later.c.key == TaskRow.key),
        *(later.c.slot == TaskRow.slot, later.c.no > TaskRow.no),
    )
    wanted = (
        select(
            *(Case.number, Case.subject, Case.definition_key, Case.definition_version),
            *(TaskRow.no, TaskRow.key, TaskRow.slot, TaskRow.agency, TaskRow.status),
            *(TaskRow.opened_at, TaskRow.due_on, TaskRow.ended_at),
        )
        .join(Case, Case.id == TaskRow.case_id)
        .where(tuple_(Case.definition_key, TaskRow.key).in_(sorted(tasks)), visible)
        .where(TaskRow.opened_at >= since, TaskRow.opened_at < until)
        .where(TaskRow.status != TaskStatus.CANCELLED.value, ~again.exists())
        .order_by(TaskRow.agency, Case.id.desc(), TaskRow.no)
    )
    return list(connection.execute(wanted))

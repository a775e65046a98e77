"""Which open cases a panel is about, as conditions on rows."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_, select, tuple_

from workflow.storage.case import Case, TaskRow
from workflow.storage.projections import CaseAgency


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

"""What an agency was asked and has not answered, the earliest day first.

A page is read along a partial index of such questions alone, so its cost does not follow from
how many cases, deadlines or answers there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)

from workflow.storage.base import UtcDateTime
from workflow.storage.case import Case, TaskRow
from workflow.storage.projections import CaseDeadline

_UNANSWERED = (
    CaseDeadline.status != literal_column("'stopped'"),
    func.substr(CaseDeadline.key, literal_column("1"), literal_column("9"))
    == literal_column("'question:'"),
)
"""In the words of the partial index."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended, so that the next one goes on from there."""

    due_at: datetime
    case_id: int
    key: str


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One question that waits for an agency's answer."""

    place: Place
    number: str
    subject: str
    definition_key: str
    definition_version: int
    no: int
    """Of the task that asks."""
    task: str
    request: Mapping[str, Any]


def asked_page(
    connection: Connection,
    agency: str,
    *,
    visible: ColumnElement[bool],
    after: Place | None,
    limit: int,
) -> list[AskedItem]:
    """List what an agency was asked, of the cases that exist for the reader."""
    order = (CaseDeadline.due_at, CaseDeadline.case_id, CaseDeadline.key)
    wanted = (
        select(*order, Case.number, Case.subject, Case.definition_key, Case.definition_version)
        .join(Case, Case.id == CaseDeadline.case_id)
        .where(*_UNANSWERED, CaseDeadline.agency == agency, visible)
    )
    if after is not None:
        ended = (literal(after.due_at, UtcDateTime), literal(after.case_id), literal(after.key))
        wanted = wanted.where(tuple_(*order) > tuple_(*ended))
    page = wanted.order_by(*order).limit(limit).subquery()
    shown = (
        select(page, TaskRow.no, TaskRow.key.label("task"), TaskRow.request)
        .join(TaskRow, TaskRow.case_id == page.c.case_id)
        .where(TaskRow.is_open(), TaskRow.request.is_not(None))
        .order_by(page.c.due_at, page.c.case_id, page.c.key)
    )
    rows = connection.execute(shown)
    return [_item(row._mapping) for row in rows if row.key == f"question:{row.request['no']}"]


def asked_by_others(
    agency: str | BindParameter[str], *, visible: ColumnElement[bool]
) -> Select[int]:
    """Select how much an agency was asked, of the cases that exist for the reader."""
    asked = select(func.count()).select_from(CaseDeadline)
    there = asked.join(Case, Case.id == CaseDeadline.case_id)
    return there.where(unanswered_by(agency), visible)


def unanswered_by(agency: str | BindParameter[str]) -> ColumnElement[bool]:
    """Select the deadlines of what an agency was asked, of whatever case."""
    return and_(*_UNANSWERED, CaseDeadline.agency == agency)


def _item(row: Mapping[Any, Any]) -> AskedItem:
    return AskedItem(
        place=Place(row["due_at"], row["case_id"], row["key"]),
        number=row["number"],
        subject=row["subject"],
        definition_key=row["definition_key"],
        definition_version=row["definition_version"],
        no=row["no"],
        task=row["task"],
        request=row["request"],
    )

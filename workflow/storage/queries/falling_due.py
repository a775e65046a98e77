"""What falls due: open tasks and whole cases by their due instant, for one reader.

Each part of an answer is read along a partial index and cut at the size of a page before the
parts are laid together, so that a page costs the same however much is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    and_,
    case,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from workflow.core.questions import SCOPE
from workflow.storage.base import UtcDateTime
from workflow.storage.case import RANKS, Case, TaskRow
from workflow.storage.people import Membership, MembershipRole, Officer
from workflow.storage.projections import CaseDeadline
from workflow.storage.queries.inbox import in_order

PAGE = 50


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose deadlines are meant; the parts are added to each other."""

    held_by: tuple[int, ...] = ()
    """Tasks that these officers hold in one of `agencies`."""
    agencies: tuple[str, ...] = ()
    unassigned_of: tuple[str, ...] = ()
    """Tasks of these agencies that nobody holds."""
    agency: str | None = None
    """Every task of this agency."""
    owners: tuple[str, ...] = ()
    """Every task of the request types that these agencies answer for."""
    cases_of: str | None = None
    """The deadlines of whole cases that this agency answers for, and of answers that it owes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended, so that the next one goes on from there."""

    order_at: datetime
    case_id: int
    no: int
    key: str


@dataclass(frozen=True, slots=True)
class DueItem:
    """One deadline of a list: of a task; or of a whole case or an answer, where `no` is zero."""

    case_id: int
    number: str
    subject: str
    definition_key: str
    definition_version: int
    access: str
    announced: bool
    no: int
    task_key: str | None
    key: str
    """The clock's."""
    agency: str
    """Who owes the act."""
    assignee: int | None
    assignee_name: str | None
    due_on: date | None
    """None while the clock stands still."""
    order_at: datetime
    clock: Mapping[str, Any]

    @property
    def place(self) -> Place:
        """Where a page that ends here ends."""
        return Place(self.order_at, self.case_id, self.no, "" if self.no else self.key)

    @property
    def is_sealed(self) -> bool:
        """Whether others than its own agencies must not learn of the case."""
        return self.access == "restricted" or not self.announced


def falling_due(
    connection: Connection,
    whose: Whose,
    *,
    visible: ColumnElement[bool],
    since: datetime | None = None,
    before: datetime | None = None,
    type: str | None = None,  # noqa: A002 - the word of the field
    after: Place | None = None,
    limit: int = PAGE,
) -> list[DueItem]:
    """List deadlines, the earliest first, those that stand still last; one statement.

    `since` and `before` bound the due instant.
    """
    narrowed = [visible, *([Case.definition_key == type] if type else [])]
    parts = task_parts(whose, narrowed)
    if whose.cases_of:
        parts.append(of_cases(whose.cases_of, narrowed))
    if not parts:
        return []
    keys = [_cut(part, since=since, before=before, after=after, limit=limit) for part in parts]
    rows = connection.execute(_details(keys, limit=limit))
    return [_item(dict(row._mapping)) for row in rows]


def coordinated_by(connection: Connection, officer_id: int, *, today: date) -> tuple[str, ...]:
    """Return the agencies whose request types an officer coordinates today."""
    wanted = select(Membership.agency).where(
        Membership.officer_id == officer_id,
        Membership.role == MembershipRole.COORDINATOR,
        Membership.valid_from <= today,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
    )
    return tuple(connection.execute(wanted.order_by(Membership.agency)).scalars())


# --- The parts ----------------------------------------------------------------------------------


def task_parts(whose: Whose, narrowed: list[ColumnElement[bool]]) -> list[Select[*tuple[Any, ...]]]:
    """Select the keys of open tasks that have a deadline, each part in the order of an index."""
    free = TaskRow.assignee.is_(None)
    held = [
        and_(TaskRow.assignee == officer, TaskRow.agency == agency)
        for officer in whose.held_by
        for agency in whose.agencies
    ]
    queues = [
        *((queue, False) for queue in held),
        *((and_(free, TaskRow.agency == agency), True) for agency in whose.unassigned_of),
        *([] if whose.agency is None else [(TaskRow.agency == whose.agency, False)]),
    ]
    ranked = [
        _of_tasks(and_(queue, TaskRow.rank == rank), narrowed, of_nobody=of_nobody)
        for queue, of_nobody in queues
        for rank in RANKS
    ]
    return ranked + [_of_tasks(TaskRow.owner == owner, narrowed) for owner in whose.owners]


def _of_tasks(
    part: ColumnElement[bool], narrowed: list[ColumnElement[bool]], *, of_nobody: bool = False
) -> Select[*tuple[Any, ...]]:
    return (
        select(
            TaskRow.case_id,
            TaskRow.no,
            literal("").label("key"),
            TaskRow.order_at.label("order_at"),
        )
        .join(Case, Case.id == TaskRow.case_id)
        .where(TaskRow.is_open(), TaskRow.clock.is_not(None), part, *narrowed)
        .order_by(*in_order(of_nobody=of_nobody))
    )


def of_cases(agency: str, narrowed: list[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    """Select the keys of the deadlines of whole cases that count just now."""
    running = CaseDeadline.status == literal("running", literal_execute=True)
    return (
        select(
            CaseDeadline.case_id,
            literal(0).label("no"),
            CaseDeadline.key,
            CaseDeadline.due_at.label("order_at"),
        )
        .join(Case, Case.id == CaseDeadline.case_id)
        .where(CaseDeadline.agency == agency, running, *narrowed)
        .order_by(CaseDeadline.due_at, CaseDeadline.case_id, CaseDeadline.key)
    )


def bounded(
    part: Select[*tuple[Any, ...]], *, since: datetime | None, before: datetime | None
) -> Select[*tuple[Any, ...]]:
    """Keep of a part what falls due in a span of time."""
    at = part.selected_columns.order_at
    if since is not None:
        part = part.where(at >= since)
    return part.where(at < before) if before is not None else part


def _cut(
    part: Select[*tuple[Any, ...]],
    *,
    since: datetime | None,
    before: datetime | None,
    after: Place | None,
    limit: int,
) -> Select[*tuple[Any, ...]]:
    """Return the first keys of a part, those after a place."""
    part = bounded(part, since=since, before=before)
    columns = part.selected_columns
    place = (columns.order_at, columns.case_id, columns.no, columns.key)
    if after is not None:
        at = literal(after.order_at, UtcDateTime)
        ended = (at, literal(after.case_id), literal(after.no), literal(after.key))
        # The first condition says nothing new, but an index can begin there.
        part = part.where(columns.order_at >= at, tuple_(*place) > tuple_(*ended))
    return select(part.limit(limit).subquery())


def _details(keys: list[Select[*tuple[Any, ...]]], *, limit: int) -> Select[*tuple[Any, ...]]:
    found = union_all(*keys).subquery()
    no, key = found.c.no, found.c.key
    return (
        select(
            *(found.c.case_id, Case.number, Case.subject, Case.definition_key),
            *(Case.definition_version, Case.access, Case.announced, found.c.no),
            *(TaskRow.key.label("task_key"), found.c.key, TaskRow.agency, TaskRow.assignee),
            *(Officer.name.label("assignee_name"), TaskRow.due_on, found.c.order_at),
            TaskRow.clock,
            CaseDeadline.agency.label("case_agency"),
            CaseDeadline.due_on.label("case_due_on"),
            case((no == 0, Case.clocks)).label("clocks"),
            case((key.startswith(f"{SCOPE}:"), _asked(found.c.case_id, key))).label("asked"),
        )
        .join(Case, Case.id == found.c.case_id)
        .outerjoin(TaskRow, and_(TaskRow.case_id == found.c.case_id, TaskRow.no == no, no > 0))
        .outerjoin(
            CaseDeadline,
            and_(CaseDeadline.case_id == found.c.case_id, CaseDeadline.key == key, no == 0),
        )
        .outerjoin(Officer, Officer.id == TaskRow.assignee)
        .order_by(found.c.order_at, found.c.case_id, no, key)
        .limit(limit)
    )


def _asked(case_id: ColumnElement[int], key: ColumnElement[str]) -> ScalarSelect[Any]:
    """Select the question that a clock is of, from the open task that asks it."""
    asks = aliased(TaskRow)
    is_it = asks.request["clock"]["key"].as_string() == key
    wanted = select(asks.request).where(asks.case_id == case_id, asks.is_open(), is_it)
    return wanted.limit(1).scalar_subquery()


def _item(values: dict[str, Any]) -> DueItem:
    agency, due_on = values.pop("case_agency"), values.pop("case_due_on")
    asked = values.pop("asked") or {}
    clocks = (*(values.pop("clocks") or ()), *([asked["clock"]] if asked else []))
    if values["no"]:
        return DueItem(**{**values, "key": f"task:{values['no']}"})
    clock: Mapping[str, Any] = next((kept for kept in clocks if kept["key"] == values["key"]), {})
    return DueItem(**{**values, "agency": agency, "due_on": due_on, "clock": clock})

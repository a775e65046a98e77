"""How much falls due and when, from the counts that are kept wherever there are some."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from workflow.storage.base import NOBODY
from workflow.storage.queries.counted import COUNTS
from workflow.storage.queries.falling_due import Whose, bounded, of_cases, task_parts

CAPPED = 100
"""Where nobody keeps a count, counting stops here."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How many tasks and cases fall due when; `capped` if one of the numbers is only the least."""

    late: int
    today: int
    week: int
    """After today, in the six days that follow."""
    capped: bool


def due_per_day(
    connection: Connection, whose: Whose, *, first: date, last: date
) -> dict[date, int] | None:
    """Count tasks by their due day from the counts that are kept; None where there are none."""
    counted = _counted(whose)
    if counted is None:
        return None
    days = select(COUNTS.c.due_on, func.sum(COUNTS.c.n)).where(
        counted, COUNTS.c.due_on.between(first, last)
    )
    found = connection.execute(days.group_by(COUNTS.c.due_on))
    return {day: int(n) for day, n in found if n}


def summary(
    connection: Connection,
    whose: Whose,
    *,
    visible: ColumnElement[bool],
    today: date,
    midnight: datetime,
) -> Summary:
    """Count what is late, due today and due within a week; `midnight` is when today began."""
    spans = {
        "late": (None, midnight),
        "today": (midnight, midnight + timedelta(days=1)),
        "week": (midnight + timedelta(days=1), midnight + timedelta(days=7)),
    }
    counted = _counted(whose)
    rows = [of_cases(whose.cases_of, [visible])] if whose.cases_of else []
    if counted is None:
        rows += task_parts(whose, [visible])
    capped = [
        _capped(row, since=since, before=before).label(f"{name}_{n}")
        for n, row in enumerate(rows)
        for name, (since, before) in spans.items()
    ]
    kept = _kept_sums(counted, today) if counted is not None else []
    wanted = [*capped, *kept]
    found = dict(connection.execute(select(*wanted)).one()._mapping) if wanted else {}
    sums = {
        name: sum(int(n or 0) for label, n in found.items() if label.startswith(name))
        for name in spans
    }
    reached = any(found[label.name] == CAPPED for label in capped)
    return Summary(**sums, capped=reached)


def _counted(whose: Whose) -> ColumnElement[bool] | None:
    """Select the kept counts of the tasks meant, or None where nobody keeps them."""
    if whose.owners:
        return None
    if whose.agency is not None:
        return COUNTS.c.agency == whose.agency
    held = and_(COUNTS.c.agency.in_(whose.agencies), COUNTS.c.assignee.in_(whose.held_by))
    free = and_(COUNTS.c.agency.in_(whose.unassigned_of), COUNTS.c.assignee == NOBODY)
    return or_(held, free)


def _kept_sums(counted: ColumnElement[bool], today: date) -> list[Any]:
    due, week = COUNTS.c.due_on, today + timedelta(days=7)
    groups = {"late": due < today, "today": due == today, "week": (due > today) & (due < week)}
    return [
        select(func.sum(COUNTS.c.n)).where(counted, group).scalar_subquery().label(f"{name}_kept")
        for name, group in groups.items()
    ]


def _capped(part: Select[*tuple[Any, ...]], *, since: datetime | None, before: datetime) -> Any:  # noqa: ANN401
    """Count the rows of a part, going no further than `CAPPED`."""
    few = bounded(part, since=since, before=before).limit(CAPPED).subquery()
    return select(func.count()).select_from(few).scalar_subquery()

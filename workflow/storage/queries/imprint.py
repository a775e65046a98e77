"""Of which versions of which rows a page of an inbox was written, told in few words by PostgreSQL.

It marks each version of a row by the transaction that wrote it: `xmin`. What a transaction wrote is
seen whole or not at all, and no later one writes under its mark before so many have passed that a
page is long forgotten. So what a statement finds by the columns of the rows alone is still the same
where the marks are; a task's place in its table is told too, for a page ends after so many. Another
server counts transactions anew: when it was started tells which one it is.

What is seldom there at all, or follows from more than such rows, is `beside`: mostly it is enough
to find that there is none of it. Where there is some, it is asked for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    String,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from workflow.core.powers import Powers
from workflow.storage.base import decode, encode
from workflow.storage.case import Case, TaskRow
from workflow.storage.desk import AgencyLabel, CaseFollower, InboxColumns, SavedFilter, TaskSnooze
from workflow.storage.dialect import values_as_json
from workflow.storage.direct import asked_of
from workflow.storage.foresight import Asked as Sent
from workflow.storage.projections import QUEUE_MOVE, CaseDeadline, QueueCount, QueueTally, Relation
from workflow.storage.queries.cases import SortOfReader, sort_of
from workflow.storage.queries.glance import AGENCY, OFFICER, SOON, TODAY, Asked, given_to, parts_of
from workflow.storage.queries.inbox import Cursor, InboxFilter, Week
from workflow.storage.queries.inbox_lines import named, parent_of
from workflow.storage.queries.inbox_pages import Shape, tasks_of, values_of
from workflow.storage.queries.questions import unanswered_by
from workflow.storage.queries.registers import due_to
from workflow.storage.registers import RegisterEntry
from workflow.storage.saved_filters import offered_to
from workflow.storage.several import among, several
from workflow.storage.statements import POSTGRESQL, Statement

_BESIDE: Final = ("arranged", "aside", "followed", "asked", "to_confirm")
"""The parts of a glance that need more than rows that are alike."""
_PLACE_OF_BESIDE: Final = 4
_SPACE: Final = literal_column("' '", String)


@dataclass(frozen=True, slots=True)
class Imprinted:
    """The page of an inbox that is meant, and what is shown on it."""

    asked: Asked
    """What its glance asked."""
    week: Week
    narrowed: InboxFilter
    after: Cursor | None
    limit: int
    holders: tuple[int, ...]
    """The officers whose names it tells."""
    cases: tuple[int, ...]
    beside: bool
    """Whether there is something of what is seldom there."""


def imprint_asked(of: Imprinted, *, powers: Powers, soon: timedelta) -> Sent:
    """Return how PostgreSQL is asked for the imprint of a page."""
    shape = Shape.of(of.asked.agency, of.narrowed, of.after, of.week)
    given = {
        **given_to(of.asked, powers=powers, week=of.week, soon=soon),
        **values_of(of.asked.agency, of.narrowed, of.after, of.week, of.limit),
        "holders": encode(of.holders),
        "cases": list(of.cases),
    }
    return asked_of(_statement(shape, sort_of(powers), beside=of.beside), given)


def tells_all(imprint: str, *, beside: bool) -> bool:
    """Say whether nothing is left out of an imprint because there should be nothing of it."""
    return beside or decode(imprint)[_PLACE_OF_BESIDE] is None


@lru_cache(maxsize=256)
def _statement(shape: Shape, sort: SortOfReader, *, beside: bool) -> Statement:
    parts = parts_of(sort, (False, False))
    told = (
        func.pg_postmaster_start_time(),
        _page(shape, beside=beside),
        _names(),
        _marks(_counted()),
        null() if beside else _marks(_seldom()),
        parts["deployed"],
        *(parts[name] for name in (_BESIDE if beside else ())),
    )
    return Statement(select(cast(values_as_json(*told), Text)), spoken=POSTGRESQL)


def _xmin(of: str) -> ColumnElement[str]:
    return literal_column(f'"{of}".xmin', String)


def _page(shape: Shape, *, beside: bool) -> ScalarSelect[str]:
    """Select which versions of tasks and cases a page shows, as they are found."""
    of_task = [
        *(TaskRow.case_id, TaskRow.agency, literal_column("task.ctid", String).label("place")),
        _xmin("task").label("task"),
    ]
    of_task += [_xmin("task_snooze").label("snooze")] if beside or shape.aside else []
    tasks = tasks_of(shape, tuple(of_task), snoozed=beside)
    marks = [tasks.c.place, tasks.c.task, _xmin("case")]
    marks += [tasks.c.snooze] if "snooze" in tasks.c else []
    marks += [parent_of(tasks)] if beside else []
    spaced = (part for mark in marks for part in (mark, _SPACE))
    shown = select(func.string_agg(func.concat(*spaced), _SPACE))
    found = shown.select_from(tasks).join(Case, Case.id == tasks.c.case_id)
    return found.scalar_subquery()


def _names() -> ScalarSelect[Any]:
    """Select the names of some officers.

    As an array they would have PostgreSQL plan anew each time, for a few less than it expects.
    """
    given = cast(bindparam("holders", type_=String), JSON)
    each = func.json_array_elements_text(given).table_valued("value").alias("holder")
    told = func.json_agg(named(cast(each.c.value, BigInteger)))
    return select(told).select_from(each).scalar_subquery()


def _counted() -> list[Select[Any]]:
    """Select the versions of what is counted, and of what is arranged for all tasks alike."""
    on_shelves = among(QueueTally.shelf, several("shelves"))
    return [
        _versions(QueueTally.__table__, QueueTally.agency == AGENCY, on_shelves),
        _versions(QueueCount.__table__, QueueCount.agency == AGENCY),
        _versions(QUEUE_MOVE, QUEUE_MOVE.c.agency == AGENCY),
        _versions(AgencyLabel.__table__, AgencyLabel.agency == AGENCY),
        _versions(InboxColumns.__table__, InboxColumns.officer_id == OFFICER),
    ]


def _seldom() -> list[Select[Any]]:
    """Select whatever of what is `beside` may follow from, of tasks that are shown or counted."""
    with_parent = among(Relation.case_id, several("cases", BigInteger)), Relation.kind == "parent"
    due = due_to(several("keeps"), today=TODAY, by=SOON)
    return [
        _versions(SavedFilter.__table__, offered_to(OFFICER, AGENCY)),
        _versions(TaskSnooze.__table__, TaskSnooze.agency == AGENCY),
        _versions(CaseFollower.__table__, CaseFollower.officer_id == OFFICER),
        _versions(CaseDeadline.__table__, unanswered_by(AGENCY)),
        _versions(RegisterEntry.__table__, due),
        _versions(Relation.__table__, *with_parent),
    ]


def _versions(of: FromClause, *which: ColumnElement[bool]) -> Select[Any]:
    name: str = getattr(of, "name")  # noqa: B009 - tables only
    return select(_xmin(name).label("mark")).select_from(of).where(*which)


def _marks(versions: list[Select[Any]]) -> ScalarSelect[str]:
    found = union_all(*versions).subquery()
    return select(cast(func.array_agg(found.c.mark), Text)).scalar_subquery()

"""The load of each officer of an agency, for its head to move work by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row

from workflow.core.deadlines.calendar import Calendar
from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.rules import HOUSE
from workflow.services.inbox import week_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.base import NO_DAY, NOBODY
from workflow.storage.queries.inbox import Cursor, InboxFilter, InboxItem
from workflow.storage.queries.inbox_pages import inbox_page
from workflow.storage.queries.loads import queued_by_holder, staff_with_absences

SOON: Final = timedelta(days=7)
"""Due before so many days have passed, today among them."""


@dataclass(frozen=True, slots=True)
class Work:
    """How much there is to do."""

    tasks: int = 0
    late: int = 0
    soon: int = 0
    """Due within seven days, today among them."""
    days: int = 0
    """The working days left until each task is due, summed; none counts less than one."""


@dataclass(frozen=True, slots=True)
class Load:
    """An officer of an agency with the open tasks that the officer holds of it."""

    officer: int
    name: str
    works_here: bool
    """False for whoever holds tasks there and is nothing there any more."""
    absent_until: date | None
    work: Work
    serves: bool = False
    """Whether they are there to do tasks."""
    leads: bool = False
    """Whether they head the agency or coordinate its request types."""


@dataclass(frozen=True, slots=True)
class Loads:
    """All that an agency has to do, by who does it."""

    officers: tuple[Load, ...]
    """The most loaded first."""
    free: Work
    """What nobody has taken."""

    @property
    def heaviest(self) -> int:
        """The working days of the longest of the queues, one at least."""
        return max([1, self.free.days, *(one.work.days for one in self.officers)])


def loads_of(uow: UnitOfWork, agency: str) -> Loads:
    """Return the load of each officer of an agency; raise `NotAssigned` for who heads it not."""
    uow.powers.as_head(agency)
    with uow.reading() as connection:
        return count_loads(connection, uow, agency)


def count_loads(connection: Connection, uow: UnitOfWork, agency: str) -> Loads:
    """Return the load of each officer of an agency, whoever asks."""
    calendar = uow.world().calendar(agency)
    queued = queued_by_holder(connection, agency, today=uow.today)
    holders = {row.assignee for row in queued} - {NOBODY}
    people = staff_with_absences(connection, agency, holders=holders, today=uow.today)
    work = {
        holder: _work(
            (row for row in queued if row.assignee == holder), today=uow.today, calendar=calendar
        )
        for holder in {NOBODY, *(row.id for row in people)}
    }
    officers = [
        Load(
            row.id,
            row.name,
            row.works_here > 0,
            row.absent_until,
            work[row.id],
            serves=row.serves > 0,
            leads=row.leads > 0,
        )
        for row in people
    ]
    officers.sort(key=lambda one: -one.work.days)
    return Loads(tuple(officers), work[NOBODY])


def tasks_of_officer(
    uow: UnitOfWork, agency: str, officer: int, *, after: Cursor | None, limit: int
) -> list[InboxItem]:
    """List the open tasks of an agency that an officer holds, or `NOBODY`, put aside or not.

    Raise `NotAssigned` for who heads it not.
    """
    uow.powers.as_head(agency)
    whose = InboxFilter(assignee="nobody" if officer == NOBODY else officer, aside=None)
    with uow.reading() as connection:
        return inbox_page(
            connection, agency=agency, week=week_of(uow), narrowed=whose, after=after, limit=limit
        )


def _work(rows: Iterable[Row[Any]], *, today: date, calendar: Calendar) -> Work:
    tasks = late = soon = days = 0
    for row in rows:
        left = 1
        if today <= row.due_on < NO_DAY:
            left = max(1, working_days_between(today, row.due_on, calendar, HOUSE))
        tasks += row.n
        days += row.n * left
        late += row.n if row.due_on < today else 0
        soon += row.n if today <= row.due_on < today + SOON else 0
    return Work(int(tasks), int(late), int(soon), int(days))

"""The weeks ahead of the agency at the top: what is due to it day by day, and who still owes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import and_

from workflow.core.access import is_sealed, readable_data
from workflow.core.snapshot import CaseSnapshot, Task
from workflow.core.uses import Use, is_for, owed_by_others, uses_of
from workflow.core.world import World
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.load import Loaded, load_cases
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.panels import open_and_about

DAYS: Final = 14
"""This week and the next."""
MOST: Final = 500
"""Cases that one page looks at (house rule)."""


@dataclass(frozen=True, slots=True, eq=False)
class DueToTop:
    """Something due to the agency, with what others still have to do for it."""

    case: CaseSnapshot
    use: Use
    owed: tuple[Task, ...]


@dataclass(frozen=True, slots=True, eq=False)
class WeeksAhead:
    """What is due to an agency from the Monday of this week on."""

    agency: str
    first: date
    late: tuple[DueToTop, ...]
    """What it should have done itself before that."""
    due: tuple[DueToTop, ...]
    """By day."""
    more: bool
    """Whether there are cases that were not looked at."""
    world: World

    @property
    def days(self) -> tuple[date, ...]:
        """Every working day of the two weeks, and those others on which something is due."""
        used = {line.use.on for line in self.due}
        all_days = (self.first + timedelta(days=n) for n in range(DAYS))
        return tuple(day for day in all_days if day.weekday() < 5 or day in used)

    def on(self, day: date) -> tuple[DueToTop, ...]:
        """Return what is due on a day."""
        return tuple(line for line in self.due if line.use.on == day)


def weeks_ahead(uow: UnitOfWork) -> WeeksAhead:
    """Gather what is due to the agency at the top, of the cases that the reader may know of."""
    world = uow.world()
    top, first = world.network.root, uow.today - timedelta(days=uow.today.weekday())
    types = {(d.owner, d.key) for d in uow.installation.every() if is_for(d, top)}
    with uow.reading() as connection:
        found = load_cases(
            connection,
            and_(known_to(uow.powers), open_and_about(top, types)),
            after=0,
            limit=MOST + 1,
            definitions=uow.installation.definition,
        )
    lines = sorted(_lines(uow, found[:MOST], top), key=_order)
    last = first + timedelta(days=DAYS)
    return WeeksAhead(
        agency=top,
        first=first,
        late=tuple(line for line in lines if line.use.task and line.use.on < first),
        due=tuple(line for line in lines if first <= line.use.on < last),
        more=len(found) > MOST,
        world=world,
    )


def _lines(uow: UnitOfWork, found: list[Loaded], top: str) -> Iterator[DueToTop]:
    for one in found:
        case = one.snapshot
        owed = owed_by_others(case, top)
        for use in uses_of(case, top, readable_data(case, uow.powers)):
            if is_sealed(case):
                uow.sealed.add(one.case_id)
            yield DueToTop(case, use, owed)


def _order(line: DueToTop) -> tuple[date, str, int]:
    return line.use.on, line.case.number, line.use.task.no if line.use.task else 0

"""The calendar of funding: calls of the register, and the days of cases under way, by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import and_

from workflow.catalogue.register_panels import register_panels
from workflow.core.access import is_sealed, readable_data
from workflow.core.deadlines.ending import same_date
from workflow.core.partnering import CaseDate, RegisterPanels
from workflow.core.registers.entries import Entry
from workflow.core.registers.types import EntryType
from workflow.core.snapshot import CaseSnapshot
from workflow.core.world import World
from workflow.services.register_desk import desk_of
from workflow.services.terms_ahead import MONTHS
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.case import Case
from workflow.storage.load import Loaded, load_cases
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.registers import Order, Wanted, entries_page

MOST: Final = 1000
"""Calls, and cases, that the calendar looks at (house rule)."""


@dataclass(frozen=True, slots=True, eq=False)
class CaseDay:
    """A date of a case under way."""

    case: CaseSnapshot
    field: str
    on: date


@dataclass(frozen=True, slots=True, eq=False)
class FundingCalendar:
    """What closes, or is decided, in the months ahead."""

    panels: RegisterPanels
    first: date
    """The first day of this month."""
    kind: EntryType | None
    """None where the register is not kept here."""
    calls: tuple[Entry, ...]
    cases: tuple[CaseDay, ...]
    more: bool
    world: World


def funding_calendar(uow: UnitOfWork) -> FundingCalendar:
    """Gather what closes within twelve months, as far as the reader may know of it."""
    panels, desk, first = register_panels(), desk_of(uow), uow.today.replace(day=1)
    until = same_date(first, MONTHS + 1)
    kind = desk.kinds.get(panels.funding.register)
    calls = []
    with uow.reading() as connection:
        if kind:
            wanted = Wanted(ends_by=until)
            calls = entries_page(
                *(connection, desk.scope(kind), wanted),
                today=uow.today,
                order=Order.ENDS,
                limit=MOST + 1,
            )
        found = load_cases(
            connection,
            and_(
                known_to(uow.powers),
                Case.closed_at.is_(None),
                Case.definition_key.in_(sorted({one.type for one in panels.cases})),
            ),
            after=0,
            limit=MOST + 1,
            definitions=uow.installation.definition,
        )
    days = [
        day for one in found[:MOST] for day in _days(one, panels.cases, uow) if day.on >= uow.today
    ]
    return FundingCalendar(
        panels=panels,
        first=first,
        kind=kind,
        calls=tuple(desk.shown(kind, one.entry) for one in calls[:MOST]) if kind else (),
        cases=tuple(day for day in days if day.on < until),
        more=max(len(calls), len(found)) > MOST,
        world=desk.world,
    )


def _days(one: Loaded, dates: tuple[CaseDate, ...], uow: UnitOfWork) -> list[CaseDay]:
    case = one.snapshot
    data = readable_data(case, uow.powers)
    keys = [wanted.on for wanted in dates if wanted.type == case.definition.key]
    days = [CaseDay(case, key, date.fromisoformat(data[key][:10])) for key in keys if data.get(key)]
    if days and is_sealed(case):
        uow.sealed.add(one.case_id)
    return days

"""What falls due, for an officer, an agency or a coordinator: as a list and as a month."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement

from workflow.core.deadlines.calendar import Calendar
from workflow.core.deadlines.rules import HOUSE
from workflow.core.powers import Powers
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries import due_counts
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.due_counts import Summary, due_per_day
from workflow.storage.queries.falling_due import (
    PAGE,
    DueItem,
    Place,
    Whose,
    coordinated_by,
    falling_due,
)

__all__ = (
    "PAGE",
    "DueItem",
    "DueMonth",
    "MonthDay",
    "Place",
    "Reader",
    "Summary",
    "View",
    "due_list",
    "due_month",
    "reader",
    "summary",
)

IN_A_MONTH = 400
"""Deadlines of a month that are read; the days beyond show their number alone."""


class View(StrEnum):
    """Whose deadlines are looked at."""

    MINE = "mine"
    """One's own, those of absent colleagues, and what nobody holds in one's agencies."""
    AGENCY = "agency"
    TYPES = "types"
    """Those of the request types that one coordinates."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, and what they may look at."""

    powers: Powers
    agency: str
    """The agency acted for just now."""
    agencies: tuple[str, ...]
    """Those to choose from."""
    coordinates: tuple[str, ...] = ()
    """Agencies whose request types they coordinate."""
    came_after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By these: the agencies that are no more and whose types are theirs now."""

    @property
    def views(self) -> tuple[View, ...]:
        """The views there are for them."""
        return tuple(View) if self.coordinates else (View.MINE, View.AGENCY)

    def whose(self, view: View) -> Whose:
        """Return whose deadlines a view shows; one that is not theirs shows their own."""
        if view is View.TYPES and self.coordinates:
            owner = self.agency if self.agency in self.coordinates else self.coordinates[0]
            return Whose(owners=(owner, *self.came_after.get(owner, ())), cases_of=owner)
        if view is View.AGENCY and self.agency:
            return Whose(agency=self.agency, cases_of=self.agency)
        officers = (self.powers.officer, *self.powers.substituted)
        return Whose(
            held_by=tuple(officer for officer in officers if officer is not None),
            agencies=tuple(sorted(self.powers.agencies)),
            unassigned_of=self.agencies,
        )


def reader(uow: UnitOfWork, *, agency: str, agencies: Iterable[str]) -> Reader:
    """Return what the acting officer may look at today."""
    officer = uow.powers.officer
    with uow.reading() as connection:
        found = coordinated_by(connection, officer, today=uow.today) if officer else ()
    network = uow.world().network
    before = {code: tuple(sorted(network.absorbed(code, uow.today))) for code in found}
    return Reader(uow.powers, agency, tuple(agencies), tuple(found), before)


# --- List ----------------------------------------------------------------------------------------


def due_list(
    uow: UnitOfWork,
    whose: Whose,
    *,
    type: str | None = None,  # noqa: A002 - the word of the field
    on: date | None = None,
    after: Place | None = None,
    limit: int = PAGE,
) -> list[DueItem]:
    """List deadlines, the earliest first; `on` keeps those of one day."""
    with uow.reading() as connection:
        return falling_due(
            connection,
            whose,
            visible=_visible(uow),
            type=type,
            since=midnight(uow, on) if on else None,
            before=midnight(uow, on + timedelta(days=1)) if on else None,
            after=after,
            limit=limit,
        )


def summary(uow: UnitOfWork, whose: Whose) -> Summary:
    """Count what is late, due today and due within a week."""
    with uow.reading() as connection:
        return due_counts.summary(
            connection,
            whose,
            visible=_visible(uow),
            today=uow.today,
            midnight=midnight(uow, uow.today),
        )


def midnight(uow: UnitOfWork, day: date) -> datetime:
    """Return the instant at which a legal day begins."""
    return datetime.combine(day, time(), uow.installation.zone)


def _visible(uow: UnitOfWork) -> ColumnElement[bool]:
    return known_to(uow.powers)


# --- Month ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of a month: what falls due on it, and why the office is closed."""

    day: date
    items: tuple[DueItem, ...]
    count: int | None
    """How many fall due; None where more do than were read and nobody counts them."""
    closed: str | None
    """The name of the holiday."""
    early: str | None
    """Why the office closes early."""
    is_open: bool

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing to tell of it."""
        return self.count == 0 and not (self.closed or self.early)


@dataclass(frozen=True, slots=True)
class DueMonth:
    """A month as a calendar: weeks from Monday to Sunday, days of the months beside it empty."""

    first: date
    weeks: tuple[tuple[MonthDay | None, ...], ...]
    provisional: bool
    """Whether the official list of its closed days is still missing."""

    @property
    def days(self) -> tuple[MonthDay, ...]:
        """The days of the month, in order."""
        return tuple(day for week in self.weeks for day in week if day)


def due_month(
    uow: UnitOfWork,
    whose: Whose,
    first: date,
    *,
    agency: str,
    type: str | None = None,  # noqa: A002 - the word of the field
    limit: int = IN_A_MONTH,
) -> DueMonth:
    """Return a month with its deadlines and the closed days of an agency's calendar.

    No more than `limit` deadlines are read; of the others each day tells how many they are.
    """
    length = calendar.monthrange(first.year, first.month)[1]
    last = first.replace(day=length)
    with uow.reading() as connection:
        items = falling_due(
            connection,
            whose,
            visible=_visible(uow),
            type=type,
            since=midnight(uow, first),
            before=midnight(uow, last + timedelta(days=1)),
            limit=limit,
        )
        kept = None if type else due_per_day(connection, whose, first=first, last=last)
    world = uow.world()
    days = world.calendar(agency)
    read = _Read(items, kept, whole=len(items) < limit)
    weeks = tuple(
        tuple(_day(date(first.year, first.month, n), days, read) if n else None for n in week)
        for week in calendar.Calendar().monthdayscalendar(first.year, first.month)
    )
    return DueMonth(first, weeks, provisional=days.is_provisional(first.year))


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of a month, and whether that is all there is."""

    items: list[DueItem]
    kept: dict[date, int] | None
    whole: bool

    def of(self, day: date) -> tuple[DueItem, ...]:
        return tuple(item for item in self.items if item.due_on == day)

    def count(self, day: date) -> int | None:
        found = self.of(day)
        last = self.items[-1].due_on if self.items else None
        if self.whole or (last and day < last):
            return len(found)
        if self.kept is None:
            return None
        return max(len(found), self.kept.get(day, 0))


def _day(day: date, days: Calendar, read: _Read) -> MonthDay:
    named = days.closures(HOUSE).get(day)
    early = days.closes_early(day, HOUSE)
    return MonthDay(
        day=day,
        items=read.of(day),
        count=read.count(day),
        closed=named.name if named else None,
        early=early.name if early else None,
        is_open=days.is_open(day, HOUSE),
    )

"""What an inbox lists, as lines: open tasks, completed ones and cases that are followed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from web.words.wording import Due, due
from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.rules import HOUSE
from workflow.core.definition import Definition, Outcome, State
from workflow.core.fields import Text
from workflow.core.spelling import read_clock
from workflow.core.world import World
from workflow.services.inbox import week_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.inbox import GROUPS, InboxItem, Week


@dataclass(frozen=True, slots=True)
class Desk:
    """In what surroundings tasks are listed: what is said of them follows from these, too."""

    uow: UnitOfWork
    world: World
    today: date
    versions: tuple[int, int]
    """Those of the world."""
    begins: datetime
    """When the day began."""
    said: Callable[[str, date | None, date | None], Due]
    """When something is due, said once for all that fall due on the same day."""

    @classmethod
    def of(cls, uow: UnitOfWork, week: Week) -> Desk:
        """Return the surroundings of a page."""
        world = uow.world()
        said = cache(partial(_due, world=world, today=uow.today))
        return cls(uow, world, uow.today, world.versions, week.begins[0], said)


@dataclass(frozen=True, slots=True)
class Line:
    """A task as a line of the inbox; what is said of it is made when it is asked for."""

    item: InboxItem
    group: str
    desk: Desk

    @property
    def definition(self) -> Definition:
        """The request type of its case."""
        item = self.item
        return self.desk.uow.installation.definition(item.definition_key, item.definition_version)

    @property
    def title(self) -> Text:
        """What is to be done."""
        return self.definition.task(self.item.key).title

    @property
    def due(self) -> Due:
        """When it is due."""
        return self.desk.said(*_dated(self.item))

    @property
    def case_id(self) -> int:
        """The case that the task belongs to."""
        return self.item.case_id


@dataclass(frozen=True, slots=True)
class DoneLine:
    """A completed task as a line of the inbox."""

    case_id: int
    number: str
    no: int
    subject: str
    opener: str
    definition: Definition
    title: Text
    outcome: Outcome | None
    by: str | None
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class FollowedLine:
    """A case that is followed as a line of the inbox."""

    case_id: int
    number: str
    subject: str
    opener: str
    definition: Definition
    state: State
    is_open: bool
    updated_at: datetime


def task_lines(uow: UnitOfWork, items: list[InboxItem]) -> list[Line]:
    """Return open tasks as lines."""
    week = week_of(uow)
    desk = Desk.of(uow, week)
    return [Line(item, GROUPS[week.group(item.order_at)], desk) for item in items]


def done_lines(uow: UnitOfWork, rows: list[Any]) -> list[DoneLine]:
    """Return completed tasks as lines."""
    lines = []
    for row in rows:
        definition = uow.installation.definition(row.definition_key, row.definition_version)
        spec = definition.task(row.key)
        line = DoneLine(
            case_id=row.case_id,
            number=row.number,
            no=row.no,
            subject=row.subject,
            opener=row.opener,
            definition=definition,
            title=spec.title,
            outcome=spec.outcomes.get(row.outcome),
            by=row.ended_by_name,
            ended_at=row.ended_at,
        )
        lines.append(line)
    return lines


def followed_lines(uow: UnitOfWork, rows: list[Any]) -> list[FollowedLine]:
    """Return cases that are followed as lines."""
    lines = []
    for row in rows:
        definition = uow.installation.definition(row.definition_key, row.definition_version)
        line = FollowedLine(
            case_id=row.id,
            number=row.number,
            subject=row.subject,
            opener=row.opener,
            definition=definition,
            state=definition.state(row.state),
            is_open=row.closed_at is None,
            updated_at=row.updated_at,
        )
        lines.append(line)
    return lines


def _dated(item: InboxItem) -> tuple[str, date | None, date | None]:
    """Return all of a task that what is said of its day follows from."""
    clock = read_clock(item.clock)
    return item.agency, item.due_on, clock.still_since if clock else None


def _due(
    agency: str, due_on: date | None, still_since: date | None, *, world: World, today: date
) -> Due:
    if still_since:
        return due(None, today=today, working_days=0, status="paused", on=still_since)
    left = 0
    if due_on:
        left = working_days_between(today, due_on, world.calendar(agency), HOUSE)
    return due(due_on, today=today, working_days=left)

"""What an inbox lists, as lines: open tasks, completed ones and cases that are followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from web.words.wording import Due, due
from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.rules import HOUSE
from workflow.core.definition import Definition, Outcome, State, TaskSpec
from workflow.core.fields import Text
from workflow.core.spelling import read_clock
from workflow.core.world import World
from workflow.services.inbox import week_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.inbox import GROUPS, InboxItem


@dataclass(frozen=True, slots=True)
class Line:
    """A task as a line of the inbox."""

    item: InboxItem
    spec: TaskSpec
    definition: Definition
    due: Due
    group: str
    is_new: bool

    @property
    def title(self) -> Text:
        """What is to be done."""
        return self.spec.title

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
    world, week = uow.world(), week_of(uow)
    said = cache(partial(_due, world=world, today=uow.today))  # many fall due on the same day
    lines = []
    for item in items:
        definition = uow.installation.definition(item.definition_key, item.definition_version)
        line = Line(
            item=item,
            spec=definition.task(item.key),
            definition=definition,
            due=said(*_dated(item)),
            group=GROUPS[week.group(item.order_at)],
            is_new=item.received_at is None,
        )
        lines.append(line)
    return lines


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
    paused = bool(item.clock and item.clock["pauses"])
    clock = read_clock(item.clock) if paused else None
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

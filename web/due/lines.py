"""A deadline of a list in words: what is due, when, and what is peculiar about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.traces import provisional_words
from web.words.wording import Due, due
from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.rules import HOUSE
from workflow.core.definition import DeadlineSpec, Definition
from workflow.core.questions import is_question
from workflow.core.spelling import read_clock
from workflow.core.targets import target_day
from workflow.core.world import World
from workflow.services.falling_due import DueItem
from workflow.services.unit_of_work import UnitOfWork

GROUPS = ("late", "today", "week", "later", "paused")


@dataclass(frozen=True, slots=True)
class Line:
    """A deadline as a line of a list."""

    item: DueItem
    definition: Definition
    title: str
    due: Due
    group: str
    provisional: str
    """That the date may yet change, and for want of what."""
    aim: date | None = None
    """The day of the internal target, while it lies before the limit."""

    @property
    def subject(self) -> str:
        """What the case is about, else its type."""
        return self.item.subject or in_language(self.definition.title)

    @property
    def is_answer(self) -> bool:
        """Whether it is the day by which a question is to be answered."""
        return is_question(self.item.key)


def lines_of(uow: UnitOfWork, items: list[DueItem]) -> list[Line]:
    """Put deadlines into words."""
    world = uow.world()
    return [_line(uow, item, world) for item in items]


def _line(uow: UnitOfWork, item: DueItem, world: World) -> Line:
    definition = uow.installation.definition(item.definition_key, item.definition_version)
    clock = read_clock(item.clock)
    aim = target_day(clock, _spec(item, definition), world) if clock else None
    return Line(
        item=item,
        definition=definition,
        title=title_of(item, definition),
        due=_due(item, world, uow.today),
        group=_group(item, uow.today),
        provisional=provisional_words(clock, world),
        aim=aim if aim and item.due_on and uow.today <= aim < item.due_on else None,
    )


def _spec(item: DueItem, definition: Definition) -> DeadlineSpec | None:
    if item.task_key is not None:
        return definition.task(item.task_key).deadline
    named = definition.deadlines.get(item.key.partition(":")[2])
    return named.deadline if named else None


def title_of(item: DueItem, definition: Definition) -> str:
    """Return what is to be done by then: a task, a stage, or the case as a whole."""
    if item.task_key is not None:
        return in_language(definition.task(item.task_key).title)
    scope, _, key = item.key.partition(":")
    if scope == "case" and key in definition.deadlines:
        return in_language(definition.deadlines[key].title)
    if is_question(item.key):
        return phrase("events", "an_answer", {"agency": ""})
    return phrase("events", "this_stage")


def _due(item: DueItem, world: World, today: date) -> Due:
    """Say when it is due, on the calendar of the agency that owes it."""
    of = "task" if item.no or is_question(item.key) else "case"
    if item.due_on is None:
        clock = read_clock(item.clock)
        since = (clock.still_since if clock else None) or today
        return due(None, today=today, working_days=0, status="paused", on=since)
    left = working_days_between(today, item.due_on, world.calendar(item.agency), HOUSE)
    return due(item.due_on, today=today, working_days=left, of=of)


def _group(item: DueItem, today: date) -> str:
    if item.due_on is None:
        return "paused"
    if item.due_on <= today:
        return "today" if item.due_on == today else "late"
    return "week" if item.due_on < today + timedelta(days=7) else "later"

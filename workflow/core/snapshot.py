"""What a case is at one moment: the frozen value that every decision is taken on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from workflow.core.conditions import Slots
from workflow.core.deadlines.rules import Ground
from workflow.core.definition import Definition, Result, State, TaskSpec
from workflow.core.errors import UnknownTask
from workflow.core.fields import Access
from workflow.core.imported import Imported
from workflow.core.joins import VisitTask


class TaskStatus(StrEnum):
    """How a task is, in one of five words."""

    OPEN = "open"
    CLAIMED = "claimed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class ClockStatus(StrEnum):
    """Whether a deadline counts."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ClockPause:
    """Days that do not count, with all that is known of why; open while `last` is None."""

    first: date
    last: date | None
    reason: str
    """What sort of rest it is: `suspension`, `information`, `state` or `closed`."""
    ground: Ground | None = None
    """The legal ground; None is a rest that the definition declares, and every rule admits."""
    source: str = ""
    """The norm that orders it, where one does."""
    note: str = ""
    """Why, in the words of whoever ordered it."""
    by: str = ""
    """The agency that ordered it."""
    recorded_on: date | None = None
    """The day on which it was written down, where it began before."""
    end_recorded_on: date | None = None
    """The day on which its end was written down, where it had ended before."""
    ended_by: tuple[str, ...] = ()
    """The agencies that can end it."""
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class ClockExtension:
    """A term added to a deadline before it expired: how long, by whom, when and why."""

    term: str
    granted_on: date | None = None
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class StartMoved:
    """The correction of the day that a deadline counts from."""

    was: date
    recorded_on: date
    by: str
    note: str


@dataclass(frozen=True)
class Clock:
    """A deadline: what is counted, from when, on whose calendar, and the day it falls."""

    key: str
    """`task:NO`, `state:VISIT` or `case:KEY`."""
    rule: str
    agency: str
    """The agency that owes the act: its calendar counts."""
    term: str | None
    start: date
    due_on: date
    due_at: datetime
    pauses: tuple[ClockPause, ...] = ()
    extensions: tuple[ClockExtension, ...] = ()
    """In the order in which they were granted."""
    start_moved: StartMoved | None = None
    status: ClockStatus = ClockStatus.RUNNING
    generation: int = 1
    """Grows whenever the day moves, so that a notice of the old day is told apart."""
    provisional: bool = False
    calendar_version: int = 0

    @property
    def still_since(self) -> date | None:
        """The first of the days that it stands still just now, or None while it counts."""
        return min((p.first for p in self.pauses if p.last is None), default=None)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An outcome an officer proposes and the head of the agency has yet to release."""

    outcome: str
    answers: Mapping[str, Any]
    by: int
    on_behalf_of: int | None
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class InformationRequest:
    """A question that a task waits on, asked of an agency or of the requester."""

    no: int
    question: str
    of: str | None
    """Agency code; None is the requester."""
    asked_by: str
    asked_at: datetime
    fields: tuple[str, ...] = ()
    """Document fields that are asked for."""
    clock: Clock | None = None
    """The day by which an answer is wanted; None in a question asked before there were days."""


@dataclass(frozen=True)
class Task:
    """A piece of work for one agency in one visit of the case to a state; here always open."""

    no: int
    """Running number in the case, known before it is written."""
    key: str
    slot: str
    """Who the outcome is counted for: the agency's code, or `row:N` of a table."""
    agency: str
    visit: int
    opened_at: datetime
    status: TaskStatus = TaskStatus.OPEN
    assignee: int | None = None
    claimed_at: datetime | None = None
    received_at: datetime | None = None
    reached_at: datetime | None = None
    """Since when it waits for this agency, where that is later than its opening."""
    clock: Clock | None = None
    proposal: Proposal | None = None
    request: InformationRequest | None = None
    review_on: date | None = None
    child: str | None = None
    """Number of the case that does this task."""
    priority: str = ""
    """Why it comes before the others of its agency; empty for most."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A task of this visit whose day or turn to open has not come; joins wait for it."""

    key: str
    slot: str
    agency: str
    in_turn: bool = False
    """Whether it waits for those before it."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """When somebody who is waited for was last reminded, and by whom."""

    at: datetime
    officer: int | None
    agency: str
    """The agency that the reminder came from."""


@dataclass(frozen=True, slots=True)
class Suspension:
    """Why nothing is due just now, and when that is looked at again."""

    reason: str
    since: date
    review_on: date
    by: str
    ground: Ground = Ground.SUSPENSION
    source: str = ""
    """The norm that orders it, where one does."""
    ended_by: tuple[str, ...] = ()
    """The agencies that can end it, besides the one that answers for the type; none named means
    whoever the type lets resume."""
    recorded_on: date | None = None
    """The day on which it was written down, where it began before."""


@dataclass(frozen=True, eq=False)
class CaseSnapshot:
    """A case with its definition, its open tasks and all a decision needs, as one value."""

    number: str
    definition: Definition
    opener: str
    opened_by: int | None
    opened_at: datetime
    revision: int = 0
    state: str = ""
    visit: int = 0
    entered_at: datetime | None = None
    entered: frozenset[str] = frozenset()
    """Every state it has ever been in."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Answers and computed fields, in the shapes of `FieldType`."""
    participants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By role: agency codes, or `row:N` for outside parties."""
    in_turn: frozenset[str] = frozenset()
    """The roles whose agencies are asked one after another, in the order they are named."""
    tasks: tuple[Task, ...] = ()
    scheduled: tuple[Scheduled, ...] = ()
    ended: tuple[VisitTask, ...] = ()
    """Tasks of this visit that have ended and still count in joins."""
    latest: Slots = field(default_factory=dict)
    """Latest outcome of each (task, holder) in the whole case."""
    doers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """By task: every officer who completed it, or in whose name it was, over all visits."""
    completed_on: Mapping[str, date] = field(default_factory=dict)
    """By task: the day it was last completed."""
    lapsed_on: Mapping[str, date] = field(default_factory=dict)
    """By task: the day silence last answered it."""
    clocks: tuple[Clock, ...] = ()
    """Clocks of the case and of the state; a task carries its own."""
    filed: Mapping[str, str] = field(default_factory=dict)
    """By paper of the case: the number of the document that SEI made of it."""
    suspension: Suspension | None = None
    access: Access = Access.NETWORK
    ground: str | None = None
    announced: bool = True
    reminded: Mapping[str, Reminded] = field(default_factory=dict)
    """By what is waited for in this visit, `task:NO` or `question:NO`."""
    agencies: frozenset[str] = frozenset()
    """Every agency that has or had a part in the case, so may read it."""
    readers: Mapping[int, date] = field(default_factory=dict)
    """By officer: until which day somebody named may read the case, whatever their agency."""
    imported: Imported | None = None
    """Whence it came, if it was under way before the system."""
    noticed_until: datetime | None = None
    """Every warning up to this instant has been issued; no part of history."""
    tasks_opened: int = 0
    seq: int = 0
    head: str = ""
    """Hash of the last event."""
    result: Result | None = None
    closed_at: datetime | None = None
    extensions: int = 0
    """How many times a deadline of the case was extended."""

    @property
    def is_open(self) -> bool:
        """Whether anything can still happen to it."""
        return self.result is None

    @property
    def state_spec(self) -> State:
        """The state it stands in, as the definition describes it."""
        return self.definition.states[self.state]

    def task(self, no: int) -> Task:
        """Return an open task; raise `UnknownTask`."""
        for task in self.tasks:
            if task.no == no:
                return task
        raise UnknownTask(number=self.number, task=no)

    def spec(self, task: Task) -> TaskSpec:
        """Return the description of an open task."""
        return self.definition.task_by_key[task.key]

    def visit_tasks(self) -> tuple[VisitTask, ...]:
        """Return every task of this visit that counts in joins, open ones without outcome."""
        not_ended = [VisitTask(t.key, t.slot) for t in self.tasks]
        if self.scheduled:
            not_ended += [VisitTask(t.key, t.slot) for t in self.scheduled]
        return (*self.ended, *not_ended)

    def tasks_with(self, task: Task) -> tuple[Task, ...]:
        """Return the open tasks with one replaced by a newer value of itself."""
        return tuple([task if t.no == task.no else t for t in self.tasks])

    def tasks_without(self, no: int) -> tuple[Task, ...]:
        """Return the open tasks but for one."""
        return tuple([t for t in self.tasks if t.no != no])

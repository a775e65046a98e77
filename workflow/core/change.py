"""What an act decides, as one value: written, previewed, replayed or explored alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from workflow.core.events import Event, Kind
from workflow.core.questions import question_clocks
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, Task, TaskStatus


class JobKind(StrEnum):
    """What must be done after an act, or later."""

    TELL = "tell"
    """Tell whoever an act concerns, where its key does not ask for it: payload from_seq, to_seq."""
    OPEN_CHILD = "open_child"
    """Open a case for another: payload type, relation, data, no, opener, perhaps once."""
    CHILD_CLOSED = "child_closed"
    """End the task that a closed case was doing: payload child, result."""
    RECOUNT = "recount"
    """Go on with a plan of recounting: payload plan, cursor."""
    SEND_MAIL = "send_mail"
    """Send a notice by mail: payload the key of the notice and its officer."""
    TELL_PERSON = "tell_person"
    """Tell an officer what is about no case: payload officer, kind, params, key."""
    INVITE = "invite"
    """Send an officer the link that sets a password: payload officer."""
    RESET = "reset"
    """Send an officer who forgot the password a link: payload officer, 0 for nobody."""
    SEND_HEAD = "send_head"
    """Send the signed head of a day to whom the settings name: payload note, address, language."""
    DEPART = "depart"
    """Go on with a departure: payload departure."""
    IMPORT = "import"
    """Bring in, or undo, what a file has: payload batch."""
    DISTRIBUTE = "distribute"
    """Give a task out by the rule of its agency: payload number, no."""
    DISTRIBUTE_FREE = "distribute_free"
    """Give out every task that nobody of an agency has: payload agency."""
    KEEP_ENTRY = "keep_entry"
    """Create, update or end an entry of a register for a case: payload as `feeding` makes it."""
    ERASE = "erase"
    """Erase what the type says is of no use once the case has ended: payload number."""
    PLACES = "places"
    """Give the places of a case, and move on who awaits it: payload host."""


@dataclass(frozen=True, slots=True)
class Job:
    """Work written with the act that caused it, done after it, once by its key."""

    kind: JobKind
    key: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    run_at: datetime | None = None
    """None is at once."""


class TaskRecord(NamedTuple):
    """A task that the act touched, as it is afterwards, ended ones included."""

    task: Task
    """As it was when last open."""
    is_new: bool
    status: TaskStatus
    outcome: str | None = None
    reason: str | None = None
    ended_at: datetime | None = None
    ended_by: int | None = None


ENDINGS: Final = {
    Kind.TASK_COMPLETED: TaskStatus.COMPLETED,
    Kind.TASK_LAPSED: TaskStatus.LAPSED,
    Kind.TASK_CANCELLED: TaskStatus.CANCELLED,
}
"""How tasks are after the events that end them."""


def ended_task(case: CaseSnapshot, event: Event, *, new_from: int) -> TaskRecord:
    """Return the task that an event of `ENDINGS` is about to end in a case.

    Tasks numbered `new_from` or higher are new.
    """
    task = case.task(event.body["no"])
    return TaskRecord(
        task=task,
        is_new=task.no >= new_from,
        status=ENDINGS[event.kind],
        outcome=event.body.get("outcome"),
        reason=event.body.get("reason"),
        ended_at=event.at,
        ended_by=event.by.officer,
    )


class Bucket(NamedTuple):
    """Open tasks that are counted together in inboxes."""

    agency: str
    assignee: int
    """Zero is nobody."""
    due_on: date | None


@dataclass(frozen=True, eq=False)
class Change:
    """A case before and after an act, with the history it adds and the work it causes."""

    before: CaseSnapshot | None
    """None when the act opens the case."""
    after: CaseSnapshot
    events: tuple[Event, ...]
    tasks: tuple[TaskRecord, ...] = ()
    jobs: tuple[Job, ...] = ()
    ended_clocks: tuple[Clock, ...] = ()
    """Those of questions that are open no more."""
    wake_at: datetime | None = None
    """When time itself next has something to do in the case."""
    to_tell: bool = False
    """Whether the key of the act asks to tell people of it, so that no job need."""

    @property
    def number(self) -> str:
        """The case's number."""
        return self.after.number

    def new_agencies(self) -> frozenset[str]:
        """Return the agencies that had no part in the case before."""
        known = self.before.agencies if self.before else frozenset()
        return frozenset() if self.after.agencies is known else self.after.agencies - known

    def changed_clocks(self) -> tuple[Clock, ...]:
        """Return the clocks of case, state and questions that are new, differ or have ended."""
        listed = _listed(self.after)
        if not listed:
            return self.ended_clocks
        known = _listed(self.before) if self.before else []
        return (*[clock for clock in listed if clock not in known], *self.ended_clocks)

    def documents(self) -> tuple[Event, ...]:
        """Return the events that attached a document."""
        return tuple(e for e in self.events if e.kind is Kind.DOCUMENT_ATTACHED)


def _listed(case: CaseSnapshot) -> list[Clock]:
    """Return the clocks that lists show beside those of tasks."""
    return [*case.clocks, *[clock for _, clock in question_clocks(case)]]


def running_clock(task: Task) -> Clock | None:
    """Return the deadline of an open task as lists and counts know it: a paused one is none."""
    clock = task.clock
    return clock if clock and clock.status is ClockStatus.RUNNING else None

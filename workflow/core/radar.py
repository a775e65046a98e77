"""What will happen in a case if nobody acts: the definition played forward by time alone.

The very functions by which the clock process moves real cases play it, so that what is foreseen
is what happens. A child case that opens meanwhile is not played; only acts could close it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.time import wake
from workflow.core.change import Change, JobKind
from workflow.core.definition import Result
from workflow.core.events import Event, Kind
from workflow.core.ladder import WarningKind, warnings
from workflow.core.moving import all_clocks
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, Task
from workflow.core.timers import Timing, timers
from workflow.core.world import World

HORIZON = timedelta(days=180)
MOST = 400
"""More is not read by anybody; what repeats every day would come to that."""


class Foretold(StrEnum):
    """The kinds of thing that time brings about."""

    WARNING = "warning"
    FALLS_DUE = "falls_due"
    LAPSE = "lapse"
    OPENS = "opens"
    CANCELLED = "cancelled"
    ENTERS = "enters"
    CLOSES = "closes"
    REVIEW = "review"
    SUSPENSION_REVIEW = "suspension_review"
    OPENS_CHILD = "opens_child"
    """Another case is opened for this one."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One thing that will happen unless somebody acts, and whose it is."""

    at: datetime
    what: Foretold
    agency: str
    """Whose deadline, task or state it is."""
    assignee: int | None = None
    clock: str | None = None
    """The key of the clock that is warned of or falls due."""
    task_no: int | None = None
    task: str | None = None
    """The key of the task in the definition."""
    outcome: str | None = None
    """What silence answers."""
    state: str | None = None
    """The state that is entered."""
    result: Result | None = None
    warning: WarningKind | None = None
    due_at: datetime | None = None
    """When that falls due which a warning is about, or that opens."""
    provisional: bool = False


def foresee(
    case: CaseSnapshot, world: World, *, now: datetime, horizon: timedelta = HORIZON
) -> list[Foreseen]:
    """Return what will happen in a case by itself, in order, until nothing more is scheduled."""
    found: list[Foreseen] = []
    for brought in _brought(case, world, now=now, until=now + horizon):
        found += brought
        if len(found) >= MOST:
            break
    return found[:MOST]


def _brought(
    case: CaseSnapshot, world: World, *, now: datetime, until: datetime
) -> Iterator[list[Foreseen]]:
    """Go from one instant to the next at which there is something to tell, and tell it."""
    late = _wake(case, now, world)  # what the clock process has yet to catch up with
    if late:
        case = late.after
        yield list(_consequences(late))
    at = now
    while case.is_open:
        following = _next(case, world, after=at)
        if following is None or following > until:
            return
        at = following
        told = list(_fallen_due(case, world, at))
        change = _wake(case, at, world)
        if change:
            told += _consequences(change)
            case = change.after
        told += _warned(case, world, at)
        yield told


def _wake(case: CaseSnapshot, at: datetime, world: World) -> Change | None:
    return wake(case, now=Circumstances(Powers(), at, world, seed=b""))


def _next(case: CaseSnapshot, world: World, *, after: datetime) -> datetime | None:
    """Return when something next happens in a case: by a timer, a warning or a due instant."""
    instants = [timer.at for timer in timers(case, world)]
    instants += [warning.rung.at for warning in warnings(case, world)]
    instants += [clock.due_at for clock in _counting(case)]
    return min((at for at in instants if at > after), default=None)


def _counting(case: CaseSnapshot) -> Iterator[Clock]:
    return (clock for clock in all_clocks(case) if clock.status is ClockStatus.RUNNING)


# --- What is told of an instant --------------------------------------------------------------


def _fallen_due(case: CaseSnapshot, world: World, at: datetime) -> Iterator[Foreseen]:
    """Tell what falls due at an instant, before time does anything about it."""
    for clock in _counting(case):
        if clock.due_at == at:
            yield _of_clock(clock, case, at, Foretold.FALLS_DUE)
    for timer in timers(case, world):
        if timer.timing is Timing.REVIEW_SUSPENSION and timer.at == at and case.suspension:
            yield Foreseen(at, Foretold.SUSPENSION_REVIEW, case.suspension.by)


def _warned(case: CaseSnapshot, world: World, at: datetime) -> Iterator[Foreseen]:
    """Tell the warnings of an instant, which are issued once time has done its part."""
    for warning in warnings(case, world) if case.is_open else ():
        if warning.rung.at == at:
            told = _of_clock(warning.clock, case, at, Foretold.WARNING)
            yield replace(told, warning=warning.rung.kind)


def _of_clock(clock: Clock, case: CaseSnapshot, at: datetime, what: Foretold) -> Foreseen:
    scope, _, no = clock.key.partition(":")
    task = case.task(int(no)) if scope == "task" else None
    return Foreseen(
        at,
        what,
        clock.agency,
        assignee=task.assignee if task else None,
        clock=clock.key,
        task_no=task.no if task else None,
        task=task.key if task else None,
        due_at=clock.due_at,
        provisional=clock.provisional,
    )


def _consequences(change: Change) -> Iterator[Foreseen]:
    """Tell what time did, from the history that it added."""
    before = change.before.tasks if change.before else ()
    tasks = {task.no: task for task in (*before, *(record.task for record in change.tasks))}
    for event in change.events:
        told = _TOLD.get(event.kind)
        if told and "no" in event.body:
            yield _of_task(event, tasks[event.body["no"]], told)
        elif told:
            yield _of_case(event, change.after, told)
    yield from _children(change)


def _of_task(event: Event, task: Task, what: Foretold) -> Foreseen:
    return Foreseen(
        event.at,
        what,
        task.agency,
        assignee=task.assignee,
        task_no=task.no,
        task=task.key,
        outcome=event.body.get("outcome"),
        due_at=task.clock.due_at if task.clock else None,
        provisional=task.clock.provisional if task.clock else False,
    )


def _of_case(event: Event, case: CaseSnapshot, what: Foretold) -> Foreseen:
    result = event.body.get("result")
    return Foreseen(
        event.at,
        what,
        case.definition.owner,
        state=event.body.get("state"),
        result=Result(result) if result else None,
    )


def _children(change: Change) -> Iterable[Foreseen]:
    at = change.events[-1].at
    return (
        Foreseen(at, Foretold.OPENS_CHILD, job.payload["opener"], task_no=job.payload["no"])
        for job in change.jobs
        if job.kind is JobKind.OPEN_CHILD
    )


_TOLD = {
    Kind.TASK_LAPSED: Foretold.LAPSE,
    Kind.TASK_OPENED: Foretold.OPENS,
    Kind.TASK_CANCELLED: Foretold.CANCELLED,
    Kind.TASK_REVIEWED: Foretold.REVIEW,
    Kind.STATE_ENTERED: Foretold.ENTERS,
    Kind.CASE_CLOSED: Foretold.CLOSES,
}

"""What will happen in a case if nobody acts: the definition played forward by time alone.

The very functions by which the clock process moves real cases play it, so that what is foreseen
is what happens. The cases that do tasks of it are played along, those to be opened for that too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from workflow.core import ladder
from workflow.core.altering import altered, made
from workflow.core.audience import Audience
from workflow.core.change import Change, JobKind
from workflow.core.definition import Result
from workflow.core.events import Event, Kind
from workflow.core.family import Definitions, Family
from workflow.core.ladder import WarningKind, warnings
from workflow.core.moving import all_clocks
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, Task
from workflow.core.timers import timers
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


@dataclass(frozen=True)
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
    to_head: bool = False
    """Whether the head of the agency hears the warning, too."""
    due_at: datetime | None = None
    """When that falls due which a warning is about, or that opens."""
    deadline: Clock | None = None
    """The same deadline as it will stand by then."""
    child: CaseSnapshot | None = None
    """The case it happens in, where that is one that does a task of the case asked about."""


def foresee(
    case: CaseSnapshot,
    world: World,
    *,
    now: datetime,
    horizon: timedelta = HORIZON,
    children: Sequence[CaseSnapshot] = (),
    definitions: Definitions | None = None,
) -> list[Foreseen]:
    """Return what will happen in a case by itself, in order, until nothing more is scheduled.

    `children` are the cases that do tasks of it; others are opened as `definitions` has them.
    """
    family = Family((case, *children), world, definitions=definitions)
    found: list[Foreseen] = []
    for brought in _brought(family, world, now=now, until=now + horizon):
        found += brought
        if len(found) >= MOST:
            break
    return found[:MOST]


def _brought(
    family: Family, world: World, *, now: datetime, until: datetime
) -> Iterator[list[Foreseen]]:
    """Go from each instant at which time acts to the next, telling what comes about on the way."""
    at, owed = now, _Owed(world)
    yield _done(family, at)  # what the clock process has yet to catch up with
    while family.first.is_open:
        acts = family.next_instant(at)
        last = acts is None or acts > until
        end = until if acts is None else min(acts, until)
        yield _meanwhile(family, world, owed, after=at, until=end)
        at = end
        yield ([] if last else _done(family, at)) + _warned(family, owed, at)
        if last:
            return


class _Owed:
    """The warnings that cases owe, reckoned once for as long as a case stays as it is."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[str, tuple[CaseSnapshot, list[ladder.Warning]]] = {}

    def by(self, case: CaseSnapshot) -> list[ladder.Warning]:
        """Return the warnings of a case."""
        known = self._known.get(case.number)
        if known is None or known[0] is not case:
            known = self._known[case.number] = case, warnings(case, self._world)
        return known[1]


# --- What is told of an instant --------------------------------------------------------------


def _done(family: Family, at: datetime) -> list[Foreseen]:
    """Let time do its part, and tell all that comes of it."""
    return [
        _placed(one, change.after, family)
        for change in family.wake(at)
        for one in _consequences(change)
    ]


def _meanwhile(
    family: Family, world: World, owed: _Owed, *, after: datetime, until: datetime
) -> list[Foreseen]:
    """Tell what falls due up to an instant and what is warned of before it, while nothing changes.

    The warnings of that instant are issued only once time has done its part.
    """
    told = [
        _placed(one, case, family)
        for case in family.open()
        for one in _meanwhile_in(case, world, owed, after=after, until=until)
    ]
    return sorted(told, key=lambda one: one.at)


def _meanwhile_in(
    case: CaseSnapshot, world: World, owed: _Owed, *, after: datetime, until: datetime
) -> Iterator[Foreseen]:
    for clock in all_clocks(case):
        if clock.status is ClockStatus.RUNNING and after < clock.due_at <= until:
            yield _of_clock(clock, case, clock.due_at, Foretold.FALLS_DUE)
    for timer in timers(case, world) if case.suspension else ():
        if case.suspension and after < timer.at <= until:
            yield Foreseen(timer.at, Foretold.SUSPENSION_REVIEW, case.suspension.by)
    due = [warning for warning in owed.by(case) if after < warning.rung.at < until]
    yield from _warnings(due, case)


def _warned(family: Family, owed: _Owed, at: datetime) -> list[Foreseen]:
    """Tell the warnings of one instant."""
    return [
        _placed(one, case, family)
        for case in family.open()
        for one in _warnings((owe for owe in owed.by(case) if owe.rung.at == at), case)
    ]


def _placed(one: Foreseen, case: CaseSnapshot, family: Family) -> Foreseen:
    """Say of what happens in another case of the family in which it does."""
    return one if case.number == family.first.number else replace(one, child=case)


def _warnings(due: Iterable[ladder.Warning], case: CaseSnapshot) -> Iterator[Foreseen]:
    """Tell warnings, of which a clock has dozens that differ in little."""
    alike: dict[str, Foreseen] = {}
    for warning in due:
        rung, clock = warning.rung, warning.clock
        one = alike.get(clock.key)
        if one is None or one.deadline is not clock:
            one = alike[clock.key] = _of_clock(clock, case, rung.at, Foretold.WARNING)
        heads = Audience.HEAD in rung.audiences
        yield altered(one, at=rung.at, warning=rung.kind, to_head=heads)


def _of_clock(clock: Clock, case: CaseSnapshot, at: datetime, what: Foretold) -> Foreseen:
    scope, _, no = clock.key.partition(":")
    task = case.task(int(no)) if scope == "task" else None
    return made(
        Foreseen,
        {
            "at": at,
            "what": what,
            "agency": clock.agency,
            "assignee": task.assignee if task else None,
            "clock": clock.key,
            "task_no": task.no if task else None,
            "task": task.key if task else None,
            "outcome": None,
            "state": None,
            "result": None,
            "warning": None,
            "to_head": False,
            "due_at": clock.due_at,
            "deadline": clock,
            "child": None,
        },
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
        deadline=task.clock,
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

"""What time itself will do in a case, and when: lapses, moves, openings, reviews, warnings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter

from workflow.core.clocks import start_clock
from workflow.core.definition import Definition, OpensWhen, Transition
from workflow.core.engine import View, time_leads_to
from workflow.core.ladder import next_warning
from workflow.core.moving import day_for
from workflow.core.snapshot import CaseSnapshot, ClockStatus, Scheduled, Task
from workflow.core.turns import has_come
from workflow.core.world import World

_MORNING = time(8)
_AFTER = timedelta(seconds=1)


class Timing(StrEnum):
    """The kinds of thing that time does."""

    LAPSE = "lapse"
    MOVE = "move"
    OPEN = "open"
    REVIEW_TASK = "review_task"
    REVIEW_SUSPENSION = "review_suspension"


@dataclass(frozen=True, slots=True)
class Timer:
    """One thing that time will do, unless somebody acts first."""

    at: datetime
    timing: Timing
    task: Task | None = None
    waiting: Scheduled | None = None
    transition: Transition | None = None


def timers(case: CaseSnapshot, world: World) -> list[Timer]:
    """Return what time will do in a case, the nearest first."""
    if not case.is_open:
        return []
    if case.suspension:
        review = _local(case.suspension.review_on, _MORNING, world)
        return [Timer(review, Timing.REVIEW_SUSPENSION)]
    return sorted(_running(case, world), key=attrgetter("at"))


def waits_for_nothing(case: CaseSnapshot, world: World) -> bool:
    """Say whether an open case is left with nothing for anybody, or for time, to do."""
    return case.is_open and not case.tasks and not timers(case, world)


def next_wake(case: CaseSnapshot, world: World) -> datetime | None:
    """Return when the clock process must next look at a case, or None for never."""
    coming, warning = timers(case, world), next_warning(case, world)
    first = coming[0].at if coming else None
    return min(first, warning) if first and warning else first or warning


def _running(case: CaseSnapshot, world: World) -> list[Timer]:
    found: list[Timer] = []
    specs = case.definition.task_by_key
    for task in case.tasks:
        spec = specs[task.key]
        if spec.lapse and task.clock and task.clock.status is ClockStatus.RUNNING:
            found.append(Timer(task.clock.due_at + _AFTER, Timing.LAPSE, task=task))
        if task.review_on:
            review = _local(task.review_on, _MORNING, world)
            found.append(Timer(review, Timing.REVIEW_TASK, task=task))
    if case.scheduled:
        found += _openings(case, world)
    for transition in _by_time(case.definition).get(case.state, ()):
        at = _moves_at(case, transition, world)
        if at is None:
            continue
        view = View(case.visit_tasks(), case.data)
        # What its conditions forbid now only an act can allow, and every act looks here again.
        if time_leads_to(case.definition, case.state, transition, view):
            found.append(Timer(at, Timing.MOVE, transition=transition))
    return found


@lru_cache(maxsize=512)
def _by_time(definition: Definition) -> Mapping[str, list[Transition]]:
    """Return the transitions that a day fires, in the order written, by the states they leave."""
    timed = {
        state: [t for t in definition.leaving(state) if t.by_time] for state in definition.states
    }
    return {state: found for state, found in timed.items() if found}


def _openings(case: CaseSnapshot, world: World) -> Iterator[Timer]:
    """Go through the days that tasks wait for, but for those that wait for others before them."""
    for waiting in case.scheduled:
        opens_when = case.definition.task(waiting.key).opens_when or OpensWhen("")
        day = day_for(case, opens_when, waiting.slot, world) if has_come(case, waiting) else None
        if day:
            yield Timer(_local(day, time(0), world), Timing.OPEN, waiting=waiting)


def _moves_at(case: CaseSnapshot, transition: Transition, world: World) -> datetime | None:
    """Return when a transition by time fires: as its day begins, or once its term is over."""
    if transition.at:
        value = case.data.get(transition.at.removeprefix("data."))
        return _local(date.fromisoformat(value[:10]), time(0), world) if value else None
    clock = start_clock(
        transition.after,
        "transition",
        agency=case.definition.owner,
        now=case.entered_at or case.opened_at,
        data=case.data,
        world=world,
    )
    return clock.due_at + _AFTER if clock else None


def _local(day: date, hour: time, world: World) -> datetime:
    return datetime.combine(day, hour, world.zone).astimezone(UTC)

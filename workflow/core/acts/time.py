"""What time itself does in a case: lapses, moves, openings and reviews, each at its own instant."""

from __future__ import annotations

from workflow.core.acts.circumstances import Circumstances
from workflow.core.change import Change
from workflow.core.draft import Draft
from workflow.core.engine import time_leads_to
from workflow.core.events import CLOCK, Kind
from workflow.core.following import follow_data
from workflow.core.moving import enter, open_scheduled, review_day, settle_case, view_of
from workflow.core.snapshot import CaseSnapshot, Task
from workflow.core.timers import Timer, Timing, next_wake, timers

_AT_ONCE = 256
"""More than this many things due in one case at one instant is a loop."""


def wake(case: CaseSnapshot, *, now: Circumstances) -> Change | None:
    """Do everything that time was to do by now, in its order; None if there was nothing.

    What was missed while no clock ran is caught up here: each thing happens on the case as
    the one before left it.
    """
    draft = now.draft(case, CLOCK)
    done: set[tuple[Timing, int | None, str]] = set()
    for _ in range(_AT_ONCE):
        due = _next_due(draft, done)
        if due is None:
            break
        done.add(_key(draft, due))
        _do(draft, due)
        settle_case(draft)
    if draft.is_empty:
        return None
    return draft.change(wake_at=next_wake(draft.case, draft.world))


def _next_due(draft: Draft, done: set[tuple[Timing, int | None, str]]) -> Timer | None:
    for timer in timers(draft.case, draft.world):
        if timer.at > draft.at:
            return None
        if _key(draft, timer) not in done:
            return timer
    return None


def _key(draft: Draft, timer: Timer) -> tuple[Timing, int | None, str]:
    what = timer.waiting or timer.transition
    return timer.timing, timer.task.no if timer.task else None, f"{draft.case.visit}:{what}"


def _do(draft: Draft, timer: Timer) -> None:
    """Do one thing; the review of a suspension only tells somebody, which the caller does."""
    match timer:
        case Timer(timing=Timing.LAPSE, task=Task() as task):
            lapse(draft, task)
        case Timer(timing=Timing.REVIEW_TASK, task=Task() as task):
            _review(draft, task)
        case Timer(timing=Timing.OPEN, waiting=waiting) if waiting:
            open_scheduled(draft, waiting)
        case Timer(timing=Timing.MOVE, transition=transition) if transition:
            view = view_of(draft.case)
            target = time_leads_to(draft.case.definition, draft.case.state, transition, view)
            if target:
                enter(draft, target)


def lapse(draft: Draft, task: Task) -> None:
    """Let silence answer a task, as its definition says."""
    draft.emit(
        Kind.TASK_LAPSED,
        {
            "no": task.no,
            "task": task.key,
            "slot": task.slot,
            "outcome": draft.case.spec(task).lapse,
            "on": draft.today.isoformat(),
        },
        by=CLOCK,
    )
    follow_data(draft)


def _review(draft: Draft, task: Task) -> None:
    """Remind whoever waits that it is time to look again, and set the next time."""
    every = draft.case.spec(task).review_every or draft.case.state_spec.review_every
    if every is None:
        return
    following = review_day(draft, every, task.agency)
    draft.emit(Kind.TASK_REVIEWED, {"no": task.no, "next": following.isoformat()}, by=CLOCK)

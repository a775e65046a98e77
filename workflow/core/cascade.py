"""What an agency asks of another falls inside its own deadline, or it is told that it does not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from workflow.core.clocks import pause
from workflow.core.deadlines.rules import Ground
from workflow.core.errors import BeyondOwnDeadline
from workflow.core.questions import question_clocks
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, Task
from workflow.core.world import World


def own_limit(case: CaseSnapshot, agency: str) -> Clock | None:
    """Return the nearest running deadline of an agency in a case, else that of the case.

    Its own are those of its tasks and of the answers that it owes.

    A deadline that stands still sets no limit to what is asked meanwhile.
    """
    return _nearest(_own(case, agency) or case.clocks)


def limit_of_question(task: Task, world: World) -> date | None:
    """Return when a task is due whose deadline runs on while a question of it is open.

    None where the deadline stands still meanwhile, or there is none.
    """
    clock = task.clock
    if clock is None or clock.status is not ClockStatus.RUNNING:
        return None
    rests = pause(clock, on=world.day(clock.due_at), reason=Ground.INFORMATION, world=world)
    return clock.due_on if rests == clock else None


def demand_opinion_inside(case: CaseSnapshot, agency: str, *, asked: CaseSnapshot) -> None:
    """Hold what an agency asks in another case, as it would be opened, to its own deadline here.

    Raise `BeyondOwnDeadline`.
    """
    answers = [task.clock.due_on for task in asked.tasks if task.clock]
    _demand(case, own_limit(case, agency), answer=max(answers, default=None))


def demand_answer_inside(case: CaseSnapshot, no: int) -> None:
    """Hold the question of a task, in the case as asked, to the deadline for which it is asked.

    That is the task's own, else the nearest of the case. Raise `BeyondOwnDeadline`.
    """
    task = case.task(no)
    due = task.request.clock if task.request else None
    limit = _nearest([task.clock] if task.clock else case.clocks)
    _demand(case, limit, answer=due.due_on if due else None)


def demand_task_inside(case: CaseSnapshot, no: int, *, asking: str) -> None:
    """Hold a task that an agency has given another, in the case as it would be, to what binds it.

    That is the nearest deadline of the state, the case or the tasks of whoever gives it. Raise
    `BeyondOwnDeadline`.
    """
    given = case.task(no).clock
    bound = (*(c for c in _own(case, asking) if c != given), *case.clocks)
    _demand(case, _nearest(bound), answer=given.due_on if given else None)


def _own(case: CaseSnapshot, agency: str) -> list[Clock]:
    tasks = [task.clock for task in case.tasks if task.agency == agency and task.clock]
    return [*tasks, *(clock for _, clock in question_clocks(case) if clock.agency == agency)]


def _nearest(clocks: Iterable[Clock]) -> Clock | None:
    running = (clock for clock in clocks if clock.status is ClockStatus.RUNNING)
    return min(running, key=lambda clock: clock.due_at, default=None)


def _demand(case: CaseSnapshot, limit: Clock | None, *, answer: date | None) -> None:
    if limit and answer and answer > limit.due_on:
        own = limit.due_on
        raise BeyondOwnDeadline(number=case.number, clock=limit.key, own=own, answer=answer)

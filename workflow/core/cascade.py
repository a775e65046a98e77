"""What an agency asks of another falls inside its own deadline, or it is told that it does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workflow.core.clocks import pause
from workflow.core.deadlines.rules import Ground
from workflow.core.errors import BeyondOwnDeadline
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, Task
from workflow.core.world import World


@dataclass(frozen=True, slots=True)
class Overrun:
    """An answer that is due after the deadline for which it is asked."""

    clock: Clock
    """The deadline of whoever asks."""
    answer_on: date


def own_limit(case: CaseSnapshot, agency: str) -> Clock | None:
    """Return the nearest running deadline of an agency in a case: of its tasks, else of the case.

    A deadline that stands still sets no limit to what is asked meanwhile.
    """
    own = [task.clock for task in case.tasks if task.agency == agency and task.clock]
    running = [c for c in own or case.clocks if c.status is ClockStatus.RUNNING]
    return min(running, key=lambda clock: clock.due_at, default=None)


def limit_of_question(task: Task, world: World) -> date | None:
    """Return when a task is due whose deadline runs on while a question of it is open.

    None where the deadline stands still meanwhile, or there is none.
    """
    clock = task.clock
    if clock is None or clock.status is not ClockStatus.RUNNING:
        return None
    rests = pause(clock, on=world.day(clock.due_at), reason=Ground.INFORMATION, world=world)
    return clock.due_on if rests == clock else None


def overrun(case: CaseSnapshot, agency: str, *, asked: CaseSnapshot) -> Overrun | None:
    """Say whether what an agency asks in another case comes after its own deadline in this one."""
    limit = own_limit(case, agency)
    answers = [t.clock.due_on for t in asked.tasks if t.clock]
    if limit is None or not answers or max(answers) <= limit.due_on:
        return None
    return Overrun(limit, max(answers))


def demand_inside(case: CaseSnapshot, agency: str, *, asked: CaseSnapshot) -> None:
    """Raise `BeyondOwnDeadline` if an answer would be due after the deadline it is asked for."""
    found = overrun(case, agency, asked=asked)
    if found:
        raise BeyondOwnDeadline(
            number=case.number,
            clock=found.clock.key,
            own=found.clock.due_on,
            answer=found.answer_on,
        )

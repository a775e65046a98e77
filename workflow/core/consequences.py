"""What would happen if a task ended so: tried in memory, with the data as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workflow.core.acts.allowed import must_be_released
from workflow.core.acts.circumstances import Circumstances
from workflow.core.definition import Outcome, Result
from workflow.core.errors import Refusal
from workflow.core.events import CLOCK, Kind
from workflow.core.following import follow_data
from workflow.core.moving import settle_case
from workflow.core.snapshot import CaseSnapshot, Task
from workflow.core.turns import last_due


@dataclass(frozen=True, slots=True)
class Handed:
    """A task that would open, with whom and until when."""

    key: str
    agency: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Consequence:
    """Where an outcome leads."""

    released_by_head: bool = False
    """It is put before the head first."""
    state: str | None = None
    """The state the case would enter; None where it stays."""
    handed: tuple[Handed, ...] = ()
    result: Result | None = None
    waits_for: tuple[str, ...] = ()
    """Agencies whose answers the case still waits for where it stays."""
    in_turn: tuple[str, ...] = ()
    """Agencies that would be asked after those, one after another."""
    last_due: date | None = None
    """By when the last of them answers if each takes its whole term."""
    opens: str | None = None
    """The request type of a case that would be opened beside this one."""


def consequence(
    case: CaseSnapshot, task: Task, outcome: Outcome, *, now: Circumstances
) -> Consequence | None:
    """Say where an outcome leads, or None while that cannot be told."""
    draft = now.draft(case, CLOCK)
    body = {
        "no": task.no,
        "task": task.key,
        "slot": task.slot,
        "outcome": outcome.key,
        "on": draft.today.isoformat(),
    }
    try:
        draft.emit(Kind.TASK_COMPLETED, body)
        follow_data(draft)
        settle_case(draft)
    except Refusal:
        return None
    after = draft.case
    moved = after.visit != case.visit
    opened = [t for t in after.tasks if t.no > case.tasks_opened]
    keys = dict.fromkeys(waiting.key for waiting in after.scheduled)
    return Consequence(
        released_by_head=must_be_released(task, case.spec(task), now),
        state=after.state if moved else None,
        handed=tuple(Handed(t.key, t.agency, t.clock.due_on if t.clock else None) for t in opened),
        result=after.result,
        waits_for=() if moved else _waits_for(after),
        in_turn=tuple(waiting.agency for waiting in after.scheduled if waiting.in_turn),
        last_due=max(filter(None, (last_due(after, key, now.world) for key in keys)), default=None),
        opens=outcome.opens.type if outcome.opens else None,
    )


def _waits_for(case: CaseSnapshot) -> tuple[str, ...]:
    """Return whose answers a case waits for, those whose turn is still to come last."""
    asked = [task.agency for task in case.tasks]
    later = [waiting.agency for waiting in case.scheduled if waiting.in_turn]
    return tuple(dict.fromkeys([*asked, *later]))

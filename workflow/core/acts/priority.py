"""Putting a task before the others of its agency, with the reason, and taking that back."""

from __future__ import annotations

from workflow.core.acts.allowed import demand_open, demand_reason, who_acts
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.events import Kind
from workflow.core.snapshot import CaseSnapshot


def prioritise(case: CaseSnapshot, no: int, reason: str, *, now: Circumstances) -> Change | None:
    """Let a task come first in the lists of its agency; raise `ReasonMissing` without a reason.

    Done again for the same reason, change nothing.
    """
    return _ranked(case, no, demand_reason(reason), now=now)


def drop_priority(case: CaseSnapshot, no: int, *, now: Circumstances) -> Change | None:
    """Let a task stand among the others again; one that does already is left as it is."""
    return _ranked(case, no, "", now=now)


def _ranked(case: CaseSnapshot, no: int, reason: str, *, now: Circumstances) -> Change | None:
    demand_open(case)
    task = case.task(no)
    by = who_acts(case, task, now.powers)
    if task.priority == reason:
        return None
    draft = now.draft(case, by)
    draft.emit(Kind.TASK_PRIORITISED, {"no": no, "reason": reason})
    return finish(draft)

"""Taking tasks off the hands of an officer who leaves: each to a colleague, or to the agency."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.events import By, Kind
from workflow.core.snapshot import CaseSnapshot


def hand_over(
    case: CaseSnapshot,
    officer: int,
    to: Mapping[int, int | None],
    *,
    by: By,
    now: Circumstances,
) -> Change | None:
    """Hand some tasks of an officer on, by number; None gives one back to its agency's queue.

    What the officer no longer holds is left alone; where nothing is left, nothing is decided.
    Who may do this, and to whom, is for the caller to see.
    """
    held = [task for task in case.tasks if task.assignee == officer and task.no in to]
    if not held:
        return None
    draft = now.draft(case, by)
    for task in held:
        heir = to[task.no]
        if heir is None:
            draft.emit(Kind.TASK_RELEASED, {"no": task.no, "officer": officer})
        else:
            draft.emit(Kind.TASK_ASSIGNED, {"no": task.no, "officer": heir, "from": officer})
    return finish(draft)

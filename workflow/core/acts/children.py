"""What one case does in another: a child that was opened, a child that has ended."""

from __future__ import annotations

from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.acts.tasks import end_task
from workflow.core.change import Change
from workflow.core.errors import UnknownTask
from workflow.core.events import CLOCK, Kind
from workflow.core.snapshot import CaseSnapshot


def child_opened(
    case: CaseSnapshot, number: str, *, relation: str, no: int | None, now: Circumstances
) -> Change:
    """Note in the parent that its child was opened, and with which task it deals."""
    draft = now.draft(case, CLOCK)
    still_open = no if any(task.no == no for task in case.tasks) else None
    body = {"number": number, "relation": relation, "no": still_open}
    draft.emit(Kind.CHILD_OPENED, body)
    return finish(draft)


def child_closed(case: CaseSnapshot, number: str, result: str, *, now: Circumstances) -> Change:
    """End the task that a child was doing with the child's result; raise `UnknownTask`."""
    task = next((task for task in case.tasks if task.child == number), None)
    if task is None:
        raise UnknownTask(number=case.number, child=number)
    outcome = case.spec(task).outcomes.get(result)
    if outcome is None:
        raise UnknownTask(number=case.number, child=number, result=result)
    draft = now.draft(case, CLOCK)
    end_task(draft, task, outcome, Answers(), doers=[])
    return finish(draft)

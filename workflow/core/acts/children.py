"""What one case does in another: a child that was opened, that could not be, that has ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.core.acts.allowed import demand_running, who_acts
from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.acts.tasks import end_task
from workflow.core.change import Change
from workflow.core.definition import ChildSpec
from workflow.core.errors import ActNotAllowed, NotAssigned, Refusal, UnknownTask
from workflow.core.events import CLOCK, By, Event, Kind
from workflow.core.moving import open_child
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot

TRY_AGAIN = "try_again"
"""The word in refusals for asking once more for a case that could not be opened."""


def child_opened(
    case: CaseSnapshot, number: str, *, relation: str, no: int | None, now: Circumstances
) -> Change:
    """Note in the parent that its child was opened, and with which task it deals."""
    draft = now.draft(case, CLOCK)
    body = {"number": number, "relation": relation, "no": _still_open(case, no)}
    draft.emit(Kind.CHILD_OPENED, body)
    return finish(draft)


def child_refused(
    case: CaseSnapshot, wanted: Mapping[str, Any], why: Exception, *, now: Circumstances
) -> Change | None:
    """Note in the parent why its child could not be opened, or could not end its task.

    `wanted` is what the job asked for. Nothing is noted in a case that has ended.
    """
    if not case.is_open:
        return None
    draft = now.draft(case, CLOCK)
    kept = {key: wanted[key] for key in ("type", "relation", "opener", "once")}
    no = _still_open(case, wanted["no"])
    draft.emit(Kind.CHILD_REFUSED, {**kept, "no": no, "why": _told(why)})
    return finish(draft)


def open_again(case: CaseSnapshot, refused: Event, *, now: Circumstances) -> Change:
    """Ask once more for a case that could not be opened, with the data as they are now.

    Whoever holds the task may, and the coordinator. Asked twice, the case is opened once. Raise
    `UnknownTask` if the task has ended, `NotAssigned`, or `ActNotAllowed` for another event.
    """
    demand_running(case)
    if refused.kind is not Kind.CHILD_REFUSED:
        raise ActNotAllowed(act=TRY_AGAIN, why="never", number=case.number)
    wanted = refused.body
    no: int | None = wanted["no"]
    spec = next(_specs(case, wanted), None)
    if spec is None:
        raise UnknownTask(number=case.number, task=no)
    opener = wanted["opener"] if no is None else case.task(no).agency
    draft = now.draft(case, _who_tries(case, no, opener, now.powers))
    draft.emit(Kind.CHILD_ASKED_AGAIN, {"no": no, "type": spec.type, "refused": refused.seq})
    open_child(draft, spec, opener=opener, no=no, once=wanted["once"])
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


def _still_open(case: CaseSnapshot, no: int | None) -> int | None:
    return no if any(task.no == no for task in case.tasks) else None


def _specs(case: CaseSnapshot, wanted: Mapping[str, Any]) -> Iterator[ChildSpec]:
    """Go through what the type says of the case that was wanted, by a task or by an outcome."""
    if wanted["no"] is not None:
        spec = case.spec(case.task(wanted["no"])).child
        yield from [spec] if spec else []
        return
    tasks = (task for state in case.definition.states.values() for task in state.tasks.values())
    opened = (outcome.opens for task in tasks for outcome in task.outcomes.values())
    for child in opened:
        if child and (child.type, child.relation) == (wanted["type"], wanted["relation"]):
            yield child


def _who_tries(case: CaseSnapshot, no: int | None, opener: str, powers: Powers) -> By:
    owner = case.definition.owner
    try:
        return powers.by(opener) if no is None else who_acts(case, case.task(no), powers)
    except NotAssigned:
        if owner in powers.agencies:
            return powers.by(owner)
        raise


def _told(why: Exception) -> dict[str, Any]:
    """Spell why something was refused, as history keeps it; a fault has no particulars."""
    if not isinstance(why, Refusal):
        return {"refusal": "Fault", "particulars": {}}
    return {
        "refusal": type(why).__name__,
        "particulars": {key: _plain(value) for key, value in why.particulars.items()},
    }


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)

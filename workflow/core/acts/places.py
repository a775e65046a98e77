"""What another case does in a case that awaits it: it gives a place, or moves on and says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.acts.tasks import end_task
from workflow.core.change import Change
from workflow.core.errors import UnknownTask
from workflow.core.events import CLOCK, Kind
from workflow.core.fields import Field, FieldType
from workflow.core.following import change_data
from workflow.core.places import Taken
from workflow.core.snapshot import CaseSnapshot


def end_awaited(
    case: CaseSnapshot, no: int, outcome: str, *, given: Mapping[str, Any], now: Circumstances
) -> Change:
    """End a task with what the case that it awaits gives; raise `UnknownTask`.

    `given` is the data of that case, of which the task takes over what its definition says.
    """
    task = case.task(no)
    spec = case.spec(task)
    if spec.awaits is None or outcome not in spec.awaits.outcomes:
        raise UnknownTask(number=case.number, task=no, outcome=outcome)
    fields = case.definition.data
    brought = {
        ours: _taken_over(fields[ours], given.get(theirs))
        for ours, theirs in spec.awaits.brings.items()
    }
    known = {key: value for key, value in brought.items() if value is not None}
    draft = now.draft(case, CLOCK)
    end_task(draft, task, spec.outcomes[outcome], Answers(data=known), doers=[])
    return finish(draft)


def _taken_over(field: Field, value: Any) -> Any:  # noqa: ANN401 - any case data
    """Return what a field takes over of a value; of a table, the columns that it has."""
    if field.type is not FieldType.TABLE or value is None:
        return value
    known = {column.key for column in field.columns}
    return [{key: cell for key, cell in row.items() if key in known} for row in value]


def count_places(case: CaseSnapshot, taken: Taken, *, now: Circumstances) -> Change | None:
    """Note how many have a place and how many wait, where the type keeps it and it has changed."""
    counted = {
        field.key: getattr(taken, field.computed.fields[0])
        for field in case.definition.computed_fields
        if field.counted and field.computed
    }
    if not case.is_open or all(case.data.get(key) == n for key, n in counted.items()):
        return None
    draft = now.draft(case, CLOCK)
    change_data(draft, counted, kind=Kind.DATA_CHANGED, computed=True)
    return finish(draft)

"""What is in force until a day of its own: when it ends, and whether somebody decides before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from workflow.core.definition import Definition, Result, TaskSpec
from workflow.core.moving import day_for
from workflow.core.snapshot import CaseSnapshot, Task
from workflow.core.waiting import since
from workflow.core.world import World


class Decision(StrEnum):
    """How the decision on what comes after the end stands."""

    PENDING = "pending"
    """Somebody has it now."""
    LATER = "later"
    """Its day has not come."""
    TAKEN = "taken"
    NONE = "none"
    """The type asks nobody."""


@dataclass(frozen=True, slots=True)
class TermAhead:
    """The day on which a case that is in force ends by itself."""

    on: date
    field: str
    """The date of the case that it is."""
    decision: Decision
    task: str = ""
    """Key of the task that decides what comes after."""
    slot: str = ""
    agency: str = ""
    """Who decides, has decided, or will."""
    no: int | None = None
    """Number of the task while it is open."""
    since: datetime | None = None
    opens_on: date | None = None
    """From when it can be decided, where that is ahead."""
    outcome: str = ""


def states_in_force(definition: Definition) -> Iterator[tuple[str, str]]:
    """Go through the states that a date of the case ends well, each with that date."""
    for transition in definition.transitions:
        ends_well = definition.state(transition.target).final is Result.COMPLETED
        if transition.at and ends_well:
            yield transition.source, transition.at.removeprefix("data.")


def term_ahead(case: CaseSnapshot, data: Mapping[str, Any], world: World) -> TermAhead | None:
    """Return when a case in force ends; None where it is not, or the reader may not know the day.

    `data` is what the reader may read of it.
    """
    field = dict(states_in_force(case.definition)).get(case.state)
    if not case.is_open or field is None or not data.get(field):
        return None
    on = date.fromisoformat(data[field][:10])
    spec = _deciding(case, field)
    if spec is None:
        return TermAhead(on, field, Decision.NONE)
    return _decided(case, spec, TermAhead(on, field, Decision.NONE, spec.key), world)


def _deciding(case: CaseSnapshot, field: str) -> TaskSpec | None:
    """Return the task that looks at what comes after the end: it opens on a day before it."""
    of = f"data.{field}"
    tasks = case.state_spec.tasks.values()
    return next((task for task in tasks if task.opens_when and task.opens_when.of == of), None)


def _decided(case: CaseSnapshot, spec: TaskSpec, found: TermAhead, world: World) -> TermAhead:
    task = next((task for task in case.tasks if task.key == spec.key), None)
    if task is not None:
        return _pending(found, task)
    waiting = next((one for one in case.scheduled if one.key == spec.key), None)
    if waiting is not None and spec.opens_when is not None:
        opens_on = day_for(case, spec.opens_when, waiting.slot, world)
        return TermAhead(
            *(found.on, found.field, Decision.LATER, spec.key, waiting.slot, waiting.agency),
            opens_on=opens_on,
        )
    ended = [(slot, outcome) for (key, slot), outcome in case.latest.items() if key == spec.key]
    if not ended:
        return found
    slot, outcome = ended[-1]
    return TermAhead(
        *(found.on, found.field, Decision.TAKEN, spec.key, slot, slot), outcome=outcome
    )


def _pending(found: TermAhead, task: Task) -> TermAhead:
    return TermAhead(
        *(found.on, found.field, Decision.PENDING, task.key, task.slot, task.agency),
        no=task.no,
        since=since(task),
    )

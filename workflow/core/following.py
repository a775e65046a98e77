"""What follows from case data: computed fields, parts that can now be bound, dates that move."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from workflow.core.binding import bind_missing
from workflow.core.clocks import may_move, restart, start_clock
from workflow.core.computed import computed_values
from workflow.core.definition import DeadlineSpec, Definition
from workflow.core.draft import Draft
from workflow.core.events import CLOCK, Kind
from workflow.core.forgetting import forgetful
from workflow.core.moving import start_case_clocks, stop_clock
from workflow.core.slots import row_of
from workflow.core.snapshot import ClockStatus, Task
from workflow.core.spelling import spell_clock
from workflow.core.world import World


def change_data(draft: Draft, values: Mapping[str, Any], *, kind: Kind, **about: object) -> None:
    """Give fields new values, with all that follows: computed fields, parts, dates."""
    changed = {k: v for k, v in values.items() if draft.case.data.get(k) != v}
    if changed:
        body, private = draft.protect(changed)
        draft.emit(kind, {"values": body, **about}, private=private)
    follow_data(draft)


def follow_data(draft: Draft) -> None:
    """Bring what hangs on case data up to date: computed fields, unbound parts, clocks."""
    case = draft.case
    computed = computed_values(
        case.definition, case.data, completed_on=case.completed_on, world=draft.world
    )
    if computed:
        body, private = draft.protect(computed)
        draft.emit(Kind.DATA_CHANGED, {"values": body, "computed": True}, by=CLOCK, private=private)
    bind(draft)
    _follow_clocks(draft)


def bind(draft: Draft) -> None:
    """Bind the parts that can now be bound and that nobody holds."""
    case = draft.case
    if case.definition.roles.keys() <= case.participants.keys():
        return
    found = bind_missing(
        case.definition,
        case.participants,
        opener=case.opener,
        data=case.data,
        network=draft.world.network,
        today=draft.today,
    )
    for role, held in found.items():
        draft.emit(Kind.ROLE_BOUND, {"role": role, "agencies": list(held)}, by=CLOCK)


def _follow_clocks(draft: Draft) -> None:
    if not draft.case.state:
        return
    start_case_clocks(draft)
    hanging = _hanging(draft.case.definition, draft.world)
    for task in draft.case.tasks if hanging else ():
        if task.key in hanging:
            _follow_clock(draft, task, hanging[task.key])


@forgetful
@lru_cache(maxsize=512)
def _hanging(definition: Definition, world: World) -> Mapping[str, DeadlineSpec]:
    """Return the deadlines of tasks that hang on a date of the case or on receipt, by task."""
    asked = {key: spec.deadline for key, spec in definition.task_by_key.items()}
    return {key: spec for key, spec in asked.items() if spec and may_move(spec, world)}


def _follow_clock(draft: Draft, task: Task, spec: DeadlineSpec) -> None:
    """Let a clock follow the day it hangs on; one whose day was taken away stops.

    One whose start somebody has corrected keeps it.
    """
    if task.clock and task.clock.start_moved:
        return
    fresh = start_clock(
        spec,
        f"task:{task.no}",
        agency=task.agency,
        now=task.opened_at,
        data=draft.case.data,
        world=draft.world,
        row=row_of(draft.case, draft.case.spec(task), task.slot),
        received_at=task.received_at,
    )
    if fresh is None:
        if task.clock:
            stop_clock(draft, task.clock)
        return
    held = task.clock
    if held and held.status is not ClockStatus.STOPPED and held.start == fresh.start:
        return
    if held:
        fresh = restart(held, fresh.start, world=draft.world)
    kind = Kind.DEADLINE_MOVED if held else Kind.DEADLINE_STARTED
    draft.emit(kind, {"clock": spell_clock(fresh), "because": "data"}, by=CLOCK)

"""What a step of a scenario may expect of the case after it, and how it is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from workflow.core.acts.tasks import held_by
from workflow.core.audience import ABOVE_THE_HEAD, Audience
from workflow.core.change import Job, JobKind
from workflow.core.ladder import warnings
from workflow.core.moving import all_clocks
from workflow.core.questions import SCOPE as QUESTION
from workflow.core.questions import is_question
from workflow.core.scenario import Step
from workflow.core.snapshot import CaseSnapshot, Clock, Task
from workflow.core.targets import target_of
from workflow.core.world import World


def disappointments(
    step: Step, case: CaseSnapshot, world: World, *, jobs: Iterable[Job] = ()
) -> Iterator[str]:
    """Compare a case, and the work that a step left behind, with what it expects of them."""
    for name, wanted in step.expect.items():
        left = name == _RECORDS
        actual = _recorded(jobs, wanted) if left else _ACTUAL[name](case, wanted, world)
        if actual != wanted:
            yield f"expected {name} {wanted}, found {actual}"


def _open(case: CaseSnapshot, wanted: Any, _: World) -> dict[str, Any]:  # noqa: ANN401 - as written
    found: dict[str, Any] = {}
    for task in case.tasks:
        found.setdefault(task.key, []).append(task.slot)
    return {
        key: slots[0] if isinstance(wanted.get(key), str) and len(slots) == 1 else sorted(slots)
        for key, slots in found.items()
    }


def _waiting(case: CaseSnapshot, wanted: Any, _: World) -> dict[str, Any]:  # noqa: ANN401
    """Tell who waits for their day or their turn, in order."""
    return {task: [w.slot for w in case.scheduled if w.key == task] for task in wanted}


def _held(case: CaseSnapshot, wanted: Any, _: World) -> dict[str, Any]:  # noqa: ANN401
    return {
        task: [o for o in case.definition.task(task).outcomes if held_by(case, task, o)]
        for task in wanted
    }


def _recorded(jobs: Iterable[Job], wanted: Any) -> dict[str, Any]:  # noqa: ANN401
    """Tell what was asked of each register: what is done, or of it what is compared."""
    found: dict[str, Any] = {}
    for job in jobs:
        if job.kind is JobKind.KEEP_ENTRY:
            asked, told = wanted.get(job.payload["register"]), job.payload
            if isinstance(asked, Mapping):
                found[told["register"]] = {
                    key: {name: told["values"].get(name) for name in asked["values"]}
                    if key == "values"
                    else told.get(key)
                    for key in asked
                }
            else:
                found[told["register"]] = told["do"]
    return found


# --- Deadlines --------------------------------------------------------------------------------


def _due(case: CaseSnapshot, wanted: Any, _: World) -> dict[str, Any]:  # noqa: ANN401
    """Tell the due day of tasks, states and clocks of the case, by holder where that is asked."""
    return _of_clocks(case, wanted, lambda clock: clock.due_on.isoformat())


def _target(case: CaseSnapshot, wanted: Any, world: World) -> dict[str, Any]:  # noqa: ANN401
    """Tell the day of their internal targets."""

    def day(clock: Clock) -> str | None:
        found = target_of(case, clock, world)
        return found.isoformat() if found else None

    return _of_clocks(case, wanted, day)


def _warned(case: CaseSnapshot, wanted: Any, world: World) -> dict[str, Any]:  # noqa: ANN401
    """Tell who hears of deadlines on the days asked, those above the heads as if switched on."""
    heard: dict[str, dict[str, set[Audience]]] = {}
    for warning in warnings(case, world, climbs=ABOVE_THE_HEAD):
        day = warning.rung.at.astimezone(world.zone).date().isoformat()
        days = heard.setdefault(_name(case, warning.clock, warning.task), {})
        days.setdefault(day, set()).update(warning.rung.audiences)
    return {
        name: {day: _in_order(heard.get(name, {}).get(day, set())) for day in days}
        for name, days in wanted.items()
    }


def _in_order(audiences: set[Audience]) -> list[str]:
    return [audience.value for audience in Audience if audience in audiences]


def _of_clocks(
    case: CaseSnapshot, wanted: Mapping[str, Any], tell: Callable[[Clock], str | None]
) -> dict[str, Any]:
    holders = {f"task:{task.no}": task for task in case.tasks}
    found: dict[str, dict[str, str | None]] = {}
    for clock in all_clocks(case):
        task = holders.get(clock.key)
        said = found.setdefault(_name(case, clock, task), {})
        said[task.slot if task else ""] = tell(clock)
    return {
        name: found.get(name, {}) if isinstance(asked, dict) else _single(found.get(name, {}))
        for name, asked in wanted.items()
    }


def _single(said: Mapping[str, str | None]) -> str | list[str | None] | None:
    """Return the one day that all have, else every day there is."""
    days = list(dict.fromkeys(said.values()))
    return days if len(days) > 1 else next(iter(days), None)


def _name(case: CaseSnapshot, clock: Clock, task: Task | None) -> str:
    scope, _, key = clock.key.partition(":")
    if is_question(clock.key):
        return QUESTION
    if task:
        return task.key
    return case.state if scope == "state" else key


_Actual: TypeAlias = Callable[[CaseSnapshot, Any, World], Any]

_ACTUAL: Final[dict[str, _Actual]] = {
    "state": lambda case, _, __: case.state,
    "open": _open,
    "waiting": _waiting,
    "due": _due,
    "target": _target,
    "warned": _warned,
    "held": _held,
    "result": lambda case, _, __: case.result.value if case.result else None,
    "status": lambda case, _, __: case.state_spec.public.status.value,
    "data": lambda case, wanted, _: {key: case.data.get(key) for key in wanted},
    "suspended": lambda case, _, __: case.suspension is not None,
    "announced": lambda case, _, __: case.announced,
}

_RECORDS: Final = "records"

EXPECTED: Final = frozenset({*_ACTUAL, _RECORDS})
"""What a step may expect."""

"""Where a case is on its way: the phases everybody knows, and who has it in the present one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflow.core.definition import Definition, Phase, Result, State
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, TaskStatus
from workflow.core.turns import Turn, turn_of


class StepState(StrEnum):
    """How far a step of the track is; the words are those that pages style it by."""

    DONE = "done"
    NOW = "now"
    PAUSED = "paused"
    SKIPPED = "skipped"
    AHEAD = ""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task of a case, open or ended, as pages tell of it."""

    no: int
    key: str
    slot: str
    agency: str
    visit: int
    status: TaskStatus
    opened_at: datetime
    assignee: int | None = None
    claimed_at: datetime | None = None
    clock: Clock | None = None
    outcome: str | None = None
    reason: str | None = None
    ended_at: datetime | None = None
    ended_by: int | None = None
    has_proposal: bool = False
    asked_of: str | None = None
    """Who is to answer a question of the task: an agency, or `requester`."""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.status in (TaskStatus.OPEN, TaskStatus.CLAIMED)

    @property
    def is_paused(self) -> bool:
        """Whether its deadline stands still."""
        return bool(self.clock and self.clock.status is ClockStatus.PAUSED)


@dataclass(frozen=True, slots=True)
class LaneStep:
    """A task inside the lane of an agency."""

    no: int | None
    key: str
    slot: str
    state: StepState
    turn: Turn | None = None
    """Its place among those that are asked one after another."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What one agency does at the same time as others."""

    agency: str
    state: StepState
    steps: tuple[LaneStep, ...]


@dataclass(frozen=True, slots=True)
class TrackStep:
    """A phase of the main path: how far it is, who worked in it and when."""

    phase: Phase
    state: StepState
    agencies: tuple[str, ...] = ()
    began_at: datetime | None = None
    ended_at: datetime | None = None
    lanes: tuple[Lane, ...] = ()


def track(case: CaseSnapshot, tasks: Sequence[TaskLine]) -> tuple[TrackStep, ...]:
    """Return the phases of a case in order, the present one with its lanes."""
    phases = tuple(case.definition.phases.values())
    here = _position(case, tasks)
    visited = {case.definition.state(key).phase for key in case.entered}
    return tuple(_step(case, phase, n, here, tasks, visited) for n, phase in enumerate(phases))


def _position(case: CaseSnapshot, tasks: Sequence[TaskLine]) -> int:
    """Return the place of the present phase; past the end for a case that ended well."""
    places = {key: n for n, key in enumerate(case.definition.phases)}
    if case.result is Result.COMPLETED:
        return len(places)
    phase = case.state_spec.phase
    if phase in places:
        return places[phase]
    behind = (phase_of(case.definition, task.key) for task in reversed(tasks))
    last = next((places[p] for p in behind if p in places), -1)
    return last + 1 if case.result else last


def _step(  # noqa: PLR0917 - the parts of one sum
    case: CaseSnapshot,
    phase: Phase,
    place: int,
    here: int,
    tasks: Sequence[TaskLine],
    visited: set[str | None],
) -> TrackStep:
    if place > here or (place == here and case.result):
        return TrackStep(phase, StepState.AHEAD)
    if place < here and phase.key not in visited:
        return TrackStep(phase, StepState.SKIPPED)
    inside = [t for t in tasks if phase_of(case.definition, t.key) == phase.key]
    began = min((t.opened_at for t in inside), default=None)
    if place < here:
        ended = max((t.ended_at for t in inside if t.ended_at), default=None)
        done = _agencies(t for t in inside if t.status is TaskStatus.COMPLETED)
        return TrackStep(phase, StepState.DONE, done, began, ended)
    open_now = _agencies(t for t in inside if t.is_open)
    state = StepState.PAUSED if _stands_still(case) else StepState.NOW
    return TrackStep(phase, state, open_now, began, None, lanes(case, tasks))


def _stands_still(case: CaseSnapshot) -> bool:
    """Say whether every deadline of the work stands still; without any, whether the case rests."""
    clocks = [task.clock for task in case.tasks if task.clock]
    if not clocks:
        return case.suspension is not None
    return all(clock.status is ClockStatus.PAUSED for clock in clocks)


def lanes(case: CaseSnapshot, tasks: Sequence[TaskLine]) -> tuple[Lane, ...]:
    """Return what the agencies do side by side in this visit; nothing where only one works."""
    here = [t for t in tasks if t.visit == case.visit and t.status is not TaskStatus.CANCELLED]
    steps: dict[str, list[LaneStep]] = {}
    for task in here:
        steps.setdefault(task.agency, []).append(
            LaneStep(task.no, task.key, task.slot, _state_of(task, case))
        )
    for waiting in case.scheduled:
        turn = turn_of(case, waiting)
        step = LaneStep(None, waiting.key, waiting.slot, StepState.AHEAD, turn)
        steps.setdefault(waiting.agency, []).append(step)
    if sum(map(len, steps.values())) < 2:
        return ()
    return tuple(Lane(agency, _worst(found), tuple(found)) for agency, found in steps.items())


def _state_of(task: TaskLine, case: CaseSnapshot) -> StepState:
    if not task.is_open:
        return StepState.DONE
    rests = task.is_paused if task.clock else case.suspension is not None
    return StepState.PAUSED if rests else StepState.NOW


def _worst(steps: Iterable[LaneStep]) -> StepState:
    """Return what a lane is as a whole: at work if anything in it is."""
    states = [step.state for step in steps]
    order = (StepState.NOW, StepState.PAUSED, StepState.AHEAD)
    return next((state for state in order if state in states), StepState.DONE)


def parallel_round(
    case: CaseSnapshot, tasks: Sequence[TaskLine], *, visit: int | None = None
) -> tuple[TaskLine, ...]:
    """Return the tasks of the latest visit, or of a given one, in which several were asked.

    Those who wait for their turn are asked, too, though their tasks are not open; of what another
    case ends by itself nobody is.
    """
    by_visit: dict[int, list[TaskLine]] = {}
    for task in tasks:
        if visit in (None, task.visit) and not case.definition.task(task.key).awaits:
            by_visit.setdefault(task.visit, []).append(task)
    asked = {case.visit: len(case.scheduled)}
    rounds = [n for n, found in by_visit.items() if len(found) + asked.get(n, 0) > 1]
    return tuple(by_visit[max(rounds)]) if rounds else ()


def place_of(case: CaseSnapshot, steps: Sequence[TrackStep]) -> int | None:
    """Return the number of the present phase, counted from one, or None where there is none."""
    present = (StepState.NOW, StepState.PAUSED)
    return next((n for n, s in enumerate(steps, 1) if s.state in present and case.is_open), None)


def state_of_task(definition: Definition, key: str) -> State:
    """Return the state that a task belongs to."""
    return next(state for state in definition.states.values() if key in state.tasks)


def phase_of(definition: Definition, key: str) -> str | None:
    """Return the phase in which a task is done."""
    return state_of_task(definition, key).phase


def _agencies(tasks: Iterable[TaskLine]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(task.agency for task in tasks))

"""The main path of a type: the straight way to success, and whether it can be drawn in phases."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import pairwise

from workflow.core.definition import Definition, Result
from workflow.core.soundness.places import state_at
from workflow.core.soundness.verdict import Fault, FaultKind, Path

MOST_PHASES = 12


def main_path(definition: Definition) -> list[str]:
    """Return the shortest way from the first state to a completed end, or nothing."""
    before: dict[str, str] = {definition.initial: ""}
    waiting = deque([definition.initial])
    while waiting:
        state = waiting.popleft()
        if definition.state(state).final is Result.COMPLETED:
            path = [state]
            while before[path[-1]]:
                path.append(before[path[-1]])
            return path[::-1]
        for transition in definition.leaving(state):
            if transition.target not in before:
                before[transition.target] = state
                waiting.append(transition.target)
    return []


def undrawable(definition: Definition) -> Iterator[Fault]:
    """Find why the main path cannot be drawn from the first phase to the last."""
    phases = list(definition.phases)
    if not phases:
        return
    path = main_path(definition)
    if not path:
        yield _fault("no_end", ("phases",), ("phases",))
        return
    if len(phases) > MOST_PHASES:
        yield _fault("too_many", ("phases",), ("phases",))
    yield from _outside_phases(definition)
    for one, other in pairwise(path):
        here, there = definition.state(one).phase, definition.state(other).phase
        if here in phases and there in phases and phases.index(there) < phases.index(here):
            yield _fault("goes_back", (one, other), ("phases", phases.index(there)))
    leading = {definition.state(state).phase for state in _leading_to_success(definition)}
    for number, phase in enumerate(phases):
        if phase not in leading:
            yield _fault("beside", (phase,), ("phases", number))


def _fault(why: str, subject: tuple[str, ...], path: Path) -> Fault:
    return Fault(FaultKind.UNDRAWABLE, subject, path, about={"why": why})


def _outside_phases(definition: Definition) -> Iterator[Fault]:
    for state in definition.states.values():
        if state.phase not in definition.phases and not state.final:
            yield _fault("no_phase", (state.key,), state_at(definition, state.key))


def _leading_to_success(definition: Definition) -> set[str]:
    found = {s.key for s in definition.states.values() if s.final is Result.COMPLETED}
    grown = True
    while grown:
        more = {t.source for t in definition.transitions if t.target in found} - found
        found |= more
        grown = bool(more)
    return found

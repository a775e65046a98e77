"""What a definition says and never happens: states, tasks, outcomes and transitions in vain."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.core.definition import TaskSpec
from workflow.core.joins import ANSWERED
from workflow.core.soundness.places import role_at, state_at, task_at, transition_at
from workflow.core.soundness.sets import NOTHING
from workflow.core.soundness.sight import Finding, Sight
from workflow.core.soundness.verdict import Fault, FaultKind


def unreachable_states(sight: Sight, hung: set[str]) -> Iterator[Finding]:
    """Find states in which no case ever is, but none that only lie behind another one told."""
    lost = [state for state in sight.definition.states if state not in sight.states]
    into = {
        state: {t.source for t in sight.definition.transitions if t.target == state}
        for state in lost
    }
    explained = {state for state in lost if into[state] & hung or _timed_only(sight, state)}
    first = [s for s in lost if s not in explained and (not into[s] or into[s] - set(lost))]
    behind = explained | set(first)
    while more := {state for state in lost if state not in behind and into[state] & behind}:
        behind |= more
    for state in [*first, *(state for state in lost if state not in behind)]:
        where = state_at(sight.definition, state)
        yield Finding(Fault(FaultKind.UNREACHABLE_STATE, (state,), where))


def _timed_only(sight: Sight, state: str) -> bool:
    """Say whether only dates that never come lead to a state; these are told instead."""
    into = [
        t for t in sight.definition.transitions if t.target == state and t.source in sight.states
    ]
    return bool(into) and all(t.at and not sight.ever_dated(t.source, t.at) for t in into)


def dead_tasks(sight: Sight) -> Iterator[Finding]:
    """Find tasks that never open."""
    for state, spec in sight.definition.tasks():
        if state.key not in sight.entered or spec.key in sight.tasks:
            continue
        where = task_at(sight.definition, spec.key)
        kind, subject = FaultKind.DEAD_TASK, (spec.key, state.key)
        role = spec.role_key
        if role and spec.each and not _ever_held(sight, state.key, spec):
            kind, subject, where = FaultKind.EMPTY_ROLE, (role, spec.key), role_at(role)
        yield Finding(Fault(kind, subject, where))


def _ever_held(sight: Sight, state: str, spec: TaskSpec) -> bool:
    return any(
        n and sight.space.both(part, sight.entered[state]) != NOTHING
        for n, part in sight.model.holders(spec).items()
    )


def dead_outcomes(sight: Sight, hung: set[str]) -> Iterator[Finding]:
    """Find outcomes that are always held back, and silences that never answer."""
    for state, spec in sight.definition.tasks():
        if spec.key not in sight.tasks or state.key in hung:
            continue
        for outcome in spec.outcomes:
            if (spec.key, outcome) not in sight.endings:
                path = (*task_at(sight.definition, spec.key), "outcomes")
                yield sight.shown(
                    Fault(FaultKind.GUARD_DEADLOCK, (spec.key, outcome), path), state.key
                )
        if spec.lapse and (spec.key, spec.lapse) not in sight.endings:
            path = (*task_at(sight.definition, spec.key), "lapse")
            yield sight.shown(Fault(FaultKind.TIME_NEVER, (spec.key,), path), state.key)


def ignored_outcomes(sight: Sight, hung: set[str]) -> Iterator[Finding]:
    """Find outcomes that are given and that no transition ever minds."""
    for state, spec in sight.definition.tasks():
        for outcome in spec.outcomes.values():
            given = (spec.key, outcome.key) in sight.endings
            if given and not outcome.stays and state.key not in hung:
                naming = _naming(sight, state.key, spec.key, outcome.key)
                if not naming & sight.transitions:
                    path = (*task_at(sight.definition, spec.key), "outcomes")
                    fault = Fault(FaultKind.OUTCOME_IGNORED, (spec.key, outcome.key), path)
                    yield sight.shown(fault, state.key)


def _naming(sight: Sight, state: str, task: str, outcome: str) -> set[int]:
    """Return the transitions that an outcome of a task counts for."""
    return {
        number
        for number, t in enumerate(sight.definition.transitions)
        if t.source == state
        and t.when
        and (not t.when.tasks or task in t.when.tasks)
        and ({outcome, ANSWERED} & set(t.when.outcomes))
    }


def dead_transitions(sight: Sight, hung: set[str], told: list[Finding]) -> Iterator[Finding]:
    """Find transitions that never fire, unless what was told already explains it."""
    known = {f.fault.subject for f in told if f.fault.kind is not FaultKind.UNREACHABLE_STATE}
    for number, transition in enumerate(sight.definition.transitions):
        source, target = transition.source, transition.target
        if number in sight.transitions or source not in sight.entries:
            continue
        dated = bool(transition.at) and not sight.ever_dated(source, transition.at or "")
        if source in hung or (target not in sight.states and not dated):
            continue
        causes = {
            (task, o)
            for task, spec in sight.definition.state(source).tasks.items()
            for o in spec.endings
            if number in _naming(sight, source, task, o)
        }
        if causes & known or not _is_fed(sight, number):
            continue
        kind = FaultKind.TIME_NEVER if dated else FaultKind.DEAD_TRANSITION
        fault = Fault(kind, (source, target), transition_at(number))
        yield sight.shown(fault, source)


def _is_fed(sight: Sight, number: int) -> bool:
    """Say whether any task that a transition asks of ever opens; else that is told."""
    transition = sight.definition.transitions[number]
    tasks = sight.definition.state(transition.source).tasks
    asked = (transition.when.tasks if transition.when else ()) or tuple(tasks)
    return not asked or any(task in sight.tasks for task in asked)

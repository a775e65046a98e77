"""Cases that do not go on: stuck, running away, going round for ever, waiting on nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from workflow.core.act_rules import ActName
from workflow.core.definition import TaskSpec
from workflow.core.roles import ToChosen
from workflow.core.soundness.exploring import Edge, Position
from workflow.core.soundness.places import role_at, state_at, task_at, transition_at
from workflow.core.soundness.sets import NOTHING
from workflow.core.soundness.sight import Finding, Sight
from workflow.core.soundness.verdict import Fault, FaultKind
from workflow.core.soundness.visits import OPEN, SCHEDULED

GIVING_UP = frozenset({ActName.WITHDRAW, ActName.CANCEL})
"""Acts that end any case, and so are no way through it."""


def running_away(sight: Sight) -> Iterator[Finding]:
    """Find a case that moves for ever without anybody acting."""
    for position, these in sight.exploration.reached.items():
        if position.runs_away:
            where = state_at(sight.definition, position.state)
            fault = Fault(FaultKind.RUNS_AWAY, (position.state,), where)
            yield Finding(fault, position, these)
            return


def hanging(sight: Sight) -> Iterator[Finding]:
    """Find cases in which nobody and nothing can go on, each with what is to blame."""
    told: set[tuple[FaultKind, tuple[str, ...]]] = set()
    for position, these in sorted(sight.stuck.items(), key=lambda item: len(item[0].visit)):
        for fault in _why_stuck(sight, position, these):
            if (fault.kind, fault.subject) not in told:
                told.add((fault.kind, fault.subject))
                yield Finding(replace(fault, about={"stuck": True}), position, these)


def _why_stuck(sight: Sight, position: Position, these: int) -> Iterator[Fault]:
    state = position.state
    groups = sight.exploration.places[state].groups
    held = [groups[number].members[0][0] for (number, s), _ in position.visit if s == OPEN]
    waiting = [groups[number] for (number, s), _ in position.visit if s == SCHEDULED]
    never = [task for g in waiting for task, _ in g.members if task not in sight.tasks]
    timeless = _timeless(sight, state)
    empty = _too_few(sight, state, these)
    where = state_at(sight.definition, state)
    if held:
        task = held[0]
        yield Fault(FaultKind.GUARD_DEADLOCK, (task, state), task_at(sight.definition, task))
    elif never:
        where = task_at(sight.definition, never[0])
        yield Fault(FaultKind.DEAD_TASK, (never[0], state), where)
    elif timeless is not None:
        yield Fault(FaultKind.TIME_NEVER, (state,), transition_at(timeless))
    elif empty:
        yield Fault(FaultKind.MANY_ROLE_OF_NONE, (empty, state), where)
    else:
        yield Fault(FaultKind.HANGS, (state,), where)


def _timeless(sight: Sight, state: str) -> int | None:
    """Return a transition by a date that never comes, if the state has one."""
    leaving = sight.exploration.places[state].transitions
    dated = (n for n, t in leaving if t.at and n not in sight.transitions)
    return next(dated, None)


def _too_few(sight: Sight, state: str, these: int) -> str | None:
    """Return a part of the state that would do if more held it, but that may have fewer."""
    for spec in sight.definition.state(state).tasks.values():
        counts = sight.model.holders(spec) if spec.each else {}
        hanging = {n for n, part in counts.items() if sight.space.both(part, these) != NOTHING}
        enough = {n for n, part in counts.items() if _never_stuck(sight, state, part)}
        if hanging and any(n > max(hanging) for n in enough):
            return spec.role_key or spec.each
    return None


def _never_stuck(sight: Sight, state: str, part: int) -> bool:
    return not any(
        position.state == state and sight.space.both(these, part) != NOTHING
        for position, these in sight.stuck.items()
    ) and any(
        position.state == state and sight.space.both(these, part) != NOTHING
        for position, these in sight.exploration.reached.items()
    )


def no_way_to_the_end(sight: Sight) -> Iterator[Finding]:
    """Find cases that go on for ever, whatever anybody does, short of giving up."""
    reached = sight.exploration.reached
    good = {
        position: these
        for position, these in reached.items()
        if position.runs_away or sight.definition.state(position.state).final
    }
    good |= sight.stuck
    leading = sight.exploration.leading_to(good, but=GIVING_UP)
    lost = {p: sight.space.without(a, leading.get(p, NOTHING)) for p, a in reached.items()}
    lost = {position: these for position, these in lost.items() if these != NOTHING}
    if not lost:
        return
    order = list(sight.definition.states)
    states = tuple(sorted({position.state for position in lost}, key=order.index))
    position = min(lost, key=lambda p: (order.index(p.state), len(p.visit)))
    where = state_at(sight.definition, states[0])
    yield Finding(Fault(FaultKind.NO_WAY_TO_THE_END, states, where), position, lost[position])


def unbound_roles(sight: Sight) -> Iterator[Finding]:
    """Find tasks whose part nobody holds when they open."""
    told: set[str] = set()
    for state, entries in sight.entries.items():
        for spec in sight.definition.state(state).tasks.values():
            if spec.role is None or spec.role in told or spec.each:
                continue
            for finding in _unbound(sight, state, spec, entries):
                told.add(spec.role)
                yield finding


def _unbound(
    sight: Sight, state: str, spec: TaskSpec, entries: list[tuple[Edge, int]]
) -> Iterator[Finding]:
    role = spec.role or ""
    unbound = sight.model.unbound(role)
    needed = sight.exploration.places[state].needed[spec.key].get(1, NOTHING)
    opening = [(edge, sight.space.both(after, needed)) for edge, after in entries]
    without = [(edge, sight.space.both(part, unbound)) for edge, part in opening]
    empty = [(edge, part) for edge, part in without if part != NOTHING]
    always = all(part == some for (_, part), (_, some) in zip(opening, without, strict=True))
    chosen = isinstance(sight.definition.roles[role].bind, ToChosen)
    if empty and (chosen or always):
        edge, part = empty[0]
        fault = Fault(FaultKind.EMPTY_ROLE, (role, spec.key), role_at(role))
        yield Finding(fault, edge.target, part)

"""What can be seen wrong without playing: people, names, children."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.core.definition import Definition, Result, TaskSpec
from workflow.core.fields import NATIVE, Text
from workflow.core.roles import Binding, ToCases, ToCodes, ToOpener, ToUnit
from workflow.core.soundness.model import opener_of
from workflow.core.soundness.places import role_at, task_at
from workflow.core.soundness.verdict import Facts, Fault, FaultKind, Path

USUAL_OFFICERS = 2
"""How many people an agency is thought to have, where that is not known: one and a substitute."""


# --- Roles -----------------------------------------------------------------------------------


def empty_roles(definition: Definition, facts: Facts) -> Iterator[Fault]:
    """Find parts that fall to agencies that do not exist, and types that nobody may open."""
    if not opener_of(definition, facts):
        yield Fault(FaultKind.EMPTY_ROLE, ("opened_by",), ("opened_by",))
    if not facts.is_active(definition.owner):
        yield Fault(FaultKind.EMPTY_ROLE, ("owner", definition.owner), ("owner",))
    for key, role in definition.roles.items():
        for code in dict.fromkeys(named_in(role.bind)):
            if code != "opener" and code not in definition.roles and not facts.is_active(code):
                yield Fault(FaultKind.EMPTY_ROLE, (key, code), role_at(key))


def named_in(bind: Binding) -> tuple[str, ...]:
    """Return the agencies that a binding names, and the other parts."""
    match bind:
        case ToCodes(codes):
            return codes
        case ToCases(_, cases, otherwise):
            return (*cases.values(), otherwise)
        case ToUnit(_, _, otherwise):
            return (otherwise,)
        case _:
            return ()


# --- Separation of duties ----------------------------------------------------------------------


def impossible_duties(definition: Definition, facts: Facts) -> Iterator[Fault]:
    """Find duties kept apart that the people of one agency are too few to share."""
    apart = _kept_apart(definition)
    for key, others in apart.items():
        spec = definition.task(key)
        path = (*task_at(definition, key), "not_by")
        if key in spec.not_by:
            yield Fault(FaultKind.IMPOSSIBLE_DUTIES, (key,), path)
            continue
        same = [other for other in others if _same_agency(definition, spec, definition.task(other))]
        group = _all_apart([key, *same], apart)
        available = _officers(definition, spec, facts)
        by_head = [task for task in same if definition.task(task).released_by_head]
        heads = bool(spec.released_by_head and set(by_head) & set(spec.not_by))
        if (len(group) > available or heads) and _is_last(definition, key, group):
            about = {"people": available, "tasks": tuple(group), "head": heads}
            yield Fault(FaultKind.IMPOSSIBLE_DUTIES, tuple(group), path, about=about)


def _kept_apart(definition: Definition) -> dict[str, list[str]]:
    """Return the tasks by those that may not be done by the same person, both ways."""
    apart: dict[str, list[str]] = {}
    for _, spec in definition.tasks():
        for other in spec.not_by:
            apart.setdefault(spec.key, []).append(other)
            apart.setdefault(other, []).append(spec.key)
    return apart


def _is_last(definition: Definition, key: str, group: list[str]) -> bool:
    """Say whether a task is the last written of a group, so that each group is told once."""
    order = [spec.key for _, spec in definition.tasks()]
    return max(group, key=order.index) == key


def _all_apart(tasks: list[str], apart: Mapping[str, list[str]]) -> list[str]:
    """Return tasks, the first among them, every two of which are kept apart."""
    found = tasks[:1]
    for task in tasks[1:]:
        if all(task in apart[other] for other in found) and task not in found:
            found.append(task)
    return found


def _same_agency(definition: Definition, one: TaskSpec, other: TaskSpec) -> bool:
    """Say whether two tasks always fall to the same single agency."""
    if one.each or other.each or one.role is None or other.role is None:
        return False
    held, also = definition.roles[one.role], definition.roles[other.role]
    if held.external or also.external:
        return False
    fixed = isinstance(held.bind, ToCodes | ToOpener) and held.bind == also.bind
    return one.role == other.role or fixed


def _officers(definition: Definition, spec: TaskSpec, facts: Facts) -> int:
    role = definition.roles.get(spec.role_key or "")
    bind = role.bind if role else None
    if facts.officers is None or not isinstance(bind, ToCodes):
        return USUAL_OFFICERS
    return min(facts.officers.get(code, 0) for code in bind.codes)


# --- Children ----------------------------------------------------------------------------------


def unhandled_results(definition: Definition, facts: Facts) -> Iterator[Fault]:
    """Find results of child cases that the task which waits for them does not know."""
    known = {**facts.types, definition.key: definition}
    for _, spec in definition.tasks():
        if spec.child is None:
            continue
        child = known.get(spec.child.type)
        ends = {s.final for s in child.states.values() if s.final} if child else set(Result)
        missing = tuple(result.value for result in Result if result in ends - set(spec.outcomes))
        if missing:
            path = (*task_at(definition, spec.key), "outcomes")
            yield Fault(FaultKind.CHILD_RESULT_UNHANDLED, (spec.key, *missing), path)


# --- Names -------------------------------------------------------------------------------------


def missing_names(definition: Definition) -> Iterator[Fault]:
    """Find what people read and nobody named: the name of a program stands for it."""
    for key, title, path in _named(definition):
        bare = {NATIVE: key.replace("_", " ").capitalize()}  # what a name without words is given
        if title in ({}, bare):
            yield Fault(FaultKind.MISSING_NAME, (key,), path)


def _named(definition: Definition) -> Iterator[tuple[str, Text, Path]]:
    """Go through what may be written as a bare name."""
    for number, phase in enumerate(definition.phases.values()):
        yield phase.key, phase.title, ("phases", number)
    for field in definition.data.values():
        for choice in field.choices:
            yield choice.key, choice.title, ("data",)
    for _, spec in definition.tasks():
        path = task_at(definition, spec.key)
        for outcome in spec.outcomes.values():
            yield outcome.key, outcome.title, (*path, "outcomes")
        if spec.lapse and spec.lapse not in spec.outcomes:
            yield spec.lapse, spec.lapse_title or {}, (*path, "lapse")

"""The ways a task can end, each with what it changes in what the proof keeps of a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflow.core.conditions import is_present
from workflow.core.definition import DataItem, RoleItem, TaskSpec
from workflow.core.fields import FieldType
from workflow.core.soundness.asking import dates_asked, remembered
from workflow.core.soundness.changes import Assign, Change, Changes, Keep
from workflow.core.soundness.model import Model
from workflow.core.soundness.sets import EVERYTHING, NOTHING
from workflow.core.soundness.variables import Kind
from workflow.core.soundness.verdict import StepKind


@dataclass(frozen=True, slots=True)
class Ending:
    """One way a task can end, for one of its holders."""

    kind: StepKind
    task: str
    outcome: str
    changes: Changes

    @property
    def lapsed(self) -> bool:
        """Whether silence ended it."""
        return self.kind is StepKind.LAPSED


def endings(model: Model, spec: TaskSpec, slot: int) -> Iterator[Ending]:
    """Go through the ways a task can end: by an officer, by a child case, by silence."""
    filled = _filled_in(model, spec)
    for outcome, said in spec.outcomes.items():
        left = _left_behind(model, spec, slot, outcome)
        allowed = model.space.without(EVERYTHING, _held(model, spec, outcome))
        guard = (Keep(allowed),) if allowed != EVERYTHING else ()
        if spec.child:
            yield Ending(StepKind.CHILD, spec.key, outcome, (*guard, *left))
            continue
        if spec.awaits:
            brought = _brought(model, spec)
            yield Ending(StepKind.AWAITED, spec.key, outcome, (*brought, *left))
            continue
        # What the form gives may lift a guard or call for one: it is asked with the answers.
        after = _filled_in(model, spec, whole=False) if said.form_optional else filled
        yield Ending(StepKind.COMPLETED, spec.key, outcome, (*after, *guard, *left))
    if spec.lapse and spec.deadline:
        left = _left_behind(model, spec, slot, spec.lapse)
        known = EVERYTHING
        for field in dates_asked(spec.deadline):
            known = model.space.both(known, model.present(field))
        clock = (Keep(known),) if known != EVERYTHING else ()
        yield Ending(StepKind.LAPSED, spec.key, spec.lapse, (*clock, *left))


def _brought(model: Model, spec: TaskSpec) -> Changes:
    """Return what may come from the case that a task awaits: any value, or perhaps none new."""
    changes = []
    for ours in spec.awaits.brings if spec.awaits else ():
        level = model.level(Kind.DATA, ours)
        if level is not None:
            sure = model.definition.data[ours].required
            changes.append(Assign(level, _filled(model, level), may=not sure))
    return tuple(changes)


def _filled(model: Model, level: int) -> frozenset[int]:
    values = model.variables[level].values
    return frozenset(n for n, value in enumerate(values) if is_present(value))


def _held(model: Model, spec: TaskSpec, outcome: str) -> int:
    """Return the valuations in which a guard holds an outcome back."""
    found = NOTHING
    for guard in model.definition.guards:
        if guard.task == spec.key and outcome in guard.outcomes:
            found = model.space.either(found, model.when(guard.hold_if))
    return found


def _filled_in(model: Model, spec: TaskSpec, *, whole: bool = True) -> Changes:
    """Return what the form of a task and the documents that may come with it change.

    Of a form that need not be `whole`, what is required may stay as it was.
    """
    changes: list[Change] = []
    for level, variable in enumerate(model.variables):
        filled = _filled(model, level)
        if variable.kind is not Kind.DATA:
            continue
        if DataItem(variable.key) in spec.form:
            required = model.definition.data[variable.key].required
            values = frozenset(range(len(variable.values))) if whole or not required else filled
            changes.append(Assign(level, values, may=not whole and required))
        elif variable.key in spec.needs and whole:
            changes.append(Assign(level, filled))
        elif model.definition.data[variable.key].type is FieldType.DOCUMENT and filled:
            changes.append(Assign(level, filled, may=True))
    for item in spec.form:
        chosen = model.level(Kind.ROLE, item.role) if isinstance(item, RoleItem) else None
        if chosen is not None:
            changes.append(_chosen(model, chosen, whole=whole))
    accepted = model.accepted(spec.form) if whole else EVERYTHING
    kept = (Keep(accepted),) if accepted != EVERYTHING else ()
    return (*changes, *kept, *model.bindings(spec.form))


def _chosen(model: Model, level: int, *, whole: bool) -> Assign:
    """Return how a part is chosen; that of one agency need not be in a form that is optional."""
    variable = model.variables[level]
    single = not model.definition.roles[variable.key].many
    values = range(len(variable.values))
    if whole or not single:
        return Assign(level, frozenset(values))
    return Assign(level, frozenset(n for n in values if variable.values[n]), may=True)


def _left_behind(model: Model, spec: TaskSpec, slot: int, outcome: str) -> Changes:
    """Return what is remembered of a task that ended."""
    changes: list[Change] = []
    level = model.level(Kind.LATEST, spec.key, slot)
    if level is not None:
        tests = remembered(model.definition)[spec.key]
        told = [outcome in test.outcomes for test in tests]
        values = model.variables[level].values
        alike = (n for n, o in enumerate(values) if o and [o in t.outcomes for t in tests] == told)
        changes.append(Assign(level, frozenset({next(alike, 0)})))
    done = model.level(Kind.DONE, spec.key)
    if done is not None:
        changes.append(Assign(done, frozenset({1})))
    return tuple(changes)

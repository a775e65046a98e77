"""A way through the positions told as a story: who does which task, with what, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.core.definition import DataItem, FormItem, RoleItem
from workflow.core.fields import FieldType
from workflow.core.slots import slots_of
from workflow.core.soundness.exploring import Edge, Exploration
from workflow.core.soundness.sets import NOTHING, Valuation
from workflow.core.soundness.tracing import Way
from workflow.core.soundness.variables import Kind
from workflow.core.soundness.verdict import StepKind, Story, StoryStep
from workflow.core.soundness.visits import OPEN, SCHEDULED


@dataclass(slots=True)
class _Piece:
    """A task of the visit that has not ended."""

    task: str
    slot: int
    holder: str
    status: int


@dataclass(slots=True)
class _Teller:
    """Tells a way step by step, keeping which tasks are open."""

    exploration: Exploration
    pieces: list[_Piece] = field(default_factory=list)

    def tell(self, way: Way) -> Story:
        steps = []
        before: Valuation = {}
        for edge, after in way:
            steps.append(self._step(edge, before, after))
            if edge.entered:
                self._enter(edge.entered[-1], after)
            before = after
        return tuple(steps)

    def _step(self, edge: Edge, before: Valuation, after: Valuation) -> StoryStep:
        definition, state = self.exploration.model.definition, edge.target.state
        match edge.kind:
            case StepKind.OPENED:
                data, roles = self._given(definition.opening, before, after)
                opener = self.exploration.model.opener
                return StoryStep(StepKind.OPENED, state, holder=opener, data=data, roles=roles)
            case StepKind.MOVED:
                return StoryStep(StepKind.MOVED, state, transition=edge.fired[0])
            case StepKind.ACT:
                return StoryStep(StepKind.ACT, state, act=edge.act, to=edge.entered[0])
            case StepKind.COUNTED:
                return StoryStep(edge.kind, state, data=self._counted(after))
            case StepKind.TASK_OPENED:
                piece = self._piece(edge, SCHEDULED)
                piece.status = OPEN
                return StoryStep(edge.kind, state, task=piece.task, holder=piece.holder)
            case _:
                return self._ended(edge, before, after)

    def _ended(self, edge: Edge, before: Valuation, after: Valuation) -> StoryStep:
        piece = self._piece(edge, OPEN)
        self.pieces.remove(piece)
        ending = next(ending for ending in edge.endings if ending.task == piece.task)
        form: tuple[FormItem, ...] = ()
        spec = self.exploration.model.definition.task(piece.task)
        if ending.kind is StepKind.COMPLETED:
            form = spec.form
        elif ending.kind is StepKind.AWAITED and spec.awaits:
            form = tuple(DataItem(ours) for ours in spec.awaits.brings)
        data, roles = self._given(form, before, after)
        return StoryStep(
            ending.kind,
            edge.target.state,
            task=piece.task,
            holder=piece.holder,
            outcome=ending.outcome,
            data=data,
            roles=roles,
        )

    def _counted(self, after: Valuation) -> Mapping[str, Any]:
        model = self.exploration.model
        told = ((model.variables[level], value) for level, value in after.items())
        return {
            variable.key: variable.values[value]
            for variable, value in told
            if variable.kind is Kind.DATA and model.definition.data[variable.key].counted
        }

    def _given(
        self, form: tuple[FormItem, ...], before: Valuation, after: Valuation
    ) -> tuple[Mapping[str, Any], Mapping[str, tuple[str, ...]]]:
        """Return what a form is filled in with, where anything hangs on it."""
        model = self.exploration.model
        data: dict[str, Any] = {}
        roles: dict[str, tuple[str, ...]] = {}
        for level, value in after.items():
            variable = model.variables[level]
            moved = before.get(level) != value
            if variable.kind is Kind.ROLE and RoleItem(variable.key) in form:
                roles[variable.key] = variable.values[value]
            elif variable.kind is Kind.DATA:
                document = model.definition.data[variable.key].type is FieldType.DOCUMENT
                if DataItem(variable.key) in form or (document and moved and before):
                    data[variable.key] = variable.values[value]
        return data, roles

    def _piece(self, edge: Edge, status: int) -> _Piece:
        members = (
            self.exploration.places[(edge.source or edge.target).state].groups[edge.group].members
        )
        tasks = {ending.task for ending in edge.endings} or {task for task, _ in members}
        return next(
            piece
            for piece in self.pieces
            if (piece.task, piece.slot) in members
            and piece.status == status
            and piece.task in tasks
        )

    def _enter(self, state: str, after: Valuation) -> None:
        model, place = self.exploration.model, self.exploration.places[state]
        here = model.space.exactly(after)
        self.pieces = []
        for spec in place.state.tasks.values():
            parts = place.needed[spec.key].items()
            count = next(n for n, part in parts if model.space.both(part, here) != NOTHING)
            holders = slots_of(model.case(after), spec)
            for slot in range(count):
                group = place.groups[place.group_of[spec.key, slot]]
                status = SCHEDULED if group.scheduled else OPEN
                self.pieces.append(_Piece(spec.key, slot, holders[slot][0], status))


def story_of(exploration: Exploration, way: Way) -> Story:
    """Tell a way as the steps that officers, time and other cases take."""
    return _Teller(exploration).tell(way)

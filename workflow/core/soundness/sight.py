"""What happens in the cases of a type and what does not, as its exploration shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflow.core.definition import TaskSpec
from workflow.core.soundness.changes import backward, forward
from workflow.core.soundness.exploring import Edge, Exploration, Position
from workflow.core.soundness.sets import EVERYTHING, NOTHING
from workflow.core.soundness.verdict import Fault, StepKind


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, with the position that shows it."""

    fault: Fault
    position: Position | None = None
    these: int = NOTHING


class Sight:
    """What was seen in an exploration, of use to whoever looks for faults."""

    def __init__(self, exploration: Exploration) -> None:
        self.exploration = exploration
        self.model = exploration.model
        self.definition = exploration.model.definition
        self.space = exploration.model.space
        self.states: set[str] = set()
        self.tasks: set[str] = set()
        """Tasks that are open in some case."""
        self.endings: set[tuple[str, str]] = set()
        self.transitions: set[int] = set()
        self.entries: dict[str, list[tuple[Edge, int]]] = {}
        """By state: what enters it to stay there, with the valuations then."""
        self.entered: dict[str, int] = {}
        """By state: the valuations in which it is entered, be it only to be left at once."""
        self._look()
        self.stuck = dict(self._stuck())

    def _look(self) -> None:
        for edge, these in self._every_edge():
            after = forward(self.space, edge.changes, these)
            if after != NOTHING:
                self._note(edge, after)
        for state, entries in self.entries.items():
            together = NOTHING
            for _, after in entries:
                together = self.space.either(together, after)
            for spec in self.definition.state(state).tasks.values():
                if spec.opens_when is None and self.opens(state, spec, together):
                    self.tasks.add(spec.key)

    def _every_edge(self) -> Iterator[tuple[Edge, int]]:
        yield from ((edge, EVERYTHING) for edge in self.exploration.first)
        for position, these in self.exploration.reached.items():
            yield from ((edge, these) for edge in self.exploration.edges_of(position))

    def _note(self, edge: Edge, after: int) -> None:
        for state in edge.entered:
            self.states.add(state)
            self.entered[state] = self.space.either(self.entered.get(state, NOTHING), after)
        self.transitions.update(edge.fired)
        self.endings.update((ending.task, ending.outcome) for ending in edge.endings)
        if edge.entered and not edge.target.runs_away:
            self.entries.setdefault(edge.target.state, []).append((edge, after))
        if edge.kind is StepKind.TASK_OPENED:
            group = self.exploration.places[edge.target.state].groups[edge.group]
            self.tasks.update(task for task, _ in group.members)

    def opens(self, state: str, spec: TaskSpec, these: int) -> bool:
        """Say whether a task opens when its state is entered with one of some valuations."""
        parts = self.exploration.places[state].needed[spec.key]
        return any(n and self.space.both(these, part) != NOTHING for n, part in parts.items())

    def _stuck(self) -> Iterator[tuple[Position, int]]:
        """Go through the positions in which nobody and nothing can go on."""
        for position, these in self.exploration.reached.items():
            if position.runs_away or self.definition.state(position.state).final:
                continue
            left = these
            for edge in self.exploration.edges_of(position):
                if edge.kind not in (StepKind.ACT, StepKind.COUNTED):
                    possible = backward(self.space, edge.changes, EVERYTHING)
                    left = self.space.without(left, possible)
            if left != NOTHING:
                yield position, left

    def ever_dated(self, state: str, field_name: str) -> bool:
        """Say whether a date is ever known in a state."""
        known = self.model.present(field_name)
        return any(
            position.state == state and self.space.both(these, known) != NOTHING
            for position, these in self.exploration.reached.items()
        )

    def shown(self, fault: Fault, state: str) -> Finding:
        """Show where a thing that never happens could have."""
        for position, these in self.exploration.reached.items():
            if position.state == state and not position.runs_away:
                return Finding(fault, position, these)
        return Finding(fault)

"""The shortest way to a position: from the opening, step by step, with what each step leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from workflow.core.soundness.changes import backward, forward
from workflow.core.soundness.exploring import Edge, Exploration, Position
from workflow.core.soundness.sets import EVERYTHING, NOTHING, Valuation

Way: TypeAlias = list[tuple[Edge, Valuation]]
"""Steps, each with the valuation that it leaves behind."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Valuations that reached a position in one step from what was reached before."""

    these: int
    edge: Edge


class Tracer:
    """Walks an exploration again, step after step of all cases at once, until it has arrived."""

    def __init__(self, exploration: Exploration, targets: Iterable[tuple[Position, int]]) -> None:
        self._exploration = exploration
        self._space = exploration.model.space
        self._reached: dict[Position, int] = {}
        self._arrivals: dict[Position, list[Arrival]] = {}
        self._run(list(targets))

    def _run(self, targets: list[tuple[Position, int]]) -> None:
        layer: dict[Position, None] = {}
        for edge in self._exploration.first:
            self._arrive(edge, EVERYTHING, layer)
        while layer and not all(self._is_reached(*target) for target in targets):
            following: dict[Position, None] = {}
            # Not only what is new: that leads nowhere else, and the whole is simpler to describe.
            known = {position: self._reached[position] for position in layer}
            for position, these in known.items():
                for edge in self._exploration.edges_of(position):
                    self._arrive(edge, these, following)
            layer = following

    def _is_reached(self, position: Position, these: int) -> bool:
        return self._space.both(self._reached.get(position, NOTHING), these) != NOTHING

    def _arrive(self, edge: Edge, before: int, layer: dict[Position, None]) -> None:
        these = forward(self._space, edge.changes, before)
        known = self._reached.get(edge.target, NOTHING)
        together = self._space.either(known, these)
        if together != known:
            self._reached[edge.target] = together
            self._arrivals.setdefault(edge.target, []).append(Arrival(these, edge))
            layer[edge.target] = None

    def way_to(self, position: Position, these: int) -> Way:
        """Return the shortest way to a position with one of some valuations."""
        arrival, chosen = self._first(position, these)
        way = [(arrival.edge, chosen)]
        while arrival.edge.source is not None:
            after = self._space.exactly(chosen)
            origin = backward(self._space, arrival.edge.changes, after)
            arrival, chosen = self._first(arrival.edge.source, origin)
            way.append((arrival.edge, chosen))
        return way[::-1]

    def _first(self, position: Position, these: int) -> tuple[Arrival, Valuation]:
        for arrival in self._arrivals[position]:
            part = self._space.both(arrival.these, these)
            if part != NOTHING:
                return arrival, self._space.pick(part)
        raise LookupError(position)

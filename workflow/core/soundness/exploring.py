"""Everything that can happen in cases of a type: all positions, and how each is first reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush

from workflow.core.act_rules import MOVING_ACTS, ActName, ActRule
from workflow.core.definition import DataItem
from workflow.core.engine import act_leads_to
from workflow.core.soundness.changes import Assign, Change, Changes, Keep, backward, forward
from workflow.core.soundness.endings import Ending
from workflow.core.soundness.model import Model
from workflow.core.soundness.sets import EVERYTHING, NOTHING
from workflow.core.soundness.variables import Kind
from workflow.core.soundness.verdict import StepKind
from workflow.core.soundness.visits import OPEN, SCHEDULED, Places, Visit

MOST_POSITIONS = 20_000
"""More positions than this are not explored; a definition so large is refused as unproven."""
MOST_EDGES = 60_000


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A case in a state, told by its tasks; what data and roles it may have is a set beside it."""

    state: str
    visit: Visit = ()
    runs_away: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """One thing that can happen in a position, with the states it leads through at once."""

    source: Position | None
    """None is the opening."""
    target: Position
    changes: Changes
    kind: StepKind
    group: int = -1
    endings: tuple[Ending, ...] = ()
    act: ActName | None = None
    fired: tuple[int, ...] = ()
    """Transitions fired, in their order."""
    entered: tuple[str, ...] = ()


class Exploration:
    """The positions of a definition, each with every valuation that it can be reached with."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.places = Places(model)
        self.reached: dict[Position, int] = {}
        self.edges: dict[Position, list[Edge]] = {}
        self.edge_count = 0
        self._by_act: dict[str, list[Edge]] = {}
        self._counted = [
            level
            for level, variable in enumerate(model.variables)
            if variable.kind is Kind.DATA and model.definition.data[variable.key].counted
        ]
        self.first = list(self._opening())
        self._rank = {state: n for n, state in enumerate(model.definition.states)}
        self._run()

    @property
    def too_large(self) -> bool:
        """Whether it was given up, so that nothing is proven."""
        return len(self.reached) > MOST_POSITIONS or self.edge_count > MOST_EDGES

    def _run(self) -> None:
        """Sweep over the positions, state after state, until no sweep finds anything new."""
        waiting = {edge.target for edge in self.first if self._reach(edge, EVERYTHING)}
        while waiting and not self.too_large:
            waiting = self._sweep(waiting)

    def _sweep(self, waiting: set[Position]) -> set[Position]:
        heap = [(self._order(position), position) for position in waiting]
        heapify(heap)
        later: set[Position] = set()
        while heap and not self.too_large:
            order, position = heappop(heap)
            waiting.discard(position)
            for edge in self.edges_of(position):
                target = edge.target
                if not self._reach(edge, self.reached[position]) or target in waiting:
                    continue
                if self._order(target) > order:
                    waiting.add(target)
                    heappush(heap, (self._order(target), target))
                else:
                    later.add(target)
        return later

    def _order(self, position: Position) -> tuple[int, int, Position]:
        still_open = sum(n for (_, status), n in position.visit if status < 0)
        return self._rank[position.state], -still_open, position

    def _reach(self, edge: Edge, these: int) -> bool:
        """Add what an edge leads to, and say whether that was new."""
        space = self.model.space
        known = self.reached.get(edge.target, NOTHING)
        together = space.either(known, forward(space, edge.changes, these))
        if together == known:
            return False
        self.reached[edge.target] = together
        return True

    # --- Edges -------------------------------------------------------------------------

    def edges_of(self, position: Position) -> list[Edge]:
        """Return everything that can happen in a position."""
        if position not in self.edges:
            found = [] if position.runs_away else list(self._edges(position))
            self.edges[position] = found
            self.edge_count += len(found)
        return self.edges[position]

    def _opening(self) -> Iterator[Edge]:
        changes = self._first_changes()
        blank = Edge(None, Position(""), changes, StepKind.OPENED)
        yield from self._enter(blank, self.model.definition.initial)

    def _first_changes(self) -> Changes:
        """Return what a case has when it is opened."""
        model, definition = self.model, self.model.definition
        asked = {getattr(i, "field", None) or getattr(i, "role", None) for i in definition.opening}
        changes: list[Change] = []
        for level, variable in enumerate(model.variables):
            values = frozenset({0})
            if variable.key in asked and variable.kind in (Kind.DATA, Kind.ROLE):
                values = frozenset(range(len(variable.values)))
            elif variable.kind is Kind.DATA:
                values = frozenset({variable.initial})
            changes.append(Assign(level, values))
        accepted = Keep(model.accepted(definition.opening))
        given = [DataItem(key) for key in definition.data]
        return (*changes, accepted, *model.bindings(given))

    def _edges(self, position: Position) -> Iterator[Edge]:
        yield from self._tasks(position)
        for number, changes in self.places.by_time(position.state, position.visit):
            step = Edge(position, position, changes, StepKind.MOVED, fired=(number,))
            target = self.model.definition.transitions[number].target
            yield from self._enter(step, target)
        yield from self._counts(position)
        yield from self._acts(position)

    def _counts(self, position: Position) -> Iterator[Edge]:
        """Let others take places in the case, or leave them, at any time."""
        for level in self._counted:
            values = frozenset(n for n in range(len(self.model.variables[level].values)))
            step = Edge(position, position, (Assign(level, values),), StepKind.COUNTED)
            yield from self._settle(step, position.state, position.visit)

    def _tasks(self, position: Position) -> Iterator[Edge]:
        place = self.places[position.state]
        commuting = (
            (number, status)
            for (number, status), _ in position.visit
            if status == OPEN and place.groups[number].commutes
        )
        first = next(commuting, None)
        for number, status in [first] if first else [which for which, _ in position.visit]:
            group = place.groups[number]
            if status == SCHEDULED:
                after = _moved(position.visit, number, SCHEDULED, OPEN)
                yield Edge(
                    position,
                    Position(position.state, after),
                    (Keep(group.opens),),
                    StepKind.TASK_OPENED,
                    number,
                )
            if status != OPEN:
                continue
            for (result, changes), ways in group.effects.items():
                after = _moved(position.visit, number, OPEN, result)
                kind = ways[0].kind
                step = Edge(position, position, changes, kind, number, tuple(ways))
                yield from self._settle(step, position.state, after)

    def _acts(self, position: Position) -> Iterator[Edge]:
        """Go through the acts that move a case; they are the same wherever in a state it is."""
        state = position.state
        if state not in self._by_act:
            self._by_act[state] = list(self._acts_in(state))
        yield from (replace(edge, source=position) for edge in self._by_act[state])

    def _acts_in(self, state: str) -> Iterator[Edge]:
        definition = self.model.definition
        for rule in definition.acts.values():
            if rule.act not in MOVING_ACTS or not rule.allowed:
                continue
            targets = rule.to if rule.act is ActName.SEND_BACK else rule.to[:1]
            for target in targets:
                to = act_leads_to(definition, state, rule.act, target)
                if to:
                    here = Position(state)
                    step = Edge(here, here, self._limit(rule), StepKind.ACT, act=rule.act)
                    yield from self._enter(step, to)

    def _limit(self, rule: ActRule) -> Changes:
        level = self.model.level(Kind.ENTERED, rule.before_entering or "")
        return () if level is None else (Keep(self.model.space.only(level, 0)),)

    # --- Moving on at once -------------------------------------------------------------

    def _enter(self, step: Edge, state: str) -> Iterator[Edge]:
        """Enter a state, and go on from there as far as the case moves by itself."""
        level = self.model.level(Kind.ENTERED, state)
        flag: Changes = () if level is None else (Assign(level, frozenset({1})),)
        if state in step.entered and len(step.entered) > len(self.model.definition.states):
            yield replace(step, target=Position(state, runs_away=True))
            return
        if step.entered and forward(self.model.space, step.changes, EVERYTHING) == NOTHING:
            return
        on = replace(step, changes=(*step.changes, *flag), entered=(*step.entered, state))
        if self.model.definition.state(state).final:
            yield replace(on, target=Position(state))
            return
        for visit, part in self.places[state].entries:
            part_of = on.changes if part == EVERYTHING else (*on.changes, Keep(part))
            yield from self._settle(replace(on, changes=part_of), state, visit)

    def _settle(self, step: Edge, state: str, visit: Visit) -> Iterator[Edge]:
        for fired, part in self.places.settled(state, visit):
            changes = step.changes if part == EVERYTHING else (*step.changes, Keep(part))
            if fired is None:
                yield replace(step, target=Position(state, visit), changes=changes)
            else:
                target = self.model.definition.transitions[fired].target
                on = replace(step, changes=changes, fired=(*step.fired, fired))
                yield from self._enter(on, target)

    # --- Looking back ------------------------------------------------------------------

    def leading_to(
        self, good: dict[Position, int], *, but: frozenset[ActName]
    ) -> dict[Position, int]:
        """Return the valuations by position from which something good can be reached.

        Some acts are left out of account.
        """
        space = self.model.space
        into: dict[Position, list[Edge]] = {}
        for edges in self.edges.values():
            for edge in edges:
                if edge.act not in but:
                    into.setdefault(edge.target, []).append(edge)
        found, waiting = dict(good), set(good)
        while waiting:
            target = max(waiting, key=self._order)
            waiting.discard(target)
            for edge in into.get(target, ()):
                source = edge.source or target
                before = backward(space, edge.changes, found[target])
                before = space.both(before, self.reached.get(source, NOTHING))
                known = found.get(source, NOTHING)
                together = space.either(known, before)
                if together != known:
                    found[source] = together
                    waiting.add(source)
        return found


def _moved(visit: Visit, group: int, before: int, after: int) -> Visit:
    """Return a visit in which one task of a group is in another status."""
    counts = dict(visit)
    counts[group, before] -= 1
    counts[group, after] = counts.get((group, after), 0) + 1
    return tuple(sorted((key, n) for key, n in counts.items() if n))

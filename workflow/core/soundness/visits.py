"""One visit to a state: which tasks nothing tells apart, how each can end, where that leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from workflow.core.conditions import OutcomeTest, tests_in
from workflow.core.definition import State, TaskSpec, Transition
from workflow.core.engine import View, is_met, settle, time_leads_to
from workflow.core.joins import Quantifier, VisitTask
from workflow.core.soundness.changes import Assign, Changes, Follow, Keep
from workflow.core.soundness.endings import Ending, endings
from workflow.core.soundness.model import Model
from workflow.core.soundness.sets import EVERYTHING, NOTHING, Valuation

OPEN = -1
SCHEDULED = -2
"""Status of a task that has not ended; one that has bears the number of its result."""

Visit: TypeAlias = tuple[tuple[tuple[int, int], int], ...]
"""How many tasks of each group are in each status."""

Told: TypeAlias = tuple[object, ...]
"""All that the transitions of a state can tell of a task that ended."""


@dataclass(slots=True)
class Group:
    """Tasks of one state that nothing tells apart."""

    members: list[tuple[str, int]]
    """By task and number of its holder."""
    effects: dict[tuple[int, Changes], list[Ending]]
    """What can become of each: its result and the changes, with the endings that do it."""
    opens: int = EVERYTHING
    """Valuations in which the day to open it is known."""
    scheduled: bool = False
    commutes: bool = False
    """Whether it does not matter when, among the tasks of the visit, it ends."""


@dataclass(slots=True)
class Place:
    """A state as the proof plays it."""

    state: State
    transitions: list[tuple[int, Transition]]
    results: list[VisitTask] = field(default_factory=list)
    told: dict[Told, int] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    group_of: dict[tuple[str, int], int] = field(default_factory=dict)
    entries: list[tuple[Visit, int]] = field(default_factory=list)
    needed: dict[str, dict[int, int]] = field(default_factory=dict)
    """By task: valuations by how many of it open."""


class Places:
    """The states of a definition, each worked out once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._places = {key: self._place(key) for key in model.definition.states}
        self._settled: dict[tuple[str, Visit], list[tuple[int | None, int]]] = {}

    def __getitem__(self, state: str) -> Place:
        return self._places[state]

    def _place(self, key: str) -> Place:
        definition = self.model.definition
        leaving = [(n, t) for n, t in enumerate(definition.transitions) if t.source == key]
        place = Place(definition.state(key), leaving)
        alike: dict[object, int] = {}
        for spec in place.state.tasks.values():
            place.needed[spec.key] = self._needed(spec)
            for slot in range(max(place.needed[spec.key], default=0)):
                self._join_group(place, spec, slot, alike)
        place.entries = list(self._entries(place))
        for group in place.groups:
            group.commutes = self._commutes(place, group)
        return place

    def _commutes(self, place: Place, group: Group) -> bool:
        """Say whether a group may be thought to end before the others of its visit.

        So it is if nothing can move the case while the others are open but what looks at no
        outcome; if nothing holds it back; if what it leaves behind concerns no other group, and
        for whatever was there before there is an ending that leaves just that.
        """
        patient = all(_waits_for_all(transition) for _, transition in place.transitions)
        if not patient or group.scheduled:
            return False
        changes = [change for _, each in group.effects for change in each]
        assigned = [change for change in changes if isinstance(change, Assign)]
        if not group.effects or len(assigned) < len(changes):
            return False
        certain = {change.level for change in assigned if not change.may}
        if len(group.members) > 1 and certain:
            return False
        others = [other for other in place.groups if other is not group]
        barred = {level for other in others for level in self._looked_at(other)}
        changed = {level for other in others for level in _surely_assigned(other)}
        return barred.isdisjoint(change.level for change in assigned) and all(
            self._leaves_as_it_was(level, group) and level not in changed for level in certain
        )

    def _looked_at(self, group: Group) -> Iterator[int]:
        yield from self.model.space.levels(group.opens)
        for _, changes in group.effects:
            for change in changes:
                if isinstance(change, Keep):
                    yield from self.model.space.levels(change.these)
                elif isinstance(change, Follow):
                    yield change.level
                    for _, these in change.parts:
                        yield from self.model.space.levels(these)

    def _leaves_as_it_was(self, level: int, group: Group) -> bool:
        left = {value for _, changes in group.effects for value in _only_assigned(changes, level)}
        return len(left) == self.model.space.sizes[level]

    def _needed(self, spec: TaskSpec) -> dict[int, int]:
        """Return the valuations by how many of a task open on entering its state."""
        space, needed = self.model.space, self.model.when(spec.needed_if)
        counts = {n: space.both(needed, part) for n, part in self.model.holders(spec).items()}
        spared = space.without(EVERYTHING, needed)
        counts[0] = space.either(counts.get(0, NOTHING), spared)
        return {n: part for n, part in sorted(counts.items()) if part != NOTHING}

    def _join_group(
        self, place: Place, spec: TaskSpec, slot: int, alike: dict[object, int]
    ) -> None:
        effects: dict[tuple[int, Changes], list[Ending]] = {}
        for ending in endings(self.model, spec, slot):
            result = self._result(place, spec.key, ending)
            effects.setdefault((result, ending.changes), []).append(ending)
        opens = self.model.present(spec.opens_when.of) if spec.opens_when else EVERYTHING
        counted = tuple(_counts(t, spec.key) for _, t in place.transitions)
        free = not any(isinstance(c, Keep) for _, changes in effects for c in changes)
        sign: object = (counted, frozenset(effects), opens, bool(spec.opens_when))
        if not free or not effects:
            sign = (spec.key, sign)  # what is held back is told of each task by itself
        number = alike.setdefault(sign, len(place.groups))
        if number == len(place.groups):
            place.groups.append(Group([], {}, opens, bool(spec.opens_when)))
        group = place.groups[number]
        group.members.append((spec.key, slot))
        place.group_of[spec.key, slot] = number
        for effect, ways in effects.items():
            group.effects.setdefault(effect, []).extend(ways)

    def _result(self, place: Place, task: str, ending: Ending) -> int:
        ended = VisitTask(task, "", ending.outcome, ending.lapsed)
        told = tuple(_tells(transition, ended) for _, transition in place.transitions)
        number = place.told.setdefault(told, len(place.results))
        if number == len(place.results):
            place.results.append(ended)
        return number

    def _entries(self, place: Place) -> Iterator[tuple[Visit, int]]:
        """Go through the visits that entering the state can begin, with their valuations."""
        space = self.model.space
        parts: list[tuple[Counter[tuple[int, int]], int]] = [(Counter(), EVERYTHING)]
        for spec in place.state.tasks.values():
            parts = [
                (opened + _opening(place, spec.key, n), both)
                for opened, part in parts
                for n, wanted in place.needed[spec.key].items()
                if (both := space.both(part, wanted)) != NOTHING
            ]
        merged: dict[Visit, int] = {}
        for opened, part in parts:
            visit = tuple(sorted(opened.items()))
            merged[visit] = space.either(merged.get(visit, NOTHING), part)
        yield from merged.items()

    # --- Where a visit leads -----------------------------------------------------------

    def seen(self, state: str, visit: Visit) -> tuple[VisitTask, ...]:
        """Return a visit as joins see it."""
        place = self._places[state]
        found = []
        for (group, status), count in visit:
            key = place.groups[group].members[0][0]
            shown = VisitTask(key, "") if status < 0 else place.results[status]
            found += [shown._replace(slot=f"{group}.{status}.{n}") for n in range(count)]
        return tuple(found)

    def settled(self, state: str, visit: Visit) -> list[tuple[int | None, int]]:
        """Return which transition a visit fires, or None, with the valuations for each."""
        key = (state, visit)
        if key not in self._settled:
            self._settled[key] = self._settle(state, visit)
        return self._settled[key]

    def _settle(self, state: str, visit: Visit) -> list[tuple[int | None, int]]:
        space, model = self.model.space, self.model
        tasks = self.seen(state, visit)
        leaving = [(n, t) for n, t in self._places[state].transitions if not t.by_time]
        tried = [(n, t) for n, t in leaving if t.when is None or t.when.is_met(tasks)]
        levels: set[int] = set()
        for _, transition in tried:
            levels |= model.levels_of(transition.condition)
        found: dict[int | None, int] = {}
        for chosen, part in space.split(EVERYTHING, sorted(levels)):
            view = View(tasks, model.data(chosen))
            target = settle(model.definition, state, view)
            fired = next((n for n, t in tried if is_met(t, view)), None) if target else None
            found[fired] = space.either(found.get(fired, NOTHING), part)
        return list(found.items())

    def by_time(self, state: str, visit: Visit) -> Iterator[tuple[int, Changes]]:
        """Go through the transitions that time can fire, with the valuations that let it."""
        model, tasks = self.model, self.seen(state, visit)
        earlier: dict[object, int] = {}
        for number, transition in self._places[state].transitions:
            if not transition.by_time:
                continue
            known = model.present(transition.at) if transition.at else EVERYTHING
            levels = sorted(model.levels_of(transition.condition))
            allowed = model.space.where(levels, self._time_leads_on(state, transition, tasks))
            here = model.space.both(known, allowed)
            # Of two that wait for the same day, the first that may fire does.
            day = (transition.at, transition.after)
            fires = model.space.without(here, earlier.get(day, NOTHING))
            earlier[day] = model.space.either(earlier.get(day, NOTHING), here)
            if fires != NOTHING:
                yield number, (Keep(fires),)

    def _time_leads_on(
        self, state: str, transition: Transition, tasks: tuple[VisitTask, ...]
    ) -> Callable[[Valuation], bool]:
        definition, model = self.model.definition, self.model

        def leads_on(chosen: Valuation) -> bool:
            view = View(tasks, model.data(chosen))
            return time_leads_to(definition, state, transition, view) is not None

        return leads_on


def _opening(place: Place, task: str, count: int) -> Counter[tuple[int, int]]:
    numbers = [place.group_of[task, slot] for slot in range(count)]
    return Counter((n, SCHEDULED if place.groups[n].scheduled else OPEN) for n in numbers)


def _surely_assigned(group: Group) -> Iterator[int]:
    for _, changes in group.effects:
        for change in changes:
            if isinstance(change, Assign) and not change.may:
                yield change.level


def _only_assigned(changes: Changes, level: int) -> frozenset[int]:
    """Return the values that changes may give a variable while all others stay as they are."""
    sure = [change for change in changes if isinstance(change, Assign) and not change.may]
    return sure[0].values if len(sure) == 1 and sure[0].level == level else frozenset()


def _waits_for_all(transition: Transition) -> bool:
    if any(isinstance(test, OutcomeTest) for test in tests_in(transition.condition)):
        return False
    if transition.by_time:
        return transition.when is None
    join = transition.when
    return join is not None and join.quantifier is Quantifier.ALL and not join.tasks


def _counts(transition: Transition, task: str) -> bool:
    join = transition.when
    return join is not None and (not join.tasks or task in join.tasks)


def _tells(transition: Transition, ended: VisitTask) -> object:
    """Return what a transition can tell of a task that ended."""
    join = transition.when
    agrees = join is not None and replace(join, quantifier=Quantifier.ANY).is_met([ended])
    asked = tuple(
        (test.quantity, ended.outcome in test.outcomes) if ended.key in test.tasks else None
        for test in tests_in(transition.condition)
        if isinstance(test, OutcomeTest)
    )
    return _counts(transition, ended.key), agrees, asked

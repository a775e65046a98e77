"""Sets of valuations: which combinations of values are possible, kept small by sharing.

A set is a number naming a node of a decision diagram over the variables of a model: a node
asks for the value of one variable and leads, for each value, to the set of the rest. Equal
sets are the same number, so that comparing, and remembering results, costs nothing. Sets that
are products of independent choices stay small however many variables there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

NOTHING = 0
EVERYTHING = 1

Valuation = dict[int, int]
"""Values by variable, both by their number."""


class Space:
    """All sets over some variables; `sizes` says how many values each of them has."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = tuple(sizes)
        end = len(self.sizes)
        self._level = [end, end]
        self._rest: list[tuple[int, ...]] = [(), ()]
        self._known: dict[tuple[int, tuple[int, ...]], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._either: dict[tuple[int, int], int] = {}
        self._without: dict[tuple[int, int], int] = {}
        self._assigned: dict[tuple[int, int, frozenset[int]], int] = {}

    def node(self, level: int, rest: tuple[int, ...]) -> int:
        """Name the set that continues with `rest` for each value of a variable."""
        first = rest[0]
        if rest.count(first) == len(rest):
            return first
        key = (level, rest)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self._level)
            self._level.append(level)
            self._rest.append(rest)
        return found

    def _branches(self, a: int, level: int) -> tuple[int, ...]:
        return self._rest[a] if self._level[a] == level else (a,) * self.sizes[level]

    def both(self, a: int, b: int) -> int:
        """Return what is in both sets."""
        if b in (a, EVERYTHING):
            return a
        if a == EVERYTHING:
            return b
        if NOTHING in (a, b):
            return NOTHING
        return self._apply(self._both, self.both, *((a, b) if a < b else (b, a)))

    def either(self, a: int, b: int) -> int:
        """Return what is in one of two sets."""
        if b in (a, NOTHING):
            return a
        if a == NOTHING:
            return b
        if EVERYTHING in (a, b):
            return EVERYTHING
        return self._apply(self._either, self.either, *((a, b) if a < b else (b, a)))

    def without(self, a: int, b: int) -> int:
        """Return what is in one set and not in another."""
        if a in (b, NOTHING) or b == EVERYTHING:
            return NOTHING
        if b == NOTHING:
            return a
        return self._apply(self._without, self.without, a, b)

    def _apply(
        self,
        done: dict[tuple[int, int], int],
        operation: Callable[[int, int], int],
        a: int,
        b: int,
    ) -> int:
        key = (a, b)
        found = done.get(key)
        if found is None:
            here, there = self._level[a], self._level[b]
            if here == there:
                rest = tuple(map(operation, self._rest[a], self._rest[b]))
            elif here < there:
                rest = tuple([operation(x, b) for x in self._rest[a]])
            else:
                rest = tuple([operation(a, x) for x in self._rest[b]])
            found = done[key] = self.node(min(here, there), rest)
        return found

    def assign(self, a: int, level: int, values: frozenset[int]) -> int:
        """Return the set after a variable takes any of some values, whatever it was."""
        if a == NOTHING:
            return NOTHING
        key = (a, level, values)
        found = self._assigned.get(key)
        if found is None:
            found = self._assigned[key] = self._assign(a, level, values)
        return found

    def _assign(self, a: int, level: int, values: frozenset[int]) -> int:
        here = self._level[a]
        if here < level:
            return self.node(here, tuple([self.assign(x, level, values) for x in self._rest[a]]))
        rest = self._any(a) if here == level else a
        return self.node(level, tuple(rest if v in values else 0 for v in range(self.sizes[level])))

    def _any(self, a: int) -> int:
        found = NOTHING
        for rest in self._rest[a]:
            found = self.either(found, rest)
        return found

    def before_assign(self, a: int, level: int, values: frozenset[int]) -> int:
        """Return from where an assignment can lead into a set."""
        taken = self.node(level, tuple(int(v in values) for v in range(self.sizes[level])))
        return self.assign(self.both(a, taken), level, frozenset(range(self.sizes[level])))

    def where(self, levels: Sequence[int], test: Callable[[Valuation], bool]) -> int:
        """Return the set of what a test says of a few variables, asked for each combination."""
        return self._where(sorted(levels), 0, {}, test)

    def _where(
        self, levels: list[int], at: int, chosen: Valuation, test: Callable[[Valuation], bool]
    ) -> int:
        if at == len(levels):
            return EVERYTHING if test(chosen) else NOTHING
        level = levels[at]
        each = (
            self._where(levels, at + 1, {**chosen, level: value}, test)
            for value in range(self.sizes[level])
        )
        return self.node(level, tuple(each))

    def split(self, a: int, levels: Sequence[int]) -> Iterator[tuple[Valuation, int]]:
        """Go through the combinations of a few variables that a set allows, with their parts."""
        yield from self._split(a, sorted(levels), {})

    def _split(
        self, a: int, levels: list[int], chosen: Valuation
    ) -> Iterator[tuple[Valuation, int]]:
        if a == NOTHING:
            return
        if not levels:
            yield chosen, a
            return
        level = levels[0]
        for value in range(self.sizes[level]):
            part = self.both(a, self.only(level, value))
            yield from self._split(part, levels[1:], {**chosen, level: value})

    def only(self, level: int, value: int) -> int:
        """Return the set in which a variable has one value."""
        return self.node(level, tuple(int(v == value) for v in range(self.sizes[level])))

    def levels(self, a: int) -> set[int]:
        """Return the variables that a set says anything of."""
        found: set[int] = set()
        waiting, seen = [a], {NOTHING, EVERYTHING}
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                found.add(self._level[node])
                waiting += self._rest[node]
        return found

    def pick(self, a: int) -> Valuation:
        """Return a member of a set that is not empty, each variable at the first value it can."""
        chosen: Valuation = {}
        for level, size in enumerate(self.sizes):
            branches = self._branches(a, level) if self._level[a] == level else (a,) * size
            chosen[level] = next(v for v, rest in enumerate(branches) if rest != NOTHING)
            a = branches[chosen[level]]
        return chosen

    def exactly(self, valuation: Valuation) -> int:
        """Return the set of one member."""
        found = EVERYTHING
        for level in sorted(valuation, reverse=True):
            size = self.sizes[level]
            rest = (found if v == valuation[level] else NOTHING for v in range(size))
            found = self.node(level, tuple(rest))
        return found

"""What a step does to a set of valuations, forwards and backwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from workflow.core.soundness.sets import Space


@dataclass(frozen=True, slots=True)
class Keep:
    """Only some valuations go on."""

    these: int


@dataclass(frozen=True, slots=True)
class Assign:
    """A variable takes any of some values; if it only may, it can also stay as it was."""

    level: int
    values: frozenset[int]
    may: bool = False


@dataclass(frozen=True, slots=True)
class Follow:
    """A variable that has its first value takes, for good, one that hangs on others."""

    level: int
    first: int
    """Valuations in which it has its first value still."""
    parts: tuple[tuple[int, int], ...]
    """Values, each with the valuations in which it is taken."""


Change: TypeAlias = Keep | Assign | Follow
Changes: TypeAlias = tuple[Change, ...]


def forward(space: Space, changes: Changes, a: int) -> int:
    """Return where changes lead from a set."""
    for change in changes:
        match change:
            case Keep(these):
                a = space.both(a, these)
            case Assign(level, values, may):
                after = space.assign(a, level, values)
                a = space.either(a, after) if may else after
            case Follow(level, first, parts):
                before = space.both(a, first)
                a = space.without(a, first)
                for value, these in parts:
                    taken = space.both(before, these)
                    a = space.either(a, space.assign(taken, level, frozenset({value})))
                    before = space.without(before, these)
                a = space.either(a, before)
    return a


def backward(space: Space, changes: Changes, a: int) -> int:
    """Return from where changes can lead into a set."""
    for change in reversed(changes):
        match change:
            case Keep(these):
                a = space.both(a, these)
            case Assign(level, values, may):
                before = space.before_assign(a, level, values)
                a = space.either(a, before) if may else before
            case Follow(level, first, parts):
                found, left = space.without(a, first), first
                for value, these in parts:
                    before = space.before_assign(a, level, frozenset({value}))
                    found = space.either(found, space.both(before, space.both(left, these)))
                    left = space.without(left, these)
                a = space.either(found, space.both(a, left))
    return a

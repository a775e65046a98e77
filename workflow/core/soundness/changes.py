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


Change: TypeAlias = Keep | Assign
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
    return a

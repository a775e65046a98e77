"""Frozen values made at a fraction of what their own classes take, as every act makes dozens.

A frozen class sets each part of a new value through `object.__setattr__`; here all are set at once.
These functions are for frozen values without slots. Values that check or derive something as they
are made are for their class and for `replace`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

Value = TypeVar("Value")
_set = object.__setattr__


def altered(value: Value, **parts: Any) -> Value:  # noqa: ANN401 - parts of any type
    """Return a value with some parts changed; raise `TypeError` for a part it does not have."""
    return with_parts(value, parts)


def with_parts(value: Value, parts: Mapping[str, Any]) -> Value:
    """Return what `altered` returns, for parts that stand in a mapping already."""
    held = value.__dict__
    whole = {**held, **parts}
    if len(whole) != len(held):
        raise TypeError(f"{type(value).__name__} has no {', '.join(parts.keys() - held.keys())}")
    new: Value = object.__new__(type(value))
    _set(new, "__dict__", whole)
    return new


def made(kind: type[Value], parts: dict[str, Any]) -> Value:
    """Return a value of a class with these parts, which must be all; else raise `TypeError`.

    They are given as one value that nobody has hold of: named one by one, they would be gathered
    first, which takes twice as long as all the rest.
    """
    of: Any = kind
    if len(parts) != _number_of_parts(of):
        raise TypeError(f"not every part of {kind!r} is given by name")
    new = object.__new__(kind)
    _set(new, "__dict__", parts)
    return new


@cache
def _number_of_parts(kind: Any) -> int:  # noqa: ANN401 - a class
    return len(fields(kind))

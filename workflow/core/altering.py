"""Frozen values made at a fraction of what their own classes take, as every act makes dozens.

A frozen class sets each part of a new value through `object.__setattr__`; here all are set at once.
Both functions are for frozen values without slots. Values that check or derive something as they
are made are for their class and for `replace`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from typing import Any, ParamSpec, TypeVar

Value = TypeVar("Value")
Parts = ParamSpec("Parts")
_set = object.__setattr__


def altered(value: Value, **parts: Any) -> Value:  # noqa: ANN401 - parts of any type
    """Return a value with some parts changed; raise `TypeError` for a part it does not have."""
    held = value.__dict__
    whole = held | parts
    if len(whole) != len(held):
        raise TypeError(f"{type(value).__name__} has no {', '.join(parts.keys() - held.keys())}")
    new: Value = object.__new__(type(value))
    _set(new, "__dict__", whole)
    return new


def made(kind: Callable[Parts, Value], /, *args: Parts.args, **parts: Parts.kwargs) -> Value:
    """Return a value of a class, every part of it given by name; else raise `TypeError`."""
    if args or len(parts) != _number_of_parts(kind):
        raise TypeError(f"not every part of {kind!r} is given by name")
    of: Any = kind
    new: Value = object.__new__(of)
    _set(new, "__dict__", parts)
    return new


@cache
def _number_of_parts(kind: Any) -> int:  # noqa: ANN401 - a class
    return len(fields(kind))

"""Conditions as data: a closed vocabulary on case data and outcomes, nothing to evaluate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

Data: TypeAlias = Mapping[str, Any]
Slots: TypeAlias = Mapping[tuple[str, str], str]
"""Outcomes by (task, holder), where the holder is an agency's code or a row of a table."""


class Op(StrEnum):
    """What may be said of a field."""

    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    OVER = "over"
    UNDER = "under"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BEFORE = "before"
    AFTER = "after"
    PRESENT = "present"
    CONTAINS = "contains"


class Quantity(StrEnum):
    """How many of the parts must hold."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class FieldTest:
    """A field of the case, or a column of a row, compared with a fixed value."""

    field: str
    op: Op
    value: Any

    def __hash__(self) -> int:
        return hash((self.field, self.op, repr(self.value)))


@dataclass(frozen=True, slots=True)
class OutcomeTest:
    """The outcomes of some tasks, each holder counted: any, all or none of them is as named."""

    quantity: Quantity
    tasks: tuple[str, ...]
    outcomes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions joined by all, any or none."""

    quantity: Quantity
    parts: tuple[Condition, ...]


Condition: TypeAlias = FieldTest | OutcomeTest | Group

_QUANTITIES: dict[Quantity, Callable[[Iterable[bool]], bool]] = {
    Quantity.ALL: all,
    Quantity.ANY: any,
    Quantity.NONE: lambda parts: not any(parts),
}


def holds(condition: Condition | None, data: Data, outcomes: Slots | None = None) -> bool:
    """Say whether a condition is true of the data and outcomes; no condition always is."""
    match condition:
        case None:
            return True
        case FieldTest(field, op, value):
            return compare(op, data.get(field), value)
        case OutcomeTest(quantity, tasks, wanted):
            given = [o for (task, _), o in (outcomes or {}).items() if task in tasks]
            if quantity is Quantity.ALL and not given:
                return False
            return _QUANTITIES[quantity](outcome in wanted for outcome in given)
        case Group(quantity, parts):
            return _QUANTITIES[quantity](holds(part, data, outcomes) for part in parts)


def compare(op: Op, actual: Any, wanted: Any) -> bool:  # noqa: ANN401 - values of any field type
    """Compare one value; what is not filled in is only ever `present: false` or unlike."""
    if op is Op.PRESENT:
        return is_present(actual) is bool(wanted)
    if not is_present(actual):
        return op in (Op.IS_NOT, Op.NONE_OF)
    return _COMPARISONS[op](actual, wanted)


def is_present(value: object) -> bool:
    """Say whether a field was filled in: false and zero are values, empty text is not."""
    return value is not None and value not in ("", [], {}, ())


def magnitude(value: Any) -> Decimal:  # noqa: ANN401 - money, decimal or integer
    """Return the number a value stands for; of money, its amount."""
    return Decimal(str(value["amount"] if isinstance(value, Mapping) else value))


def _same(actual: Any, wanted: Any) -> bool:  # noqa: ANN401
    if isinstance(actual, Mapping) and "amount" in actual and not isinstance(wanted, Mapping):
        return magnitude(actual) == magnitude(wanted)
    return bool(actual == wanted)


_COMPARISONS: dict[Op, Callable[[Any, Any], bool]] = {
    Op.IS: _same,
    Op.IS_NOT: lambda actual, wanted: not _same(actual, wanted),
    Op.ONE_OF: lambda actual, wanted: any(_same(actual, each) for each in wanted),
    Op.NONE_OF: lambda actual, wanted: not any(_same(actual, each) for each in wanted),
    Op.OVER: lambda actual, wanted: magnitude(actual) > magnitude(wanted),
    Op.UNDER: lambda actual, wanted: magnitude(actual) < magnitude(wanted),
    Op.AT_LEAST: lambda actual, wanted: magnitude(actual) >= magnitude(wanted),
    Op.AT_MOST: lambda actual, wanted: magnitude(actual) <= magnitude(wanted),
    Op.BEFORE: lambda actual, wanted: str(actual) < str(wanted),
    Op.AFTER: lambda actual, wanted: str(actual) > str(wanted),
    Op.CONTAINS: lambda actual, wanted: wanted in actual,
}


def tests_in(condition: Condition | None) -> list[FieldTest | OutcomeTest]:
    """List the single tests of a condition, whatever they are joined by."""
    match condition:
        case None:
            return []
        case Group(_, parts):
            return [test for part in parts for test in tests_in(part)]
        case _:
            return [condition]

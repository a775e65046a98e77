"""Fields that follow from others: the closed list of computations, and their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from workflow.core.conditions import FieldTest, holds, magnitude, tests_in
from workflow.core.deadlines.counting import count_due
from workflow.core.definition import Definition
from workflow.core.errors import Refusal
from workflow.core.fields import Computation, Computed, FieldType
from workflow.core.terms import Term, parse_term
from workflow.core.world import World

Values = Mapping[str, Any]


def computed_values(
    definition: Definition,
    data: Values,
    *,
    completed_on: Mapping[str, date],
    world: World,
) -> dict[str, Any]:
    """Return the computed fields that differ from what the data holds, each with its new value."""
    fields = definition.computed_fields
    if not fields:
        return {}
    values = dict(data)
    changed: dict[str, Any] = {}
    for field in fields:
        computed = field.computed
        if computed is None:
            continue
        if field.counted:
            continue  # the clock counts
        value = _COMPUTATIONS[computed.kind](computed, values, completed_on, world)
        if computed.kind is Computation.SUM and field.type is FieldType.MONEY:
            value = _sum_of_money(computed, values)
        if value != values.get(field.key):
            values[field.key] = changed[field.key] = value
    return changed


def _date_plus(
    computed: Computed, data: Values, _completed: Mapping[str, date], world: World
) -> str | None:
    start = data.get(computed.fields[0])
    term = _term(computed, data)
    if not start or term is None:
        return None
    rule = world.rule(computed.rule)
    calendar = world.calendar(world.network.root)
    try:
        return count_due(date.fromisoformat(start[:10]), term, rule, calendar)[0].isoformat()
    except Refusal:
        return None


def _term(computed: Computed, data: Values) -> Term | None:
    if computed.plus:
        return computed.plus
    written = data.get(computed.plus_field or "")
    return parse_term(written) if written else None


def _days_between(
    computed: Computed, data: Values, _completed: Mapping[str, date], _world: World
) -> int | None:
    first, last = (data.get(key) for key in computed.fields)
    if not first or not last:
        return None
    return (date.fromisoformat(last[:10]) - date.fromisoformat(first[:10])).days + 1


def _rows(computed: Computed, data: Values) -> list[Values]:
    rows = data.get(computed.fields[0])
    return list(rows) if isinstance(rows, list | tuple) else []


def _any_row(
    computed: Computed, data: Values, _completed: Mapping[str, date], _world: World
) -> bool:
    return any(holds(computed.where, row) for row in _rows(computed, data))


def _all_rows(
    computed: Computed, data: Values, _completed: Mapping[str, date], _world: World
) -> bool:
    return all(holds(computed.where, row) for row in _rows(computed, data))


def _count_rows(
    computed: Computed, data: Values, _completed: Mapping[str, date], _world: World
) -> int:
    return sum(holds(computed.where, row) for row in _rows(computed, data))


def _sum(
    computed: Computed, data: Values, _completed: Mapping[str, date], _world: World
) -> str | int:
    column = computed.fields[1]
    total = sum((magnitude(row[column]) for row in _counted(computed, data)), Decimal(0))
    return int(total) if total == total.to_integral_value() else str(total)


def _sum_of_money(computed: Computed, data: Values) -> dict[str, str] | None:
    """Add amounts of one currency; amounts of several cannot be added, so there is no sum."""
    amounts = [row[computed.fields[1]] for row in _counted(computed, data)]
    currencies = {amount["currency"] for amount in amounts}
    if len(currencies) > 1:
        return None
    total = sum((magnitude(amount) for amount in amounts), Decimal(0))
    return {"amount": f"{total:.2f}", "currency": currencies.pop() if currencies else "BRL"}


def _counted(computed: Computed, data: Values) -> list[Values]:
    column = computed.fields[1]
    rows = _rows(computed, data)
    return [row for row in rows if row.get(column) is not None and holds(computed.where, row)]


def _share(
    computed: Computed, data: Values, _completed: Mapping[str, date], _world: World
) -> int | None:
    """Return how many per cent of a column are in the rows of a condition, never rounded up.

    Nothing while a row does not say what the condition asks.
    """
    column, rows = computed.fields[1], _rows(computed, data)
    asked = [test.field for test in tests_in(computed.where) if isinstance(test, FieldTest)]
    if any(row.get(key) is None for row in rows for key in asked):
        return None
    amounts = [(magnitude(row[column]), row) for row in rows if row.get(column) is not None]
    whole = sum((amount for amount, _ in amounts), Decimal(0))
    part = sum((amount for amount, row in amounts if holds(computed.where, row)), Decimal(0))
    return int(part * 100 / whole) if whole else None


def _last_completed(
    computed: Computed, _data: Values, completed: Mapping[str, date], _world: World
) -> str | None:
    days = [completed[task] for task in computed.fields if task in completed]
    return max(days).isoformat() if days else None


def reaches(part: Any, share: Any, whole: Any) -> bool | None:  # noqa: ANN401 - numbers
    """Say whether a part is at least so many per cent of a whole; None while any is unknown."""
    if part is None or share is None or whole is None:
        return None
    return magnitude(part) * 100 >= magnitude(share) * magnitude(whole)


def _reaches(
    computed: Computed, data: Values, _completed: Mapping[str, date], _world: World
) -> bool | None:
    part, whole = (data.get(key) for key in computed.fields)
    share = data.get(computed.share) if isinstance(computed.share, str) else computed.share
    return reaches(part, share, whole)


_Computation = Callable[[Computed, Values, Mapping[str, date], World], Any]

_COMPUTATIONS: dict[Computation, _Computation] = {
    Computation.DATE_PLUS: _date_plus,
    Computation.DAYS_BETWEEN: _days_between,
    Computation.ANY_ROW: _any_row,
    Computation.ALL_ROWS: _all_rows,
    Computation.COUNT_ROWS: _count_rows,
    Computation.SUM: _sum,
    Computation.LAST_COMPLETED: _last_completed,
    Computation.REACHES: _reaches,
    Computation.SHARE: _share,
}

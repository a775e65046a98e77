"""The variables of a proof: what may differ between two cases in the same state, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from typing import Any

from workflow.core.binding import bind_missing
from workflow.core.computed import computed_values
from workflow.core.conditions import FieldTest, Quantity, compare, holds, is_present
from workflow.core.definition import DataItem, Definition
from workflow.core.fields import Computation, Field, FieldType
from workflow.core.roles import ToChosen, ToField, ToRows
from workflow.core.soundness.asking import Asked, asked_of_fields, remembered, roles_used
from workflow.core.soundness.crowds import crowd_sizes, groups_of
from workflow.core.soundness.regions import fewest_rows, regions, sample_row
from workflow.core.soundness.spans import spans
from workflow.core.soundness.verdict import Facts

_MOST_KINDS_OF_ROW = 6
"""Of more kinds of row than these, the rarest are left out of the mixed tables."""


class Kind(StrEnum):
    """What a variable stands for."""

    DATA = "data"
    ROLE = "role"
    BOUND = "bound"
    """To whom a role fell by a field that may change later: it stays with them."""
    LATEST = "latest"
    """The latest outcome of a task for one of its holders."""
    DONE = "done"
    """Whether a task was ever completed."""
    ENTERED = "entered"
    """Whether the case has ever been in a state."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Something that conditions, or what follows from them, can tell apart."""

    kind: Kind
    key: str
    values: tuple[Any, ...]
    slot: int = 0
    initial: int = 0
    """The number of the value it has before anybody gives it one."""


def variables_of(definition: Definition, facts: Facts) -> list[Variable]:
    """Return every variable of a definition, those of many values first: so sets stay small."""
    sizes = crowd_sizes(definition, facts)
    groups = groups_of(sizes, facts)
    asked = asked_of_fields(definition)
    data = list(_of_data(definition, asked, facts, groups))
    found = [*data, *_of_roles(definition, groups), *_of_tasks(definition, asked, max(sizes))]
    limits = {rule.before_entering for rule in definition.acts.values() if rule.to}
    found += [Variable(Kind.ENTERED, s, (False, True)) for s in definition.states if s in limits]
    found.sort(key=lambda variable: -len(variable.values))
    for bound in _of_bindings(definition, data, facts):
        by = next(n for n, v in enumerate(found) if v.key == field_of(definition, bound.key))
        found.insert(by + 1, bound)  # next to what it follows from, which keeps sets small too
    return found


def _of_roles(definition: Definition, groups: list[tuple[str, ...]]) -> Iterator[Variable]:
    for key in roles_used(definition):
        role = definition.roles[key]
        if isinstance(role.bind, ToChosen):
            yield Variable(Kind.ROLE, key, tuple(groups) if role.many else (groups[0], groups[1]))


def _of_bindings(definition: Definition, data: list[Variable], facts: Facts) -> Iterator[Variable]:
    changing = {i.field for _, s in definition.tasks() for i in s.form if isinstance(i, DataItem)}
    values = {variable.key: variable.values for variable in data if variable.key in changing}
    for key in roles_used(definition):
        by = field_of(definition, key)
        if by in values:
            held = [holders_by(definition, key, by, value, facts) for value in values[by]]
            counts = {len(holders): holders for holders in held if holders is not None}
            yield Variable(Kind.BOUND, key, (None, *counts.values()))


def field_of(definition: Definition, role: str) -> str:
    """Return the field whose value binds a role to as many as it names, or nothing."""
    match definition.roles[role].bind:
        case ToRows(field, _) | ToField(field):
            return field
        case _:
            return ""


def holders_by(
    definition: Definition,
    role: str,
    field: str,
    value: Any,  # noqa: ANN401 - a value of any field type
    facts: Facts,
) -> tuple[str, ...] | None:
    """Return to whom a role falls by a value of its field, or None while it is unbound."""
    data = {} if value is None else {field: value}
    bound = bind_missing(
        definition,
        {},
        opener=definition.owner,
        data=data,
        network=facts.world.network,
        today=facts.today,
    )
    return bound.get(role)


def _of_tasks(definition: Definition, asked: Mapping[str, Asked], most: int) -> list[Variable]:
    found: list[Variable] = []
    for task, tests in remembered(definition).items():
        spec = definition.task(task)
        kinds = {tuple(o in test.outcomes for test in tests): o for o in reversed(spec.endings)}
        if all(test.quantity is not Quantity.ALL for test in tests):
            kinds.pop((False,) * len(tests), None)  # counts for no more than no outcome at all
        values = (None, *kinds.values())
        slots = range(most) if spec.each else range(1)
        found += [Variable(Kind.LATEST, task, values, slot) for slot in slots]
    done = {
        task
        for key in asked
        if (field := definition.data.get(key)) and field.computed
        for task in field.computed.fields
        if field.computed.kind is Computation.LAST_COMPLETED
    }
    return [*found, *(Variable(Kind.DONE, task, (False, True)) for task in sorted(done))]


# --- Case data -----------------------------------------------------------------------------


def _of_data(
    definition: Definition,
    asked: Mapping[str, Asked],
    facts: Facts,
    groups: list[tuple[str, ...]],
) -> Iterator[Variable]:
    found = spans(definition, asked)
    for key, what in asked.items():
        field = definition.data.get(key)
        if field is None or (field.computed and not field.counted):
            continue
        told = _teller(definition, field, asked, facts, groups)
        values = [None, *_fillings(field, what, groups)]
        if field.type is not FieldType.TABLE:
            values = regions(field, what.tests, groups=groups)
            values += [day for day in found.get(key, ()) if day not in values]
        values = _merged(values, told)
        initial = next(n for n, value in enumerate(values) if told(value) == told(field.default))
        yield Variable(Kind.DATA, key, tuple(values), initial=initial)


def _teller(
    definition: Definition,
    field: Field,
    asked: Mapping[str, Asked],
    facts: Facts,
    groups: list[tuple[str, ...]],
) -> Callable[[Any], str]:
    """Return what says, of a value of a field, all that a definition can tell of it."""
    what = asked[field.key]
    follow = _following(definition, field.key, asked)

    def told(value: Any) -> str:  # noqa: ANN401 - a value of any field type
        if field.type is not FieldType.TABLE:
            return repr((value if what.feeds else None, _answers(what.tests, value)))
        rows = value or ()
        data = {} if value is None else {field.key: value}
        computed = computed_values(follow, data, completed_on={}, world=facts.world)
        parts = [_capped(sum(holds(w, row) for row in rows), groups) for w in what.parts]
        tasks = _capped(len(rows), groups) if what.task_each else 0
        unbound = (
            bool(parts) and value is None
        )  # no table binds nobody, an empty one nobody for good
        return repr((computed, parts, unbound, tasks, _answers(what.tests, value)))

    return told


def _answers(tests: Sequence[FieldTest], value: object) -> tuple[bool, ...]:
    return tuple(compare(test.op, value, test.value) for test in tests)


def _merged(values: Sequence[Any], signature: Callable[[Any], object]) -> list[Any]:
    """Keep one of the values that nothing tells apart, rather one that is filled in."""
    kept: dict[object, Any] = {}
    for value in sorted(values, key=lambda value: not is_present(value)):
        kept.setdefault(repr(signature(value)), value)
    return list(kept.values())


# --- Tables --------------------------------------------------------------------------------


def _capped(count: int, groups: list[tuple[str, ...]]) -> int:
    return min(count, len(groups[-1]))


def _fillings(field: Field, asked: Asked, groups: list[tuple[str, ...]]) -> list[Any]:
    """Return tables with every number of rows of every kind that matters."""
    kinds = _rows(field, asked, groups) if field.columns else []
    fewest, most = fewest_rows(field), (field.rows or (0, 10**6))[1]
    tables: list[Any] = []
    for counts in product([len(group) for group in groups], repeat=len(kinds)):
        rows = [row for row, n in zip(kinds, counts, strict=True) for _ in range(n)]
        padded = rows + rows[-1:] * (fewest - len(rows))
        if rows and len(padded) <= most:
            tables.append(padded)
    return sorted(tables, key=len)


def _following(definition: Definition, table: str, everything: Mapping[str, Asked]) -> Definition:
    """Return a definition of which only what is computed from a table, and asked, is left."""
    fields = {
        f.key: f
        for f in definition.computed_fields
        if f.computed and f.computed.fields[0] == table and f.key in everything
    }
    return replace(definition, data=fields)


def _rows(field: Field, asked: Asked, groups: list[tuple[str, ...]]) -> list[dict[str, Any]]:
    """Return one row of each kind that conditions on rows tell apart."""
    usual = sample_row(field, agency=groups[1][0])
    columns = [column for column in field.columns if column.key in asked.columns]
    ranges = [_column(column, asked, groups) for column in columns]
    rows = [
        {**usual, **{c.key: value for c, value in zip(columns, values, strict=True)}}
        for values in product(*ranges)
    ]
    tests = [(key, test) for key, tests in asked.columns.items() for test in tests]
    kinds = _merged(
        rows,
        lambda row: (
            [holds(where, row) for where in (*asked.conditions, *asked.parts)],
            [compare(test.op, row.get(key), test.value) for key, test in tests if _sums(test)],
        ),
    )
    return kinds[:_MOST_KINDS_OF_ROW]


def _sums(test: Any) -> bool:  # noqa: ANN401
    return not isinstance(test.value, (bool, str, list, tuple))


def _column(column: Field, asked: Asked, groups: list[tuple[str, ...]]) -> list[Any]:
    values = regions(column, asked.columns[column.key], groups=groups)
    return values[1:] if column.required and len(values) > 1 else values

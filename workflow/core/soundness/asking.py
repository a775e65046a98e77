"""Everything in a definition that looks at case data, and so decides what must be told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflow.core.conditions import Condition, FieldTest, Op, OutcomeTest, tests_in
from workflow.core.definition import DeadlineSpec, Definition, FormItem
from workflow.core.fields import Computation, Field
from workflow.core.roles import ToCases, ToField, ToRows, ToUnit

_OF_SINGLE_FIELDS = (Computation.DATE_PLUS, Computation.DAYS_BETWEEN, Computation.REACHES)
"""What follows from fields that are no tables."""


def conditions(definition: Definition) -> Iterator[Condition]:
    """Go through the conditions that decide where a case goes and what opens in it."""
    for _, spec in definition.tasks():
        if spec.needed_if:
            yield spec.needed_if
    for transition in definition.transitions:
        if transition.condition:
            yield transition.condition
    for guard in definition.guards:
        yield guard.hold_if


def forms(definition: Definition) -> Iterator[tuple[FormItem, ...]]:
    """Go through the forms: the opening, then those of the tasks."""
    yield definition.opening
    for _, spec in definition.tasks():
        yield spec.form


def remembered(definition: Definition) -> dict[str, list[OutcomeTest]]:
    """Return the tasks whose latest outcome counts beyond the visit, with what is asked of it."""
    found: dict[str, list[OutcomeTest]] = {}
    asked = [guard.hold_if for guard in definition.guards]
    asked += [spec.needed_if for _, spec in definition.tasks() if spec.needed_if]
    for condition in asked:
        for test in tests_in(condition):
            if isinstance(test, OutcomeTest):
                for task in test.tasks:
                    found.setdefault(task, []).append(test)
    return found


def dates_asked(spec: DeadlineSpec | None) -> list[str]:
    """Return the fields of the case that a clock hangs on."""
    named = (spec.due, spec.of, spec.start) if spec else ()
    return [name.removeprefix("data.") for name in named if name and name.startswith("data.")]


def role_fields(definition: Definition, role: str) -> list[str]:
    """Return the fields that decide who holds a role."""
    match definition.roles[role].bind:
        case ToCases(field, _, _) | ToField(field):
            return [field]
        case ToRows(table, _):
            return [table]
        case ToUnit(_, of, otherwise):
            others = [each for each in (of, otherwise) if each in definition.roles]
            return [field for other in others for field in role_fields(definition, other)]
        case _:
            return []


def roles_used(definition: Definition) -> list[str]:
    """Return the roles that hold tasks, and those on which these hang."""
    found: list[str] = []
    waiting = [spec.role_key for _, spec in definition.tasks()]
    while waiting:
        role = waiting.pop()
        if role is None or role in found or role not in definition.roles:
            continue
        found.append(role)
        bind = definition.roles[role].bind
        if isinstance(bind, ToUnit):
            waiting += [bind.of, bind.otherwise]
    return found


@dataclass(slots=True)
class Asked:
    """What is asked of one field: single tests, and whether it is filled in at all."""

    tests: list[FieldTest]
    columns: dict[str, list[FieldTest]]
    """Tests on the columns of a table."""
    conditions: list[Condition]
    """Whole conditions on the rows of a table, from which fields are computed."""
    parts: list[Condition | None]
    """Which rows of a table stand for outside parties."""
    task_each: bool = False
    """Whether each row of a table becomes a task."""
    feeds: bool = False
    """Whether a computed field that matters follows from it."""


def asked_of_fields(definition: Definition) -> dict[str, Asked]:
    """Return all that the definition asks of each field that matters, computed ones included."""
    found: dict[str, Asked] = {}
    for test in _direct(definition):
        _ask(found, test.field).tests.append(test)
    for key in _present(definition):
        _ask(found, key).tests.append(FieldTest(key, Op.PRESENT, value=True))
    for _, spec in definition.tasks():
        if spec.by_rows:
            _ask(found, (spec.each or "").removeprefix("data.")).task_each = True
    for role in roles_used(definition):
        bind = definition.roles[role].bind
        if isinstance(bind, ToRows):
            asked = _ask(found, bind.table)
            asked.parts.append(bind.where)
            _ask_columns(asked, bind.where)
    _follow_forms(definition, found)
    _follow_computed(definition, found)
    _follow_forms(definition, found)
    return found


def _ask(found: dict[str, Asked], key: str) -> Asked:
    return found.setdefault(key, Asked([], {}, [], []))


def _ask_columns(asked: Asked, where: Condition | None) -> None:
    for test in tests_in(where):
        if isinstance(test, FieldTest):
            asked.columns.setdefault(test.field, []).append(test)


def _direct(definition: Definition) -> Iterator[FieldTest]:
    for condition in conditions(definition):
        yield from (test for test in tests_in(condition) if isinstance(test, FieldTest))


def _present(definition: Definition) -> Iterator[str]:
    """Go through the fields of which it only matters whether they are filled in."""
    for transition in definition.transitions:
        if transition.at:
            yield transition.at.removeprefix("data.")
    for _, spec in definition.tasks():
        if spec.opens_when:
            yield spec.opens_when.of.removeprefix("data.")
        if spec.lapse:
            yield from dates_asked(spec.deadline)
    for role in roles_used(definition):
        if not isinstance(definition.roles[role].bind, ToRows):
            yield from role_fields(definition, role)


def _follow_forms(definition: Definition, found: dict[str, Asked]) -> None:
    """Add the fields that decide whether a field that matters has to be filled in."""
    waiting = list(found)
    while waiting:
        key = waiting.pop()
        field = definition.data.get(key)
        if field is None or not field.required:
            continue
        for test in tests_in(field.shown_if):
            if isinstance(test, FieldTest):
                if test.field not in found:
                    waiting.append(test.field)
                _ask(found, test.field).tests.append(test)


def _follow_computed(definition: Definition, found: dict[str, Asked]) -> None:
    """Ask of what goes into computed fields what is asked of the fields that follow."""
    for field in reversed(definition.computed_fields):
        if field.key in found and field.computed:
            _follow(field, found)


def _follow(field: Field, found: dict[str, Asked]) -> None:
    computed = field.computed
    if computed is None or not computed.sources:
        return
    tests = found[field.key].tests
    if computed.kind in _OF_SINGLE_FIELDS:
        for key in computed.sources:
            asked = _ask(found, key)
            asked.feeds = True
            asked.tests.append(FieldTest(key, Op.PRESENT, value=True))
        return
    asked = _ask(found, computed.fields[0])
    asked.feeds = True
    if computed.where:
        asked.conditions.append(computed.where)
    _ask_columns(asked, computed.where)
    if computed.kind is Computation.SUM:
        column = computed.fields[1]
        moved = (FieldTest(column, test.op, test.value) for test in tests)
        asked.columns.setdefault(column, []).extend(moved)

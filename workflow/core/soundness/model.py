"""A definition as sets of valuations: when conditions hold, who holds tasks, what forms leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from workflow.core.acts.answers import Answers, check_answers
from workflow.core.binding import bind_missing, may_open
from workflow.core.computed import computed_values
from workflow.core.conditions import (
    Condition,
    FieldTest,
    OutcomeTest,
    Slots,
    holds,
    is_present,
    tests_in,
)
from workflow.core.definition import DataItem, Definition, FormItem, RoleItem, TaskSpec
from workflow.core.errors import AnswersRefused
from workflow.core.fields import Computation
from workflow.core.roles import ToChosen, ToUnit
from workflow.core.slots import slots_of
from workflow.core.snapshot import CaseSnapshot
from workflow.core.soundness.asking import asked_of_fields, role_fields
from workflow.core.soundness.changes import Changes, Follow
from workflow.core.soundness.regions import SOME_DAY
from workflow.core.soundness.sets import EVERYTHING, NOTHING, Space, Valuation
from workflow.core.soundness.variables import (
    Kind,
    Variable,
    field_of,
    holders_by,
    variables_of,
)
from workflow.core.soundness.verdict import Facts

_NOON = datetime(SOME_DAY.year, SOME_DAY.month, SOME_DAY.day, 12, tzinfo=UTC)


class Model:
    """A definition in which every question about data, roles and history is a set."""

    def __init__(self, definition: Definition, facts: Facts) -> None:
        self.definition = definition
        self.facts = facts
        self.variables = variables_of(definition, facts)
        self.space = Space([len(variable.values) for variable in self.variables])
        self.opener = opener_of(definition, facts)
        self._at = {(v.kind, v.key, v.slot): n for n, v in enumerate(self.variables)}
        asked = asked_of_fields(definition)
        computed = [f for f in definition.computed_fields if f.key in asked]
        self._computing = replace(definition, data={f.key: f for f in computed})

    def level(self, kind: Kind, key: str, slot: int = 0) -> int | None:
        """Return the number of a variable, or None where nothing hangs on it."""
        return self._at.get((kind, key, slot))

    # --- Valuations --------------------------------------------------------------------

    def data(self, chosen: Valuation) -> dict[str, Any]:
        """Return case data as a valuation has it, with what is computed from it."""
        data: dict[str, Any] = {}
        done = {}
        for level, value in chosen.items():
            variable = self.variables[level]
            if variable.kind is Kind.DATA:
                data[variable.key] = variable.values[value]
            elif variable.kind is Kind.DONE and variable.values[value]:
                done[variable.key] = SOME_DAY
        data |= computed_values(self._computing, data, completed_on=done, world=self.facts.world)
        return {key: value for key, value in data.items() if value is not None}

    def latest(self, chosen: Valuation) -> Slots:
        """Return the latest outcomes of tasks, where anything hangs on them."""
        variables = ((self.variables[level], value) for level, value in chosen.items())
        return {
            (v.key, str(v.slot)): v.values[value]
            for v, value in variables
            if v.kind is Kind.LATEST and v.values[value] is not None
        }

    def case(self, chosen: Valuation, state: str = "") -> CaseSnapshot:
        """Return a case with the data and the roles of a valuation."""
        data = self.data(chosen)
        variables = ((self.variables[level], value) for level, value in chosen.items())
        roles = {
            v.key: v.values[n]
            for v, n in variables
            if (v.kind is Kind.ROLE and v.values[n])
            or (v.kind is Kind.BOUND and v.values[n] is not None)
        }
        bound = bind_missing(
            self.definition,
            roles,
            opener=self.opener,
            data=data,
            network=self.facts.world.network,
            today=self.facts.today,
        )
        return CaseSnapshot(
            number="",
            definition=self.definition,
            opener=self.opener,
            opened_by=None,
            opened_at=_NOON,
            state=state,
            data=data,
            participants={**roles, **bound},
            latest=self.latest(chosen),
        )

    # --- What a question hangs on ------------------------------------------------------

    def levels_of_fields(self, keys: Iterable[str]) -> set[int]:
        """Return the variables from which fields follow."""
        found: set[int] = set()
        for key in keys:
            field = self.definition.data.get(key)
            if field is None or field.computed is None or field.counted:
                level = self.level(Kind.DATA, key)
                found |= set() if level is None else {level}
            elif field.computed.kind is Computation.LAST_COMPLETED:
                levels = (self.level(Kind.DONE, task) for task in field.computed.fields)
                found |= {level for level in levels if level is not None}
            else:
                found |= self.levels_of_fields(field.computed.sources)
        return found

    def levels_of(self, condition: Condition | None) -> set[int]:
        """Return the variables on which a condition hangs."""
        found: set[int] = set()
        for test in tests_in(condition):
            match test:
                case FieldTest(field, _, _):
                    found |= self.levels_of_fields([field])
                case OutcomeTest(_, tasks, _):
                    found |= {
                        level
                        for level, v in enumerate(self.variables)
                        if v.kind is Kind.LATEST and v.key in tasks
                    }
        return found

    def levels_of_role(self, role: str) -> set[int]:
        """Return the variables on which it hangs who holds a role."""
        bound = self.level(Kind.BOUND, role)
        if bound is not None:
            return {bound}
        found = self.levels_of_fields(role_fields(self.definition, role))
        bind = self.definition.roles[role].bind
        if isinstance(bind, ToChosen):
            level = self.level(Kind.ROLE, role)
            found |= set() if level is None else {level}
        elif isinstance(bind, ToUnit):
            for other in {bind.of, bind.otherwise} & set(self.definition.roles):
                found |= self.levels_of_role(other)
        return found

    # --- Questions ---------------------------------------------------------------------

    def when(self, condition: Condition | None) -> int:
        """Return the valuations in which a condition on data and latest outcomes holds."""
        if condition is None:
            return EVERYTHING
        return self.space.where(
            sorted(self.levels_of(condition)),
            lambda chosen: holds(condition, self.data(chosen), self.latest(chosen)),
        )

    def present(self, field: str) -> int:
        """Return the valuations in which a field is filled in."""
        key = field.removeprefix("data.")
        levels = sorted(self.levels_of_fields([key]))
        if not levels:
            return self._always_present(key)
        return self.space.where(levels, lambda chosen: is_present(self.data(chosen).get(key)))

    def _always_present(self, key: str) -> int:
        return EVERYTHING if key in self.definition.data else NOTHING

    def holders(self, spec: TaskSpec) -> dict[int, int]:
        """Return the valuations by how many hold a task, whether it is needed or not."""
        levels = self.levels_of_fields([(spec.each or "").removeprefix("data.")])
        if spec.role_key in self.definition.roles:
            levels |= self.levels_of_role(spec.role_key or "")
        found: dict[int, int] = {}
        for chosen, part in self.space.split(EVERYTHING, sorted(levels)):
            count = len(slots_of(self.case(chosen), spec))
            found[count] = self.space.either(found.get(count, NOTHING), part)
        return found

    def unbound(self, role: str) -> int:
        """Return the valuations in which nobody holds a role."""
        levels = sorted(self.levels_of_role(role))
        return self.space.where(levels, lambda chosen: not self.case(chosen).participants.get(role))

    def bindings(self, form: Iterable[FormItem]) -> Changes:
        """Return how roles are bound by what a form gives."""
        fields = {item.field for item in form if isinstance(item, DataItem)}
        bound = ((n, v) for n, v in enumerate(self.variables) if v.kind is Kind.BOUND)
        return tuple(
            self._binding(level, variable)
            for level, variable in bound
            if field_of(self.definition, variable.key) in fields
        )

    def _binding(self, level: int, variable: Variable) -> Follow:
        role, field = variable.key, field_of(self.definition, variable.key)
        by = self.level(Kind.DATA, field)
        assert by is not None
        parts: dict[int, int] = {}
        counts = [None if held is None else len(held) for held in variable.values]
        for number, value in enumerate(self.variables[by].values):
            held = holders_by(self.definition, role, field, value, self.facts)
            if held is not None:
                taken, here = counts.index(len(held)), self.space.only(by, number)
                parts[taken] = self.space.either(parts.get(taken, NOTHING), here)
        return Follow(level, self.space.only(level, 0), tuple(parts.items()))

    def accepted(self, form: Iterable[FormItem]) -> int:
        """Return the valuations that a form can leave behind, with all it demands filled in."""
        found = EVERYTHING
        for item in form:
            found = self.space.both(found, self._accepted(item))
        return found

    def _accepted(self, item: FormItem) -> int:
        if isinstance(item, RoleItem):
            level = self.level(Kind.ROLE, item.role)
            levels = set() if level is None else {level}
        else:
            key = getattr(item, "field", None)
            field = self.definition.data.get(key or "")
            levels = self.levels_of_fields([key] if key else [])
            levels |= self.levels_of(field.shown_if) if field and levels else set()
        if not levels:
            return EVERYTHING

        def fits(chosen: Valuation) -> bool:
            try:
                check_answers(self.case(chosen), [item], Answers(), asked=frozenset())
            except AnswersRefused:
                return False
            return True

        return self.space.where(sorted(levels), fits)


def opener_of(definition: Definition, facts: Facts) -> str:
    """Return an agency that may open cases of the type, or nothing if none may."""
    network, today = facts.world.network, facts.today
    able = (a.code for a in network.active(today) if may_open(definition, a, network, today))
    return next(able, "")

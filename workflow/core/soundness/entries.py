"""Whether what a definition does to registers fits them: names, types, openness, what they require.

Nothing that only some may read in a case becomes readable by more in an entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from workflow.core.conditions import Condition, FieldTest, Group, Op, Quantity
from workflow.core.definition import Definition, State
from workflow.core.entries import SEVERAL, Deed, EntrySpec, Taken
from workflow.core.fields import Access, Field, FieldType
from workflow.core.soundness.places import state_at
from workflow.core.soundness.sparing import may_lack
from workflow.core.soundness.verdict import Facts, Fault, FaultKind, Path

_MAKING: Final = (Deed.CREATE, Deed.REPLACE)
_ORDER: Final = (Access.PUBLIC, Access.NETWORK, Access.RESTRICTED)
_TAKES: Final[Mapping[FieldType, frozenset[FieldType]]] = {
    FieldType.LONG_TEXT: frozenset({FieldType.TEXT}),
    FieldType.DECIMAL: frozenset({FieldType.INTEGER}),
    FieldType.CHOICES: frozenset({FieldType.CHOICE}),
    FieldType.AGENCIES: frozenset({FieldType.AGENCY}),
    FieldType.DATE: frozenset({FieldType.DATE_TIME}),
}
"""What a field takes besides values of its own type."""


def entries_that_do_not_fit(definition: Definition, facts: Facts) -> Iterator[Fault]:
    """Find fields and records of states that the registers of the installation cannot serve."""
    for field in definition.data.values():
        for part in (field, *field.columns):
            if part.type is FieldType.ENTRY and part.of not in facts.registers:
                yield _fault(("data",), "no_register", part.key, part.of or "")
    for state in definition.states.values():
        for no, spec in enumerate(state.records):
            path = (*state_at(definition, state.key), "records", no)
            register = facts.registers.get(spec.register)
            if register is None:
                yield _fault((*path, "register"), "no_register", state.key, spec.register)
                continue
            yield from _misfits(definition, state, spec, register, path)


def _misfits(
    definition: Definition,
    state: State,
    spec: EntrySpec,
    register: Mapping[str, Field],
    path: Path,
) -> Iterator[Fault]:
    about = (state.key, spec.register)
    named = definition.data[spec.entry] if spec.entry else None
    if named and named.of != spec.register:
        yield _fault((*path, "entry"), "other", *about, named.key, named.of or "")
    for theirs in (*spec.taken, *spec.fixed, *spec.added):
        if theirs not in register:
            part = "adds" if theirs in spec.added else "values"
            yield _fault((*path, part), "no_field", *about, theirs)
    for part, taken in (("values", spec.taken), ("adds", spec.added)):
        for theirs in taken.keys() & register.keys():
            said, field = taken[theirs], register[theirs]
            single = part == "adds" and field.type not in SEVERAL
            why = "single" if single else _unfit(definition, state, said, field)
            if why:
                source = said.column or said.field or said.role or said.made or "today"
                yield _fault((*path, part, theirs), why, *about, theirs, source)
    missing = _unmet(definition, state, spec, register) if spec.deed in _MAKING else ()
    for theirs in missing:
        yield _fault(path, "lacks", *about, theirs)


def _unmet(
    definition: Definition, state: State, spec: EntrySpec, register: Mapping[str, Field]
) -> Iterator[str]:
    """Go through what an entry must have and the case need not bring."""
    for key, field in register.items():
        asked = field.required and field.shown_if is None and field.default is None
        if not asked or key in spec.fixed:
            continue
        said = spec.taken.get(key) or spec.added.get(key)
        ours = definition.data.get(said.field) if said else None
        required = ours and ours.required and not may_lack(definition, ours.key, state.key)
        given = required or (ours and (ours.computed or ours.default is not None))
        sure = said is not None and said.field in _present(spec.condition)
        if said is None or (said.field and not (given or sure)):
            yield key


def _present(condition: Condition | None) -> frozenset[str]:
    """Return the fields that are there whenever a condition holds."""
    match condition:
        case Group(Quantity.ALL, parts):
            return frozenset().union(*map(_present, parts))
        case FieldTest(field, Op.PRESENT, True):
            return frozenset({field})
        case _:
            return frozenset()


def _unfit(definition: Definition, state: State, said: Taken, theirs: Field) -> str | None:
    """Say why a field of an entry cannot take what the case says, if it cannot."""
    if said.made:
        makes = {
            (spec.register, spec.deed)
            for other in definition.states.values()
            for spec in other.records
        }
        fits = theirs.of == said.made and any((said.made, deed) in makes for deed in _MAKING)
        return None if fits else "type"
    if said.role:
        return _why_no_role(definition, said.role, theirs)
    if not said.field:
        return None if theirs.type is FieldType.DATE else "type"
    ours = definition.data[said.field]
    if said.column:
        column = next(c for c in ours.columns if c.key == said.column)
        tightest = max(ours.access, column.access, key=_ORDER.index)
        ours = replace(column, access=tightest, released_on=ours.released_on, required=False)
    return _why_not(definition, state, ours, theirs)


def _why_no_role(definition: Definition, role: str, theirs: Field) -> str | None:
    """Say why a field of an entry cannot take the agencies of a part, if it cannot."""
    many = definition.roles[role].many
    takes = (FieldType.AGENCIES,) if many else (FieldType.AGENCIES, FieldType.AGENCY)
    if theirs.type not in takes:
        return "type"
    told = Access.RESTRICTED if definition.unannounced else definition.access
    return "open" if _ORDER.index(theirs.access) < _ORDER.index(told) else None


def _why_not(definition: Definition, state: State, ours: Field, theirs: Field) -> str | None:
    """Say why a field of an entry cannot take what a field of the case holds, if it cannot."""
    if not _takes(theirs, ours):
        return "type"
    if ours.personal and not theirs.personal:
        return "personal"
    told = _openness(definition, state, ours)
    if _ORDER.index(theirs.access) < _ORDER.index(told):
        return "open"
    columns = {column.key: column for column in theirs.columns}
    shared = ((column, columns[column.key]) for column in ours.columns if column.key in columns)
    return next((why for c, t in shared if (why := _why_not(definition, state, c, t))), None)


def _takes(theirs: Field, ours: Field) -> bool:
    if ours.type is not theirs.type and ours.type not in _TAKES.get(theirs.type, ()):
        return False
    offered = {choice.key for choice in theirs.choices}
    known = {column.key for column in theirs.columns}
    return (
        all(choice.key in offered for choice in ours.choices)
        and all(column.key in known for column in ours.columns)
        and ours.of == theirs.of
    )


def _openness(definition: Definition, state: State, field: Field) -> Access:
    """Return who at most may read a field of a case in a state."""
    if definition.unannounced:
        return Access.RESTRICTED
    released = field.released_on and _comes_first(definition, field.released_on, state.key)
    own = Access.PUBLIC if released else field.access
    return max(definition.access, own, key=_ORDER.index)


def _comes_first(definition: Definition, first: str, state: str) -> bool:
    """Say whether no case can be in a state without having entered another."""
    if first == state:
        return True
    moves = {(t.source, t.target) for t in definition.transitions}
    anywhere = {target for rule in definition.acts.values() for target in rule.to}
    reached, ahead = {first}, [definition.initial]
    while ahead:
        here = ahead.pop()
        if here not in reached:
            reached.add(here)
            ahead += [target for source, target in moves if source == here]
            ahead += anywhere
    return state not in reached


def _fault(path: Path, why: str, *subject: str) -> Fault:
    return Fault(FaultKind.ENTRY_DOES_NOT_FIT, subject, path, about={"why": why})

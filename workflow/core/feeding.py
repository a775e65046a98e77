"""The registers that a case feeds: entering a state leaves the work that writes their entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from workflow.core.access import is_sealed
from workflow.core.change import JobKind
from workflow.core.conditions import holds
from workflow.core.draft import Draft
from workflow.core.entries import EntrySpec
from workflow.core.fields import Access, Field, FieldType, words
from workflow.core.snapshot import CaseSnapshot


def feed_registers(draft: Draft) -> None:
    """Ask for what the state just entered does to registers; each once in a visit."""
    case = draft.case
    for no, spec in enumerate(case.state_spec.records):
        if holds(spec.condition, case.data, case.latest):
            key = f"{case.visit}:{no}"
            draft.after_this(JobKind.KEEP_ENTRY, key, _wanted(case, spec))


def _wanted(case: CaseSnapshot, spec: EntrySpec) -> dict[str, Any]:
    """Say what is to be written, with the values that the case has now."""
    taken = {theirs: case.data.get(ours) for theirs, ours in spec.taken.items()}
    given = {key: value for key, value in taken.items() if value is not None}
    holders = case.participants.get(spec.holder or "", ())
    return {
        "number": case.number,
        "register": spec.register,
        "do": spec.deed.value,
        "values": {**given, **spec.fixed},
        "reason": words(case.state_spec.title),
        **({"entry": case.data.get(spec.entry)} if spec.entry else {}),
        **({"holder": holders[0]} if holders else {}),
    }


_WIDENED: Final[Mapping[FieldType, Callable[[Any], Any]]] = {
    FieldType.CHOICES: lambda value: value if isinstance(value, list) else [value],
    FieldType.AGENCIES: lambda value: value if isinstance(value, list) else [value],
    FieldType.DATE: lambda value: value[:10],
    FieldType.DECIMAL: str,
}
"""How a value of a narrower type is written in a field of these."""


def shaped(fields: Mapping[str, Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of a case in the shapes that the fields of an entry hold."""
    known = {key: value for key, value in values.items() if key in fields}
    return {
        key: _WIDENED.get(fields[key].type, lambda same: same)(value)
        for key, value in known.items()
    }


def tells_too_much(
    case: CaseSnapshot, fields: Mapping[str, Field], values: Mapping[str, Any]
) -> bool:
    """Say whether an entry would tell of a case to whom the case itself does not exist."""
    return is_sealed(case) and any(fields[key].access is not Access.RESTRICTED for key in values)

"""The registers that a case feeds: entering a state leaves the work that writes their entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from workflow.core.access import is_sealed
from workflow.core.change import Job, JobKind
from workflow.core.conditions import holds
from workflow.core.entries import Deed, EntrySpec, Taken
from workflow.core.fields import Access, Field, FieldType, words
from workflow.core.snapshot import CaseSnapshot


def entering(case: CaseSnapshot, today: date) -> Iterator[Job]:
    """Go through what the state just entered asks of registers; each once in a visit."""
    for no, spec in enumerate(case.state_spec.records):
        if holds(spec.condition, case.data, case.latest):
            yield _job(case, f"{case.visit}:{no}", _wanted(case, spec, today))


def following(before: CaseSnapshot, after: CaseSnapshot, today: date) -> Iterator[Job]:
    """Go through what is asked again because data changed while the case stood in its state."""
    if (before.visit, before.is_open) != (after.visit, after.is_open):
        return
    for no, spec in enumerate(after.state_spec.records):
        now = _asked(after, spec, today)
        if now is not None and now != _asked(before, spec, today):
            yield _job(after, f"{after.visit}:{no}:{after.seq}", now)


def _asked(case: CaseSnapshot, spec: EntrySpec, today: date) -> dict[str, Any] | None:
    if spec.deed is Deed.END or not holds(spec.condition, case.data, case.latest):
        return None
    return _wanted(case, spec, today)


def _job(case: CaseSnapshot, key: str, payload: Mapping[str, Any]) -> Job:
    kind = JobKind.KEEP_ENTRY
    return Job(kind, f"{case.number}:{kind}:{key}", payload)


def _wanted(case: CaseSnapshot, spec: EntrySpec, today: date) -> dict[str, Any]:
    """Say what is to be written, with the values that the case has now."""
    taken = {key: _value(case, said, today) for key, said in spec.taken.items()}
    given = {key: value for key, value in taken.items() if value is not None}
    made = {key: said.made for key, said in spec.taken.items() if said.made}
    holders = case.participants.get(spec.holder or "", ())
    return {
        "number": case.number,
        "register": spec.register,
        "do": spec.deed.value,
        "values": {**given, **spec.fixed},
        "made": made,
        "reason": words(case.state_spec.title),
        **({"entry": case.data.get(spec.entry)} if spec.entry else {}),
        **({"holder": holders[0]} if holders else {}),
    }


def _value(case: CaseSnapshot, said: Taken, today: date) -> Any:  # noqa: ANN401 - any case data
    """Return what the case says now, or None where it says nothing."""
    if said.column:
        texts = (row.get(said.column) for row in case.data.get(said.field) or ())
        return "; ".join(dict.fromkeys(text for text in texts if text)) or None
    if said.field:
        return case.data.get(said.field)
    return None if said.made else today.isoformat()


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

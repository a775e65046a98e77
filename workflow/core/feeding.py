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
from workflow.core.history import ERASED
from workflow.core.snapshot import CaseSnapshot


def entering(case: CaseSnapshot, today: date) -> Iterator[Job]:
    """Go through what the state just entered asks of registers; each once in a visit."""
    for no, spec in enumerate(case.state_spec.records):
        if holds(spec.condition, case.data, case.latest):
            yield _job(case, f"{case.visit}:{no}", _wanted(case, spec, today))


def following(before: CaseSnapshot, after: CaseSnapshot, today: date) -> Iterator[Job]:
    """Go through what is asked again because data changed while the case stood in its state."""
    records = after.state_spec.records
    if not records or (before.visit, before.is_open) != (after.visit, after.is_open):
        return
    if ERASED in after.data.values():
        return  # what is no longer known of persons is nothing new for a register
    for no, spec in enumerate(records):
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
    more = {key: _value(case, said, today) for key, said in spec.added.items()}
    added = {key: value for key, value in more.items() if value is not None}
    made = {key: said.made for key, said in spec.taken.items() if said.made}
    holders = case.participants.get(spec.holder or "", ())
    return {
        "number": case.number,
        "register": spec.register,
        "do": spec.deed.value,
        "values": {**given, **spec.fixed},
        **({"adds": added} if added else {}),
        "made": made,
        "reason": words(case.state_spec.title),
        **({"entry": case.data.get(spec.entry)} if spec.entry else {}),
        **({"holder": holders[0]} if holders else {}),
    }


def _value(case: CaseSnapshot, said: Taken, today: date) -> Any:  # noqa: ANN401 - any case data
    """Return what the case says now, or None where it says nothing."""
    held = case.data.get(said.field) if said.field else None
    if held == ERASED:
        return None
    if said.column:
        texts = (row.get(said.column) for row in held or ())
        return "; ".join(dict.fromkeys(text for text in texts if text)) or None
    if said.field:
        return held
    if said.role:
        return _one_or_all(case.participants.get(said.role, ()))
    return None if said.made else today.isoformat()


def _one_or_all(agencies: tuple[str, ...]) -> str | list[str] | None:
    """Return the agency that holds a part, or all where several do."""
    return (agencies[0] if len(agencies) == 1 else list(agencies)) if agencies else None


def with_added(values: Mapping[str, Any], adds: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Return what fields of an entry hold once values are added that are not there yet."""
    found: dict[str, list[Any]] = {}
    for key, more in adds.items():
        held = list(values.get(key) or ())
        if new := [value for value in dict.fromkeys(more) if value not in held]:
            found[key] = held + new
    return found


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

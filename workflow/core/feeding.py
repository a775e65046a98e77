"""The registers that a case feeds: entering a state leaves the work that writes their entries."""

from __future__ import annotations

from typing import Any

from workflow.core.change import JobKind
from workflow.core.conditions import holds
from workflow.core.draft import Draft
from workflow.core.entries import EntrySpec
from workflow.core.fields import words
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

"""Who holds a task of a case: the agencies of a part, or the rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.core.binding import agency_for, holders
from workflow.core.definition import TaskSpec
from workflow.core.snapshot import CaseSnapshot


def slots_of(case: CaseSnapshot, spec: TaskSpec) -> list[tuple[str, str]]:
    """Return who holds a task, with the agency whose inbox it goes to."""
    if spec.by_rows:
        column = (spec.to or "").removeprefix("row.")
        rows = table_rows(case, spec)
        home = next(iter(case.participants.get(spec.role or "", ())), case.definition.owner)
        return [(f"row:{n}", row.get(column) or home) for n, row in enumerate(rows, 1)]
    role = spec.role_key or ""
    held = holders(case.definition, spec, case.participants)
    slots = dict.fromkeys(held)  # an agency that was chosen twice is asked once
    return [(slot, agency_for(case.definition, role, slot, case.participants)) for slot in slots]


def table_rows(case: CaseSnapshot, spec: TaskSpec) -> list[Mapping[str, Any]]:
    """Return the rows that a task is held for, one task each."""
    return list(case.data.get((spec.each or "").removeprefix("data.")) or ())


def row_of(case: CaseSnapshot, spec: TaskSpec, slot: str) -> Mapping[str, Any] | None:
    """Return the row of the table that a task was opened for, if it was."""
    if not spec.by_rows:
        return None
    rows = table_rows(case, spec)
    n = int(slot.removeprefix("row:"))
    return rows[n - 1] if n <= len(rows) else None

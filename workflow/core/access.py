"""What a person may read: one policy for pages, lists, documents and acts alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.core.definition import DataItem
from workflow.core.fields import Access, Field, FieldType
from workflow.core.powers import REQUESTER, Powers
from workflow.core.snapshot import CaseSnapshot

PUBLIC = "public"
"""Among those who may open cases of a type: anybody at all."""


def may_read(case: CaseSnapshot, powers: Powers) -> bool:
    """Say whether a case exists as far as a person may know.

    A restricted or unannounced case is there for its own agencies, for auditors, and for whom
    it was opened by name until a day that has not passed; any other for whoever acts for some
    agency. An account that acts for none, as that of who keeps the machine, sees no case.
    """
    if reads_inside(case, powers):
        return True
    return powers.officer is not None and bool(powers.agencies) and not is_sealed(case)


def is_sealed(case: CaseSnapshot) -> bool:
    """Say whether only few may know that a case exists."""
    return not case.announced or case.access is Access.RESTRICTED


def reads_inside(case: CaseSnapshot, powers: Powers) -> bool:
    """Say whether a person reads what the agencies of a case read, acting on it or not."""
    return has_part(case, powers) or powers.auditor or is_let_in(case, powers)


def is_let_in(case: CaseSnapshot, powers: Powers) -> bool:
    """Say whether a case was opened to an officer by name, until today at least."""
    until = case.readers.get(powers.officer) if powers.officer is not None else None
    return until is not None and powers.on is not None and powers.on <= until


def has_part(case: CaseSnapshot, powers: Powers) -> bool:
    """Say whether a person acts for one of the case's agencies, or is its guest."""
    if powers.guest is not None:
        return powers.guest_of == case.number
    return bool(case.agencies & powers.agencies)


def may_read_field(case: CaseSnapshot, field: Field, powers: Powers | None) -> bool:
    """Say whether a person may read a field; `powers` None is the public."""
    if field.access is Access.PUBLIC or is_released(case, field):
        return powers is not None or is_public(case)
    if powers is None:
        return False
    if powers.guest is not None:
        return has_part(case, powers) and _is_for_guest(case, field, powers.guest)
    return reads_inside(case, powers) or (
        field.access is Access.NETWORK and powers.officer is not None
    )


def may_read_column(
    case: CaseSnapshot, table: Field, column: Field, *, powers: Powers | None
) -> bool:
    """Say whether a person may read a column of a table; only a restriction narrows it."""
    if not may_read_field(case, table, powers):
        return False
    if not is_guarded(case, column):
        return True
    if powers is None:
        return False
    if powers.guest is not None:
        return has_part(case, powers) and _is_for_guest(case, table, powers.guest, column=column)
    return reads_inside(case, powers)


def withheld_columns(case: CaseSnapshot, field: Field, powers: Powers | None) -> tuple[Field, ...]:
    """Return the columns of a table that a person may not read; of any other field, none."""
    columns = field.columns
    return tuple(c for c in columns if not may_read_column(case, field, c, powers=powers))


def readable_data(case: CaseSnapshot, powers: Powers | None) -> Mapping[str, Any]:
    """Return the case data that a person may read; `powers` None is the public."""
    fields = case.definition.data
    return {
        key: readable_value(case, fields[key], value, powers=powers)
        for key, value in case.data.items()
        if key in fields and may_read_field(case, fields[key], powers)
    }


def readable_value(
    case: CaseSnapshot,
    field: Field,
    value: Any,  # noqa: ANN401 - any case data
    *,
    powers: Powers | None,
) -> Any:  # noqa: ANN401
    """Return what a person may read of a value, in this case or in its history.

    Nothing of a field that they may not read; of a table, its rows without withheld columns.
    """
    if not may_read_field(case, field, powers):
        return None
    withheld = {column.key for column in withheld_columns(case, field, powers)}
    if field.type is not FieldType.TABLE or not withheld or not isinstance(value, list):
        return value
    return [{k: cell for k, cell in row.items() if k not in withheld} for row in value]


def is_public(case: CaseSnapshot) -> bool:
    """Say whether the public page may tell of a case at all."""
    return case.announced and case.access is Access.PUBLIC


def _is_for_guest(
    case: CaseSnapshot, field: Field, guest: str, *, column: Field | None = None
) -> bool:
    """Say whether a guest may read a field that is not public: what it gave, or is asked for.

    The opening's answers are the requester's. What is restricted or personal among them is its
    own only where the public may open such cases, or if it is a document of its own.
    """
    value = case.data.get(field.key)
    if isinstance(value, Mapping) and value.get("by"):
        return bool(value["by"] == guest)
    item = DataItem(field.key)
    if guest != REQUESTER:
        own = (case.spec(task) for task in case.tasks if task.slot == guest)
        return any(item in spec.form or field.key in spec.needs for spec in own)
    told = column or field
    guarded = told.access is Access.RESTRICTED or told.personal
    own_form = PUBLIC in case.definition.opened_by
    return item in case.definition.opening and (own_form or not guarded)


def is_guarded(case: CaseSnapshot, field: Field) -> bool:
    """Say whether a field, or a column, is still for those who read what agencies read."""
    return field.access is Access.RESTRICTED and not is_released(case, field)


def is_released(case: CaseSnapshot, field: Field) -> bool:
    """Say whether the state that lifts the restriction of a field has been entered."""
    return bool(field.released_on) and field.released_on in case.entered

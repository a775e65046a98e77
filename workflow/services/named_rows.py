"""Rows of tables that stand in another case: what they say is taken over from there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.core.access import readable_data
from workflow.core.errors import AnswersRefused, UnknownCase
from workflow.core.fields import Field
from workflow.core.folding import plain
from workflow.services.unit_of_work import UnitOfWork


def with_named_rows(
    uow: UnitOfWork, fields: Mapping[str, Field], values: Mapping[str, Any], held: Mapping[str, Any]
) -> dict[str, Any]:
    """Return answers in which rows that stand in another case say what they say there.

    `held` is what the case says so far. Raise `AnswersRefused` for a row that does not stand
    there, or where no case is named.
    """
    filled, problems = dict(values), {}
    for key, rows in values.items():
        field = fields.get(key)
        if field is None or field.rows_of is None or not rows:
            continue
        number = {**held, **values}.get(field.rows_of.case)
        known = _rows(uow, field, number) if number else None
        if known is None:
            problems[field.rows_of.case] = "unknown_case" if number else "missing"
            continue
        found = [known.get(plain(row.get(field.rows_of.by) or "")) for row in rows]
        if None in found:
            problems[key] = "not_in_case"
            continue
        filled[key] = [{**row, **there} for row, there in zip(rows, found, strict=True) if there]
    if problems:
        raise AnswersRefused(problems=problems)
    return filled


def _rows(uow: UnitOfWork, field: Field, number: str) -> dict[str, dict[str, Any]] | None:
    """Return by its name what each row of the other case says in the columns that are given."""
    spec = field.rows_of
    try:
        case = uow.load(number).snapshot
    except UnknownCase:
        return None
    rows = readable_data(case, uow.powers).get(spec.table if spec else "") or ()
    by = spec.by if spec else ""
    given = {by, *(column.key for column in field.columns if column.given)}
    return {
        plain(row.get(by) or ""): {key: cell for key, cell in row.items() if key in given}
        for row in rows
    }

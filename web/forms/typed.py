"""What was typed in a form, by field, as text; and stored values as they are typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from werkzeug.datastructures import MultiDict

from workflow.core.fields import Field, FieldType
from workflow.core.terms import parse_term

Typed: TypeAlias = Any
"""Text; a list of texts where several may be chosen; a mapping of parts; a list of rows."""

SEVERAL = frozenset({FieldType.CHOICES, FieldType.AGENCIES})
PARTS: Mapping[FieldType, tuple[str, ...]] = {
    FieldType.MONEY: ("amount", "currency"),
    FieldType.TERM: ("amount", "unit"),
    FieldType.DATE_TIME: ("date", "time", "zone"),
}
CHOSEN = "chosen"
"""Of what was likely meant, the entry that was chosen."""
MOST_ROWS = 200


def typed_field(form: MultiDict[str, str], name: str, spec: Field) -> Typed:
    """Return what a form says of one field whose inputs begin with a name."""
    if spec.type is FieldType.TABLE:
        return typed_rows(form, name, spec.columns)
    if spec.type in SEVERAL:
        return form.getlist(name)
    if spec.type in PARTS:
        return {part: form.get(f"{name}.{part}", "") for part in PARTS[spec.type]}
    if spec.type is FieldType.ENTRY:
        return form.get(f"{name}.{CHOSEN}") or form.get(name, "")
    return form.get(name, "")


def typed_rows(
    form: MultiDict[str, str], name: str, columns: Iterable[Field]
) -> list[dict[str, Typed]]:
    """Return the rows of a table, blank ones too, in the order of their numbers."""
    prefix = f"{name}."
    numbers = {key[len(prefix) :].partition(".")[0] for key in form if key.startswith(prefix)}
    rows = sorted(int(n) for n in numbers if n.isdigit() and len(n) < 5)[:MOST_ROWS]
    specs = list(columns)
    return [{c.key: typed_field(form, f"{name}.{n}.{c.key}", c) for c in specs} for n in rows]


def as_typed(spec: Field, value: Any) -> Typed:  # noqa: ANN401 - any value of case data
    """Return a stored value as a person would have typed it."""
    if value is None:
        return [] if spec.type in SEVERAL or spec.type is FieldType.TABLE else ""
    writer = _WRITERS.get(spec.type)
    return writer(spec, value) if writer else str(value)


def _rows(spec: Field, value: list[dict[str, Any]]) -> list[dict[str, Typed]]:
    columns = {column.key: column for column in spec.columns}
    return [
        {key: as_typed(column, row.get(key)) for key, column in columns.items()} for row in value
    ]


def _money(_spec: Field, value: Mapping[str, str]) -> dict[str, str]:
    return {"amount": _number(value["amount"]), "currency": value["currency"]}


def _term(_spec: Field, value: str) -> dict[str, str]:
    term = parse_term(value)
    return {"amount": str(term.amount), "unit": term.unit.value}


def _number(written: str) -> str:
    """Write a number as people here do: a comma before the decimals."""
    return written.replace(".", ",")


_WRITERS: dict[FieldType, Callable[[Field, Any], Typed]] = {
    FieldType.TABLE: _rows,
    FieldType.MONEY: _money,
    FieldType.TERM: _term,
    FieldType.DATE_TIME: lambda _, v: {"date": v[:10], "time": v[11:16], "zone": ""},
    FieldType.YES_NO: lambda _, v: "yes" if v else "no",
    FieldType.DECIMAL: lambda _, v: _number(v),
    FieldType.CHOICES: lambda _, v: list(v),
    FieldType.AGENCIES: lambda _, v: list(v),
    FieldType.DOCUMENT: lambda _, v: v,
}

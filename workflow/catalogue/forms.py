"""Forms: a marshmallow schema built from the fields of a definition, for what people type."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, ValidationError
from marshmallow.fields import Field as Shape

from workflow.catalogue.form_values import READERS, Fault
from workflow.core.conditions import is_present
from workflow.core.fields import Field, FieldType
from workflow.core.numbers import is_nup, is_sei_number

_OFFERED: Final = frozenset({"currency", "unit", "zone"})
"""Parts of a cell of which forms have one chosen, so that they come though nobody typed."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was read: values that fit, and the fault of each field that does not."""

    values: Mapping[str, Any]
    faults: Mapping[str, Any]
    """By field: a `Fault`, or for a table {row: {column: Fault}}."""


class Typed(Shape[Any]):
    """A field of a definition as marshmallow reads it."""

    def __init__(self, spec: Field) -> None:
        super().__init__(required=False, allow_none=True, load_default=None)
        self.spec = spec

    def _deserialize(
        self,
        value: Any,  # noqa: ANN401 - whatever was typed
        attr: str | None,  # noqa: ARG002 - marshmallow's signature
        data: Mapping[str, Any] | None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ANN401, ARG002
    ) -> Any:  # noqa: ANN401
        if self.spec.type is FieldType.TABLE:
            return _read_table(self.spec, value)
        return read_value(self.spec, value)


def read_value(spec: Field, typed: Any) -> Any:  # noqa: ANN401 - any type of field
    """Return a typed value in the shape of its field, None for nothing; raise `ValidationError`."""
    try:
        value = READERS[spec.type](spec, typed)
    except Fault as fault:
        raise ValidationError([fault]) from fault
    return value if is_present(value) or value is False else None


def _read_table(spec: Field, typed: Any) -> list[dict[str, Any]] | None:  # noqa: ANN401
    columns = [column for column in spec.columns if not column.given]
    rows = [row for row in typed or [] if spec.comes_whole or any(map(_is_typed, row.values()))]
    schema = form_schema(columns)
    read: list[dict[str, Any]] = []
    faults: dict[int, Any] = {}
    for n, row in enumerate(rows):
        filled = fill(schema, row)
        missing = {
            column.key: [Fault("missing")]
            for column in columns
            if column.required and not is_present(filled.values.get(column.key))
        }
        wrong = {**missing, **filled.faults}
        if wrong:
            faults[n] = wrong
        read.append({key: value for key, value in filled.values.items() if value is not None})
    if faults:
        raise ValidationError(faults)
    if spec.rows and read and not spec.rows[0] <= len(read) <= spec.rows[1]:
        raise ValidationError([Fault("rows", least=spec.rows[0], most=spec.rows[1])])
    return read or None


def is_untouched(spec: Field, typed: Any) -> bool:  # noqa: ANN401 - whatever was typed
    """Say whether a table holds no more than what came with its rows."""
    asked = [column.key for column in spec.columns if not column.given]
    rows = typed or []
    return spec.comes_whole and not any(_is_typed(row.get(key)) for row in rows for key in asked)


def _is_typed(cell: Any) -> bool:  # noqa: ANN401
    """Say whether anything was typed in a cell, or in any part of one made of several."""
    if isinstance(cell, Mapping):
        return any(said for part, said in cell.items() if part not in _OFFERED)
    return is_present(cell)


def form_schema(fields: Iterable[Field]) -> Schema:
    """Return the schema of some fields; what a form sends besides is left aside."""
    return _schema(tuple(fields))


@lru_cache(maxsize=1024)
def _schema(fields: tuple[Field, ...]) -> Schema:
    shapes: dict[str, Any] = {
        field.key: Typed(field) for field in fields if field.type is not FieldType.DOCUMENT
    }
    return Schema.from_dict(shapes, name="Form")(unknown=EXCLUDE)


def fill(schema: Schema, typed: Mapping[str, Any]) -> Filled:
    """Read what was typed; what does not fit is told and left out of the values."""
    try:
        return Filled(schema.load(typed), {})
    except ValidationError as error:
        faults: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        values = error.valid_data if isinstance(error.valid_data, dict) else {}
        return Filled({k: v for k, v in values.items() if k not in faults}, faults)


def doubts(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Fault]:
    """Return what looks mistyped but may be right: it is asked again, not refused.

    The check digits of SEI-MG are derived from data, not read in a norm (house rule: warn).
    """
    return {
        field.key: Fault("check_digits", written=values[field.key])
        for field in fields
        if field.type is FieldType.SEI_NUMBER
        and is_present(values.get(field.key))
        and not (is_sei_number(values[field.key]) or is_nup(values[field.key]))
    }


def unknown_agencies(
    fields: Iterable[Field], values: Mapping[str, Any], known: Collection[str]
) -> dict[str, Fault]:
    """Return the fields that name an agency the network does not have today."""
    found: dict[str, Fault] = {}
    for field in fields:
        value = values.get(field.key)
        named = [value] if isinstance(value, str) else value or []
        if field.type in (FieldType.AGENCY, FieldType.AGENCIES) and set(named) - set(known):
            found[field.key] = Fault("unknown_agency")
    return found

"""The values of a field that a definition can tell apart: one for each region of its range."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

from workflow.core.conditions import FieldTest, Op, magnitude
from workflow.core.fields import Field, FieldType

SOME_DAY = date(2026, 6, 1)
_ONE_DAY = timedelta(days=1)
_MOST_SUBSETS = 5
"""Of more named choices than these, only small subsets and the whole are told apart."""

_SAMPLES: dict[FieldType, Any] = {
    FieldType.TEXT: "text",
    FieldType.LONG_TEXT: "text",
    FieldType.DATE_TIME: f"{SOME_DAY}T12:00:00-03:00",
    FieldType.YES_NO: True,
    FieldType.COUNTRY: "CN",
    FieldType.CPF: "52998224725",
    FieldType.CNPJ: "11222333000181",
    FieldType.SEI_NUMBER: "1500.01.0000001/2026-11",
    FieldType.EMAIL: "someone@tramita.example",
    FieldType.URL: "https://tramita.example/",
    FieldType.TERM: "60 months",
    FieldType.ENTRY: "PAR-000001",
    FieldType.CASE: "2026-000002-00",
    FieldType.DOCUMENT: {
        "version": 1,
        "sha256": "0" * 64,
        "name": "file.pdf",
        "media_type": "application/pdf",
        "size": 1,
    },
}
_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY)


def sample(field: Field, *, agency: str) -> Any:  # noqa: ANN401 - a value of any field type
    """Return a value that a field may have."""
    special: dict[FieldType, Callable[[], Any]] = {
        FieldType.CHOICE: lambda: field.choices[0].key,
        FieldType.CHOICES: lambda: [field.choices[0].key],
        FieldType.AGENCY: lambda: agency,
        FieldType.AGENCIES: lambda: [agency],
        FieldType.DATE: lambda: str(field.minimum or SOME_DAY),
        FieldType.TABLE: lambda: [sample_row(field, agency=agency)] * fewest_rows(field),
        **dict.fromkeys(_NUMBERS, lambda: number_in(field, Decimal(str(field.minimum or 1)))),
    }
    return special[field.type]() if field.type in special else _SAMPLES[field.type]


def fewest_rows(field: Field) -> int:
    """Return how many rows a table that is filled in has at least."""
    return max(1, (field.rows or (1, 1))[0])


def sample_row(field: Field, *, agency: str) -> dict[str, Any]:
    """Return a row that a table may have."""
    return {column.key: sample(column, agency=agency) for column in field.columns}


def regions(
    field: Field, tests: Iterable[FieldTest], *, groups: Sequence[tuple[str, ...]]
) -> list[Any]:
    """Return values of a field, empty first, such that tests tell apart no others.

    `groups` are the sets of agencies that may be named together, the empty one first.
    """
    constants = list(_constants(tests))
    found = [None, *_values(field, constants, groups)]
    if field.default is not None and field.default not in found:
        found.append(field.default)
    return found


def _constants(tests: Iterable[FieldTest]) -> Iterator[Any]:
    for test in tests:
        if test.op in (Op.ONE_OF, Op.NONE_OF):
            yield from test.value
        elif test.op is not Op.PRESENT:
            yield test.value


def _values(field: Field, constants: list[Any], groups: Sequence[tuple[str, ...]]) -> list[Any]:
    usual = sample(field, agency=groups[1][0])
    special: dict[FieldType, Callable[[], list[Any]]] = {
        FieldType.CHOICE: lambda: _choices([choice.key for choice in field.choices], constants),
        FieldType.CHOICES: lambda: _subsets([choice.key for choice in field.choices], constants),
        FieldType.YES_NO: lambda: [True, False],
        FieldType.DATE: lambda: _dates(field, constants),
        FieldType.AGENCIES: lambda: [list(codes) for codes in groups if codes],
        **dict.fromkeys(_NUMBERS, lambda: _numbers(field, [magnitude(c) for c in constants])),
    }
    if field.type in special:
        return special[field.type]()
    return [*(c for c in constants if c != usual), usual]


def _choices(keys: list[str], constants: list[Any]) -> list[Any]:
    others = [key for key in keys if key not in constants]
    return [*(key for key in keys if key in constants), *others[:1]]


def _subsets(keys: list[str], constants: list[Any]) -> list[Any]:
    named = [key for key in keys if key in constants]
    others = [key for key in keys if key not in constants][:1]
    sizes = range(len(named) + 1) if len(named) <= _MOST_SUBSETS else (0, 1, 2, len(named))
    chosen = [list(some) for size in sizes for some in combinations(named, size)]
    return [some for part in chosen for some in (part, part + others) if some]


def _dates(field: Field, constants: list[Any]) -> list[str]:
    if not constants:
        return [str(field.minimum or SOME_DAY)]
    days = {date.fromisoformat(str(each)[:10]) for each in constants}
    around = {day + step * _ONE_DAY for day in days for step in (-1, 0, 1)}
    return [str(day) for day in sorted(around) if _within(field, str(day))]


def _within(field: Field, value: str) -> bool:
    low, high = field.minimum, field.maximum
    return (low is None or str(low) <= value) and (high is None or value <= str(high))


def _numbers(field: Field, constants: list[Decimal]) -> list[Any]:
    """Return numbers below, at, between and above the constants, within the field's bounds."""
    step = Decimal(1) if field.type is FieldType.INTEGER else Decimal("0.01")
    low = None if field.minimum is None else Decimal(str(field.minimum))
    high = None if field.maximum is None else Decimal(str(field.maximum))
    wanted = {number + by for number in constants for by in (-step, Decimal(0), step)}
    wanted |= {bound for bound in (low, high) if bound is not None} or {Decimal(1)}
    allowed = [
        n for n in sorted(wanted) if (low is None or n >= low) and (high is None or n <= high)
    ]
    return [number_in(field, number) for number in allowed]


def number_in(field: Field, number: Decimal) -> Any:  # noqa: ANN401
    """Return a number as a field of its type has it."""
    if field.type is FieldType.INTEGER:
        return int(number)
    if field.type is FieldType.DECIMAL:
        return str(number)
    return {"amount": f"{number:.2f}", "currency": (field.currencies or ("BRL",))[0]}

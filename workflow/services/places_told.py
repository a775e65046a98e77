"""What those who took places in a case told, summed up and without names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from workflow.core.access import reads_inside
from workflow.core.conditions import is_present, magnitude
from workflow.core.fields import Field, FieldType
from workflow.core.snapshot import CaseSnapshot
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import places as kept
from workflow.storage.queries.cases import known_to

_NUMBERS: Final = (FieldType.INTEGER, FieldType.DECIMAL)
_WORDS: Final = (FieldType.TEXT, FieldType.LONG_TEXT)


@dataclass(frozen=True, slots=True)
class Told:
    """What was told in one field."""

    field: Field
    answers: int
    """How many told it."""
    average: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    counts: tuple[tuple[Any, int], ...] = ()
    """Of choices: how many chose each."""
    words: tuple[str, ...] = ()
    """In the order of the alphabet, so that it does not tell whose they are."""


def told_of(uow: UnitOfWork, case: CaseSnapshot, *, limit: int) -> tuple[Told, ...]:
    """Return what was told in the fields that types sum up; nothing to whom has no part here."""
    if not reads_inside(case, uow.powers):
        return ()
    with uow.reading() as connection:
        found = kept.told(connection, case.number, visible=known_to(uow.powers), limit=limit)
    fields: dict[str, Field] = {}
    for one in found:
        definition = uow.installation.definition(one.definition_key, one.definition_version)
        asking = definition.awaited
        fields |= {key: definition.data[key] for awaits in asking for key in awaits.tells}
    data = [one.data for one in found]
    summed = (_sum_up(field, data) for field in fields.values())
    return tuple(told for told in summed if told.answers)


def _sum_up(field: Field, data: Iterable[Mapping[str, Any]]) -> Told:
    values = [one[field.key] for one in data if is_present(one.get(field.key))]
    if not values:
        return Told(field, 0)
    if field.type in _WORDS:
        return Told(field, len(values), words=tuple(sorted(values, key=str.casefold)))
    if field.type not in _NUMBERS:
        counts = tuple((value, values.count(value)) for value in dict.fromkeys(values))
        return Told(field, len(values), counts=counts)
    numbers = [magnitude(value) for value in values]
    average = sum(numbers, Decimal(0)) / len(numbers)
    return Told(field, len(numbers), average, min(numbers), max(numbers))

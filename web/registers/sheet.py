"""A register as a table for spreadsheets: what people read as words, days as spreadsheets sort."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from workflow.core.fields import Field, FieldType, words
from workflow.core.network import Network
from workflow.core.registers.entries import Entry
from workflow.core.registers.types import EntryType

HEAD = ("number", "holder", "standing", "renewed_on", "due_on", "ends_on", "source")
"""What comes before the fields, in the words of the JSON export."""


def sheet(
    entry_type: EntryType,
    entries: Iterable[Entry],
    network: Network,
    *,
    on: date,
    language: str,
    head: Mapping[str, str] | None = None,
    standings: Mapping[str, str] | None = None,
) -> Iterator[list[str]]:
    """Write a register row by row, the titles first.

    `head` says the first columns otherwise, `standings` how entries stand.
    """
    said, stands = head or {}, standings or {}
    fields = list(entry_type.fields.values())
    yield [*(said.get(h, h) for h in HEAD), *(words(f.title, language) for f in fields)]
    for entry in entries:
        days = (entry.renewed_on, entry.due_on, entry.ends_on)
        values = (cell(f, entry.values.get(f.key), network, language=language) for f in fields)
        yield [
            *(entry.number, entry.holder, stands.get(entry.standing(on), entry.standing(on).value)),
            *(day.isoformat() if day else "" for day in days),
            *(entry.source, *values),
        ]


def cell(
    field: Field,
    value: Any,  # noqa: ANN401 - any value of a field
    network: Network,
    *,
    language: str,
) -> str:
    """Write one value; several are told apart by semicolons."""
    if value is None:
        return ""
    if isinstance(value, list):
        rows = (cell(field, one, network, language=language) for one in value)
        return "; ".join(rows)
    if isinstance(value, Mapping):
        if field.type is FieldType.MONEY:
            return f"{value['amount']} {value['currency']}"
        by_key = {column.key: column for column in field.columns}
        return ", ".join(
            cell(by_key[key], one, network, language=language)
            for key, one in value.items()
            if key in by_key
        )
    titles = {choice.key: choice.title for choice in field.choices}
    return words(titles[value], language) if value in titles else str(value)

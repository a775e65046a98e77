"""Whether what entries name is there: other entries that their keeper may know of, and agencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection

from workflow.core.definition import Definition
from workflow.core.errors import AnswersRefused, ImportActedOn
from workflow.core.fields import Field, FieldType
from workflow.core.registers.entries import Entry, Status, Step
from workflow.core.registers.types import EntryType
from workflow.services.register_desk import Desk
from workflow.storage.queries.entry_makers import named_elsewhere
from workflow.storage.queries.registers import entries_beside

MOST_NAMED: Final = 20


def demand_known(
    connection: Connection, desk: Desk, kind: EntryType, steps: Sequence[Step], *, by_case: bool
) -> None:
    """Raise `AnswersRefused` for the first act that names what is not there.

    An agency may be extinct: history is told as it was.
    """
    asked = {value for step in steps for field, value in _named(kind, step) if _is_entry(field)}
    found = entries_beside(connection, "", asked) if asked else []
    known = {e.number: e for e in found if by_case or _is_known(desk, e)}
    for step in steps:
        problems: dict[str, str] = {}
        for field, value in _named(kind, step):
            if _is_entry(field):
                entry = known.get(value)
                if entry is None or entry.type != field.of:
                    problems[field.key] = "unknown_entry"
            elif desk.world.network.get(value) is None:
                problems[field.key] = "unknown_agency"
        if problems:
            raise AnswersRefused(problems=problems)


def demand_unnamed(
    connection: Connection,
    desk: Desk,
    types: Iterable[Definition],
    *,
    register: str,
    source: str,
) -> None:
    """Raise `ImportActedOn` for what came from a source and other entries or cases name by now.

    `types` are all versions of all request types.
    """
    found = named_elsewhere(
        connection,
        source,
        entries=sorted({(k.key, f) for k in desk.kinds.values() for f in _of(k.fields, register)}),
        cases=sorted({(d.key, f) for d in types for f in _of(d.data, register)}),
    )
    if found:
        raise ImportActedOn(numbers=tuple(found[:MOST_NAMED]), count=len(found))


def _of(fields: Mapping[str, Field], register: str) -> list[str]:
    """Return the fields that name entries of a register."""
    return [key for key, one in fields.items() if _is_entry(one) and one.of == register]


def _is_known(desk: Desk, entry: Entry) -> bool:
    kind = desk.kinds.get(entry.type)
    return kind is not None and entry.status is not Status.UNDONE and desk.may_read(kind, entry)


def _is_entry(field: Field) -> bool:
    return field.type is FieldType.ENTRY


def _named(kind: EntryType, step: Step) -> Iterator[tuple[Field, str]]:
    """Go through the entries and agencies that an act has just written."""
    for key in step.event.body.get("values", {}):
        field, value = kind.fields.get(key), step.after.values.get(key)
        if field is None or value is None:
            continue
        if field.type in (FieldType.ENTRY, FieldType.AGENCY):
            yield field, str(value)
        elif field.type is FieldType.AGENCIES:
            yield from ((field, str(code)) for code in value)

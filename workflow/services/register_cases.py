"""Which cases entries tell of: only those that exist for their reader."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from workflow.core.powers import Powers
from workflow.core.registers.entries import FROM_CASE, Entry, EntryEvent
from workflow.storage.queries.cases import known_among, known_to


def without_unknown_cases(
    connection: Connection, powers: Powers, entries: Sequence[Entry]
) -> list[Entry]:
    """Return entries that tell of no case which the reader may not know of."""
    named = {number for e in entries for number in (e.case, _maker(e.source)) if number}
    known = _known(connection, powers, named)
    return [
        replace(
            e,
            case=e.case if e.case in known else None,
            source=e.source if _maker(e.source) in {None, *known} else "",
        )
        for e in entries
    ]


def lines_without_unknown_cases(
    connection: Connection, powers: Powers, events: Sequence[EntryEvent]
) -> list[EntryEvent]:
    """Return lines of history that tell of no case which the reader may not know of."""
    named = {e.body["case"] for e in events if e.body.get("case")}
    known = _known(connection, powers, named)
    hidden = named - known
    return [_without(e, hidden) if e.body.get("case") in hidden else e for e in events]


def _known(connection: Connection, powers: Powers, named: Collection[str]) -> frozenset[str]:
    return known_among(connection, named, visible=known_to(powers)) if named else frozenset()


def _without(event: EntryEvent, hidden: Collection[str]) -> EntryEvent:
    body = {key: value for key, value in event.body.items() if key != "case"}
    source = {"source": ""} if _maker(body.get("source", "")) in hidden else {}
    return replace(event, body={**body, **source})


def _maker(source: str) -> str | None:
    return source.removeprefix(FROM_CASE) if source.startswith(FROM_CASE) else None

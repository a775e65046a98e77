"""Entries of registers in words: their values, how they stand, and what happened to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask import url_for

from web.words.field_values import Fact, agency_words, fact_of, value_words
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.wording import day
from workflow.core.events import By
from workflow.core.fields import Field, FieldType
from workflow.core.history import reveal
from workflow.core.network import Network
from workflow.core.registers.entries import Entry, EntryEvent, EntryKind, Standing
from workflow.core.registers.errors import UnknownEntry
from workflow.core.registers.types import EntryType
from workflow.services import registers
from workflow.services.register_lists import history, names_of_entries
from workflow.services.task_view import names_of
from workflow.services.unit_of_work import UnitOfWork

_LONG: Final = (
    *(FieldType.LONG_TEXT, FieldType.URL, FieldType.EMAIL, FieldType.TABLE, FieldType.TERM),
    *(FieldType.CHOICES, FieldType.AGENCIES),
)
COLUMNS: Final = 3
"""How many values of an entry stand beside its name in a list."""
ICONS: Final[Mapping[EntryKind, str]] = {
    EntryKind.CREATED: "flag",
    EntryKind.CHANGED: "pencil",
    EntryKind.RENEWED: "check",
    EntryKind.TRANSFERRED: "arrow-right",
    EntryKind.ENDED: "archive",
    EntryKind.RESUMED: "play",
    EntryKind.UNDONE: "undo-2",
}
_BADGES: Final[Mapping[Standing, str]] = {
    Standing.CURRENT: "done",
    Standing.STALE: "warn",
    Standing.ENDED: "paused",
    Standing.UNDONE: "no",
}


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry in a list."""

    entry: Entry
    name: str
    kind: EntryType
    cells: tuple[str, ...]
    standing: str
    badge: str
    due: str
    """Until when it is up to date, or since when it is not."""
    ends: str = ""
    """When it ends by itself, if it does."""
    several: tuple[str, ...] = ()
    """How many agencies, and which, its fields of several agencies hold."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What happened to an entry once, in words."""

    seq: int
    at: datetime
    icon: str
    sentence: str
    quote: str
    who: str
    changes: tuple[tuple[str, str, str], ...]
    """Field, what it said before, what it says since."""
    seal: str


def about_of(
    uow: UnitOfWork, kind: EntryType, where: Mapping[str, str]
) -> list[tuple[str, str, str, str]]:
    """Return what a list is narrowed to that its form does not ask: field, title, value, name."""
    asked = {field.key for field in choices_of(kind)}
    return [
        (key, in_language(kind.fields[key].title), value, name_of(uow, value))
        for key, value in where.items()
        if key not in asked
    ]


def columns_of(kind: EntryType) -> list[Field]:
    """Return the fields that a list shows beside the name."""
    short = (field for key, field in kind.fields.items() if key != kind.name)
    return [field for field in short if field.type not in _LONG][:COLUMNS]


def line_of(
    kind: EntryType,
    entry: Entry,
    *,
    today: date,
    network: Network,
    named: Mapping[str, str] | None = None,
) -> EntryLine:
    """Return an entry as a line of a list; `named` says what the entries that it names are."""
    standing, names = entry.standing(today), named or {}
    ends = entry.ends_on if standing in (Standing.CURRENT, Standing.STALE) else None
    return EntryLine(
        entry,
        kind.name_of(entry.values) or entry.number,
        kind,
        tuple(
            names.get(said, said)
            for said in (value_words(f, entry.values.get(f.key), network) for f in columns_of(kind))
        ),
        phrase("registers", _stands(kind, standing)),
        _BADGES[standing],
        _due(entry, standing),
        phrase("registers", "ends", day(ends, year=True)) if ends else "",
        tuple(_several(kind, entry)),
    )


def _several(kind: EntryType, entry: Entry) -> Iterator[str]:
    for key, field in kind.fields.items():
        if field.type is FieldType.AGENCIES and entry.values.get(key):
            codes = entry.values[key]
            facts = {"title": in_language(field.title), "n": len(codes), "codes": ", ".join(codes)}
            yield phrase("registers", "several", facts)


def searched_in(kind: EntryType) -> str:
    """Name the fields whose words a list may be narrowed to."""
    others = [in_language(kind.fields[key].title).lower() for key in kind.found_by]
    return ", ".join([phrase("registers", "name"), *others])


def named_in(uow: UnitOfWork, kind: EntryType, found: Iterable[Entry]) -> Mapping[str, str]:
    """Return the names of the entries that some entries name in a list, in one question."""
    keys = [field.key for field in columns_of(kind) if field.type is FieldType.ENTRY]
    numbers = {e.values[key] for e in found for key in keys if e.values.get(key)}
    return names_of_entries(uow, numbers) if numbers else {}


def _stands(kind: EntryType, standing: Standing) -> str:
    """Name how an entry stands; where nothing is confirmed, it is in force and no more."""
    in_force = standing is Standing.CURRENT and kind.renewal is None
    return "in_force" if in_force else standing.value


def _due(entry: Entry, standing: Standing) -> str:
    if standing is Standing.ENDED:
        ended = entry.ended_on or entry.ends_on
        return phrase("registers", "ended_on", day(ended, year=True)) if ended else ""
    if entry.due_on is None or standing is Standing.UNDONE:
        return ""
    said = "stale_since" if standing is Standing.STALE else "confirmed_until"
    return phrase("registers", said, day(entry.due_on, year=True))


def facts(uow: UnitOfWork, kind: EntryType, entry: Entry) -> list[Fact]:
    """Return what the reader may read of an entry, in words; another entry by its name."""
    network, found = uow.world().network, []
    for key, field in kind.fields.items():
        value = entry.values.get(key)
        if value in (None, "", [], {}):
            continue
        if field.type is FieldType.ENTRY:
            address = url_for("entries.show", number=value)
            found.append(Fact(key, in_language(field.title), name_of(uow, value), address=address))
        elif field.type is FieldType.AGENCIES:
            told = value_words(field, value, network)
            counted = phrase("registers", "counted", {"n": len(value), "names": told})
            found.append(Fact(key, in_language(field.title), counted))
        else:
            found.append(fact_of(field, value, network))
    return found


def name_of(uow: UnitOfWork, number: str) -> str:
    """Return how an entry is called, and its number alone where it may not be seen."""
    try:
        entry = registers.read(uow, number)
    except UnknownEntry:
        return number
    name = registers.entry_type(uow, entry.type).name_of(entry.values)
    return f"{name} ({number})" if name else number


def history_of(uow: UnitOfWork, kind: EntryType, entry: Entry) -> list[HistoryLine]:
    """Return the history of an entry in words, the latest first."""
    events = history(uow, entry.number)
    names = names_of(uow, [event.by.officer for event in events])
    network = uow.world().network
    return [_line(kind, event, names, network=network) for event in reversed(events)]


def _line(
    kind: EntryType, event: EntryEvent, names: Mapping[int, str], *, network: Network
) -> HistoryLine:
    body = event.body
    facts = {
        "to": agency_words(body["to"], network) if body.get("to") else "",
        "holder": agency_words(body["holder"], network) if body.get("holder") else "",
        "case": body.get("case") or "",
        "imported": str(body.get("source", "")).startswith("import:"),
        "before_the_system": bool(body.get("before_the_system")),
        "by_itself": event.by.officer is None and not body.get("case"),
    }
    return HistoryLine(
        event.seq,
        event.at,
        ICONS[event.kind],
        phrase("registers", event.kind.value, facts),
        body.get("reason") or "",
        _who(event.by, names),
        tuple(_changes(kind, event, network)) if event.seq > 1 else (),
        event.hash,
    )


def _who(by: By, names: Mapping[int, str]) -> str:
    name = names.get(by.officer, "") if by.officer else ""
    return f"{name} ({by.agency})" if name and by.agency else name


def _changes(
    kind: EntryType, event: EntryEvent, network: Network
) -> Iterable[tuple[str, str, str]]:
    before = event.body.get("before", {})
    for key, value in event.body.get("values", {}).items():
        if (field := kind.fields.get(key)) is not None:
            sides = (reveal(side, event.private) for side in (before.get(key), value))
            old, new = (_said(field, side, network) for side in sides)
            yield in_language(field.title), old, new


def _said(field: Field, value: Any, network: Network) -> str:  # noqa: ANN401 - any value
    fact = fact_of(field, value, network)
    return fact.text or (phrase("values", "rows", len(fact.table.rows)) if fact.table else "")


def choices_of(kind: EntryType, readable: Sequence[str] | None = None) -> list[Field]:
    """Return the fields of one choice by which a list is narrowed."""
    return [
        field
        for key, field in kind.fields.items()
        if field.type is FieldType.CHOICE and (readable is None or key in readable)
    ][:COLUMNS]

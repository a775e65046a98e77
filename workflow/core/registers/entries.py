"""Register entries and their history: an entry is nothing but its events, sealed one to another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from workflow.core.canonical import digest
from workflow.core.events import By, Private
from workflow.core.history import reveal

FROM_CASE: Final = "case:"
"""What the source of an entry that a case made begins with."""


class Status(StrEnum):
    """What was last done to an entry, as it is stored."""

    CURRENT = "current"
    ENDED = "ended"
    UNDONE = "undone"
    """Entered by mistake, as by an import that was taken back."""


class Standing(StrEnum):
    """What an entry is worth on a day."""

    CURRENT = "current"
    STALE = "stale"
    """Nobody has confirmed it in time."""
    ENDED = "ended"
    UNDONE = "undone"


class EntryKind(StrEnum):
    """Everything that can happen to an entry."""

    CREATED = "entry_created"
    CHANGED = "entry_changed"
    RENEWED = "entry_renewed"
    TRANSFERRED = "entry_transferred"
    ENDED = "entry_ended"
    RESUMED = "entry_resumed"
    UNDONE = "entry_undone"


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that somebody keeps up to date, as it stands after its last event."""

    number: str
    type: str
    holder: str
    """The agency that keeps it, as it was when it was given to it."""
    values: Mapping[str, Any]
    renewed_on: date
    """When it was last confirmed."""
    created_at: datetime
    updated_at: datetime
    status: Status = Status.CURRENT
    due_on: date | None = None
    """Until when it is up to date; None is for ever."""
    ends_on: date | None = None
    """Its last day, where it has one."""
    source: str = ""
    """Where it came from: `case:NUMBER`, `import:ID`, or a person."""
    case: str | None = None
    """The last case that wrote it."""
    fed: bool = False
    """Whether that case is still open; known of what was read, not part of the history."""
    sealed: bool = False
    """Whether only few may know of the case that made it; known as `fed` is."""
    before_the_system: bool = False
    ended_on: date | None = None
    end_reason: str | None = None
    replaced_by: str | None = None
    """The entry that was made in its stead when it ended."""
    code: str | None = None
    """By which anybody may check it, where its register gives codes."""
    revision: int = 0
    """How many events it has."""
    head: str = ""
    """The seal of the last of them."""

    def standing(self, on: date) -> Standing:
        """Return what the entry is worth on a day."""
        if self.status is not Status.CURRENT:
            return Standing(self.status.value)
        if self.ends_on is not None and self.ends_on < on:
            return Standing.ENDED
        stale = self.due_on is not None and self.due_on < on
        return Standing.STALE if stale else Standing.CURRENT


@dataclass(frozen=True, slots=True)
class EntryEvent:
    """One line of an entry's history."""

    seq: int
    kind: EntryKind
    at: datetime
    by: By
    body: Mapping[str, Any]
    hash: str = ""
    private: Mapping[str, Private] = field(default_factory=dict)
    """By commitment: the values that `body` only commits to."""


@dataclass(frozen=True, slots=True)
class Step:
    """An act on an entry as it was decided: what it was, what happened, what it becomes."""

    before: Entry | None
    event: EntryEvent
    after: Entry


def seal(number: str, previous: str, event: EntryEvent) -> str:
    """Return the hash that binds a line of history to its entry and to the line before."""
    return digest(
        {
            "entry": number,
            "seq": event.seq,
            "kind": event.kind.value,
            "at": event.at.isoformat(),
            "by": event.by.as_body(),
            "body": event.body,
            "previous": previous,
        }
    )


def evolve(entry: Entry, event: EntryEvent) -> Entry:
    """Return the entry as it is after an event."""
    after = _EFFECTS[event.kind](entry, event)
    case = event.body.get("case") or entry.case
    return replace(after, case=case, updated_at=event.at, revision=event.seq, head=event.hash)


def blank(number: str, at: datetime) -> Entry:
    """Return an entry to which nothing has happened yet."""
    return Entry(number, "", "", {}, at.date(), at, at)


def rebuild(number: str, events: Iterable[EntryEvent]) -> Entry:
    """Return the entry that a whole history makes; raise `ValueError` where a seal is broken."""
    entry: Entry | None = None
    for event in events:
        entry = entry or blank(number, event.at)
        if event.seq != entry.revision + 1 or event.hash != seal(number, entry.head, event):
            raise ValueError(f"the history of {number} is broken at line {event.seq}")
        entry = evolve(entry, event)
    if entry is None:
        raise ValueError(f"{number} has no history")
    return entry


# --- What each event does -----------------------------------------------------------------

Effect: TypeAlias = Callable[[Entry, EntryEvent], Entry]


def _created(entry: Entry, event: EntryEvent) -> Entry:
    body = event.body
    begun = replace(
        entry,
        type=body["type"],
        holder=body["holder"],
        source=body.get("source", ""),
        before_the_system=body.get("before_the_system", False),
        code=body.get("code"),
        created_at=event.at,
    )
    return _written(begun, event)


def _written(entry: Entry, event: EntryEvent) -> Entry:
    """Take over the values and days of an event; a value of None is emptied."""
    given = {key: reveal(v, event.private) for key, v in event.body.get("values", {}).items()}
    kept = {key: value for key, value in {**entry.values, **given}.items() if value is not None}
    return replace(
        entry,
        values=kept,
        renewed_on=_day(event, "renewed_on") or entry.renewed_on,
        due_on=_day(event, "due_on"),
        ends_on=_day(event, "ends_on"),
    )


def _transferred(entry: Entry, event: EntryEvent) -> Entry:
    return replace(entry, holder=event.body["to"])


def _ended(entry: Entry, event: EntryEvent) -> Entry:
    return replace(
        entry,
        status=Status.ENDED,
        ended_on=_day(event, "on"),
        end_reason=event.body.get("reason"),
        replaced_by=event.body.get("replaced_by"),
    )


def _resumed(entry: Entry, event: EntryEvent) -> Entry:
    current = replace(
        entry, status=Status.CURRENT, ended_on=None, end_reason=None, replaced_by=None
    )
    return _written(current, event)


def _undone(entry: Entry, _event: EntryEvent) -> Entry:
    return replace(entry, status=Status.UNDONE)


def _day(event: EntryEvent, key: str) -> date | None:
    written = event.body.get(key)
    return date.fromisoformat(written) if written else None


_EFFECTS: Mapping[EntryKind, Effect] = {
    EntryKind.CREATED: _created,
    EntryKind.CHANGED: _written,
    EntryKind.RENEWED: _written,
    EntryKind.TRANSFERRED: _transferred,
    EntryKind.ENDED: _ended,
    EntryKind.RESUMED: _resumed,
    EntryKind.UNDONE: _undone,
}

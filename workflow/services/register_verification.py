"""Whether what is kept of register entries is what their histories tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from workflow.core.canonical import commitment
from workflow.core.registers.entries import Entry, rebuild
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import observing
from workflow.storage.queries.register_sweeps import all_entries, count_all
from workflow.storage.queries.register_types import history_of
from workflow.storage.queries.registers import Found

_PAGE = 100


@dataclass(frozen=True, slots=True)
class EntriesVerified:
    """What came of comparing every entry with its history."""

    entries: int
    unsound: tuple[tuple[str, str], ...] = ()
    """Numbers, and what is wrong with each."""


def verify_entries(
    uow: UnitOfWork, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> EntriesVerified:
    """Rebuild every entry from its events and compare; `progress` is told how many are done."""
    unsound: list[tuple[str, str]] = []
    done, last = 0, 0
    while True:
        with observing(uow.installation.engine) as connection:
            total = count_all(connection)
            page = all_entries(connection, after=last, limit=_PAGE)
            found = ((one.entry.number, _wrong(connection, one)) for one in page)
            unsound += [(number, why) for number, why in found if why]
        done += len(page)
        progress(done, max(total, done))
        if len(page) < _PAGE:
            return EntriesVerified(done, tuple(unsound))
        last = page[-1].id


def _wrong(connection: Connection, found: Found) -> str:
    """Say what is wrong with an entry; nothing if all is well."""
    events = history_of(connection, found.id)
    try:
        told = rebuild(found.entry.number, events)
    except ValueError as error:
        return str(error)
    for event in events:
        if any(commitment(kept.salt, kept.value) != c for c, kept in event.private.items()):
            return "a personal value is not the one that was committed to"
    kept = replace(found.entry, fed=False)
    names = [f for f in Entry.__slots__ if getattr(kept, f) != getattr(told, f)]
    return f"differs from its history: {', '.join(names)}" if names else ""

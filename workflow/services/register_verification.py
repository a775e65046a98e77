"""Whether what is kept of register entries is what their histories tell."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from workflow.core.canonical import commitment
from workflow.core.folding import plain
from workflow.core.registers.entries import Entry, EntryEvent, rebuild
from workflow.core.registers.types import EntryType
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import register_audit
from workflow.storage.engine import observing
from workflow.storage.queries.events import commitments
from workflow.storage.queries.register_sweeps import count_all, entry_of
from workflow.storage.queries.register_types import history_of
from workflow.storage.sight import EVERYTHING

log = logging.getLogger(__name__)

_PAGE = 100


@dataclass(frozen=True, slots=True)
class EntriesVerified:
    """What came of comparing every entry with its history."""

    entries: int
    events: int
    """Lines of history of all of them."""
    unsound: tuple[tuple[str, str], ...] = ()
    """Numbers, and what is wrong with each; what belongs to no entry stands under none."""


def verify_entries(
    uow: UnitOfWork, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> EntriesVerified:
    """Rebuild every entry from its events and compare; `progress` is told how many are done.

    Nothing that anybody wrote into the database past the program stops it.
    """
    engine = uow.installation.engine
    with observing(engine, EVERYTHING) as connection:
        total = count_all(connection)
        once = register_audit.only_versions(connection)
    types = {key: one for key, one in uow.installation.registers().items() if key in once}
    unsound: list[tuple[str, str]] = []
    done, last = 0, 0
    while True:
        with observing(engine, EVERYTHING) as connection:
            page = register_audit.entries_after(connection, last, limit=_PAGE)
        for last, number in page:
            with observing(engine, EVERYTHING) as connection:
                why = _wrong(connection, last, number, types)
            unsound += [(_printable(number), why)] if why else []
        done += len(page)
        progress(done, max(total, done))
        if len(page) < _PAGE:
            break
    with observing(engine, EVERYTHING) as connection:
        unsound += [(_printable(no), why) for no, why in register_audit.misnumbered(connection)]
        unsound += [("", what) for what in register_audit.without_an_entry(connection)]
        events = register_audit.count_events(connection)
    return EntriesVerified(done, events, tuple(unsound))


def _wrong(
    connection: Connection, entry_id: int, number: str, types: Mapping[str, EntryType]
) -> str:
    """Say what is wrong with an entry; nothing if all is well."""
    try:
        return "; ".join(_differing(connection, entry_id, types))
    except Exception as error:  # whoever writes past us may write anything
        log.error("register entry %s cannot be read: %s", _printable(number), type(error).__name__)
    unreadable = ", ".join(register_audit.unreadable(connection, entry_id))
    if unreadable:
        return f"cannot be read: {unreadable}"
    line = register_audit.unknown_line(connection, entry_id) or _first_odd(connection, entry_id)
    broken = f"the history of {_printable(number)} is broken at line {line}"
    return broken if line else "cannot be told"


def _differing(
    connection: Connection, entry_id: int, types: Mapping[str, EntryType]
) -> Iterator[str]:
    entry = entry_of(connection, entry_id)
    if register_audit.unknown_line(connection, entry_id) is not None:
        raise LookupError("a line of no known kind")
    events = history_of(connection, entry_id)
    try:
        told = rebuild(entry.number, events)
    except UnicodeEncodeError:  # what is no text cannot be sealed
        raise
    except ValueError as error:
        yield str(error)
        return
    yield from _forged(events, register_audit.kept_values(connection, entry_id))
    kept = replace(entry, fed=False, sealed=False)
    names = [f for f in Entry.__slots__ if getattr(kept, f) != getattr(told, f)]
    of_its_type = types.get(told.type)
    if of_its_type is not None:
        folded, country = register_audit.spelled(connection, entry_id)
        names += ["folded"] if folded != plain(of_its_type.name_of(told.values)) else []
        names += ["country"] if country != of_its_type.country_of(told.values) else []
    if names:
        yield f"differs from its history: {', '.join(names)}"


def _forged(events: Sequence[EntryEvent], kept: Collection[str]) -> Iterator[str]:
    """Say which lines' personal values are not those committed to, and which no line tells of."""
    told = set[str]()
    for event in events:
        ours = {*commitments(event.body)}
        told |= ours
        sealed = event.private
        if any(commitment(sealed[c].salt, sealed[c].value) != c for c in ours if c in sealed):
            yield f"a personal value of line {event.seq} is not the one that was committed to"
        if ours - sealed.keys():
            yield f"a personal value of line {event.seq} is gone"
    if set(kept) - told:
        yield "no line tells of a personal value that is kept"


def _first_odd(connection: Connection, entry_id: int) -> int | None:
    """Return the first line without which a history can be told."""
    number, events = "", list[EntryEvent]()
    try:
        number, events = entry_of(connection, entry_id).number, history_of(connection, entry_id)
    except Exception as error:
        log.debug("what it is made of cannot be read: %s", type(error).__name__)
    for many, event in enumerate(events, 1):
        try:
            rebuild(number, events[:many])
        except Exception:
            return event.seq
    return None


def _printable(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()

"""Reading registers: pages of entries, countries, what is to be confirmed, doubles, histories."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from workflow.core.fields import FieldType
from workflow.core.folding import plain
from workflow.core.registers.access import may_read, narrowed_event, reads_fields_of_all
from workflow.core.registers.entries import Entry, EntryEvent, Standing
from workflow.core.registers.likeness import ALIKE, beginnings, likeness_of
from workflow.core.registers.types import EntryType
from workflow.core.registers.warning import asks_to_confirm
from workflow.services.register_cases import (
    lines_without_unknown_cases,
    without_unknown_cases,
)
from workflow.services.register_desk import Desk, desk_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.base import NO_DAY
from workflow.storage.queries.register_types import history_of
from workflow.storage.queries.registers import (
    Found,
    Order,
    Wanted,
    count_by_country,
    count_entries,
    count_registers,
    due_entries,
    entries_beside,
    entries_like,
    entries_page,
    find_entry,
)

SOON: Final = timedelta(days=30)
"""How long before its last day an entry is to be confirmed (house rule)."""
_LISTS: Final = (FieldType.CHOICES, FieldType.AGENCIES)
_CURSOR = re.compile(r"(\d{1,18})~(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What of a register a reader wants to see."""

    text: str = ""
    """Stands in the name, whatever its accents."""
    holder: str | None = None
    """An agency, with its units and what it came after."""
    country: str | None = None
    standings: Collection[Standing] = (Standing.CURRENT, Standing.STALE)
    where: Mapping[str, str] = field(default_factory=dict)
    """By key of a field: its value or one of them; nothing has one that may not be read."""
    ends_by: date | None = None
    awaiting: bool = False
    """Only what waits for something to be done, as an answer."""


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some entries of a register, and where the next page begins."""

    type: EntryType
    entries: tuple[Entry, ...]
    after: str | None
    """None on the last page."""


ALL: Final = Narrowing()
EVERYTHING: Final = Narrowing(standings=(Standing.CURRENT, Standing.STALE, Standing.ENDED))
BATCH: Final = 500
"""Entries read at a time where all of them are wanted."""


def list_entries(
    uow: UnitOfWork,
    type_key: str,
    narrowing: Narrowing = ALL,
    *,
    order: Order = Order.NAME,
    after: str | None = None,
    limit: int = 50,
) -> EntryPage:
    """List the entries of a register that the reader may know of; raise `UnknownRegister`.

    `after` is what the page before told; one that nobody told begins anew.
    """
    desk = desk_of(uow)
    kind = desk.kind(type_key)
    with uow.reading() as connection:
        found = entries_page(
            connection,
            desk.scope(kind),
            _wanted(desk, kind, narrowing),
            today=uow.today,
            order=order,
            after=_place(after, order),
            limit=limit + 1,
        )
        page = found[:limit]
        told = without_unknown_cases(connection, uow.powers, [one.entry for one in page])
    more = _spelled(page[-1], order) if len(found) > limit else None
    return EntryPage(kind, tuple(desk.shown(kind, entry) for entry in told), more)


def count(uow: UnitOfWork, type_key: str, narrowing: Narrowing = ALL) -> int:
    """Count the entries that a list would show; raise `UnknownRegister`."""
    desk = desk_of(uow)
    kind = desk.kind(type_key)
    with uow.reading() as connection:
        wanted = _wanted(desk, kind, narrowing)
        return count_entries(connection, desk.scope(kind), wanted, today=uow.today)


def shelves(uow: UnitOfWork) -> list[tuple[EntryType, int, int]]:
    """List the registers with how much each holds for the reader, and how much of it is stale."""
    desk = desk_of(uow)
    with uow.reading() as connection:
        scopes = [desk.scope(kind) for kind in desk.kinds.values()]
        counted = count_registers(connection, scopes, today=uow.today)
    return [(kind, *counted[key]) for key, kind in desk.kinds.items()]


def by_country(uow: UnitOfWork, type_key: str, narrowing: Narrowing = ALL) -> dict[str, int]:
    """Count the entries of a register in each country; raise `UnknownRegister`."""
    desk = desk_of(uow)
    kind = desk.kind(type_key)
    with uow.reading() as connection:
        wanted = _wanted(desk, kind, narrowing)
        return count_by_country(connection, desk.scope(kind), wanted, today=uow.today)


def to_confirm(uow: UnitOfWork) -> list[Entry]:
    """List the entries of the reader's agencies that are stale or soon will be, oldest first."""
    desk = desk_of(uow)
    if not desk.kept:
        return []
    with uow.reading() as connection:
        found = due_entries(connection, desk.kept, today=uow.today, by=uow.today + SOON)
    return [
        desk.shown(kind, one.entry)
        for one in found
        if (kind := desk.kinds.get(one.entry.type)) and asks_to_confirm(kind, one.entry)
    ]


def awaiting(uow: UnitOfWork, *, limit: int = 100) -> list[Entry]:
    """List the entries of the reader's agencies that wait for something, the soonest first."""
    desk = desk_of(uow)
    found: list[tuple[date, Entry]] = []
    with uow.reading() as connection:
        for kind in desk.kinds.values():
            if kind.expects is None or not desk.kept:
                continue
            wanted = Wanted(holders=desk.kept, awaiting=_awaiting(kind))
            scope, today = desk.scope(kind), uow.today
            page = entries_page(connection, scope, wanted, today=today, limit=limit)
            days = ((kind.awaited_on(one.entry.values), one.entry) for one in page)
            found += [(day, desk.shown(kind, entry)) for day, entry in days if day]
    return [entry for _, entry in sorted(found, key=lambda pair: (pair[0], pair[1].number))]


def similar(
    uow: UnitOfWork, type_key: str, values: Mapping[str, Any], *, limit: int = 5
) -> list[Entry]:
    """List the entries that may be the same thing as one with these values, likeliest first."""
    desk = desk_of(uow)
    kind = desk.kind(type_key)
    words = beginnings(
        " ".join(str(values.get(key) or "") for key in (kind.name, *kind.also_called))
    )
    if not words:
        return []
    with uow.reading() as connection:
        found = entries_like(
            connection, desk.scope(kind), words, fields=kind.also_called, today=uow.today
        )
    entries = [desk.shown(kind, one.entry) for one in found]
    rated = [(likeness_of(kind, values, entry.values), entry) for entry in entries]
    alike = sorted((r for r in rated if r[0] >= ALIKE), key=lambda r: (-r[0], r[1].number))
    return [entry for _, entry in alike[:limit]]


def names_of_entries(uow: UnitOfWork, numbers: Collection[str]) -> dict[str, str]:
    """Return how some entries are called, of those that the reader may know of."""
    desk = desk_of(uow)
    with uow.reading() as connection:
        found = entries_beside(connection, "", numbers)
    known = [(desk.kinds[entry.type], entry) for entry in found if entry.type in desk.kinds]
    return {
        entry.number: kind.name_of(desk.shown(kind, entry).values) or entry.number
        for kind, entry in known
        if may_read(kind, entry, desk.reader, kept=desk.kept, on=uow.today)
    }


def history(uow: UnitOfWork, number: str) -> list[EntryEvent]:
    """Return the history of an entry as its reader may read it; raise `UnknownEntry`."""
    desk = desk_of(uow)
    with uow.reading() as connection:
        found = find_entry(connection, number)
        kind, entry = desk.known(found, number)
        assert found
        events = lines_without_unknown_cases(
            connection, uow.powers, history_of(connection, found.id)
        )
    return [
        narrowed_event(kind, entry, event, powers=desk.reader, kept=desk.kept) for event in events
    ]


def exported(uow: UnitOfWork, type_key: str, narrowing: Narrowing = EVERYTHING) -> Iterator[Entry]:
    """Go through what a reader may read of a register, by name; raise `UnknownRegister`."""
    after: str | None = None
    while True:
        page = list_entries(uow, type_key, narrowing, after=after, limit=BATCH)
        yield from page.entries
        if page.after is None:
            return
        after = page.after


def spelled(entry: Entry, on: date) -> dict[str, Any]:
    """Return an entry as plain JSON says it."""
    return {
        "number": entry.number,
        "register": entry.type,
        "holder": entry.holder,
        "standing": entry.standing(on).value,
        "renewed_on": entry.renewed_on,
        "due_on": entry.due_on,
        "ends_on": entry.ends_on,
        "ended_on": entry.ended_on,
        "end_reason": entry.end_reason,
        "replaced_by": entry.replaced_by,
        "source": entry.source or None,
        "case": entry.case,
        "before_the_system": entry.before_the_system,
        "values": dict(entry.values),
    }


# --- Parts --------------------------------------------------------------------------------


def _wanted(desk: Desk, kind: EntryType, narrowing: Narrowing) -> Wanted:
    holders = None
    if narrowing.holder:
        network = desk.world.network
        inside = network.below(narrowing.holder)
        holders = inside.union(*(network.absorbed(code, desk.today) for code in inside))
    readable = reads_fields_of_all(kind, desk.reader, desk.kept)
    asked = {key: value for key, value in narrowing.where.items() if key in readable}
    listed = {key for key in asked if kind.fields[key].type in _LISTS}
    return Wanted(
        standings=narrowing.standings,
        holders=holders,
        words=plain(" ".join(narrowing.text.split())),
        texts=tuple(key for key in kind.found_by if key in readable),
        country=narrowing.country if kind.country else None,
        where={key: value for key, value in asked.items() if key not in listed},
        within={key: asked[key] for key in listed},
        ends_by=narrowing.ends_by,
        awaiting=_awaiting(kind) if narrowing.awaiting else None,
        numbers=() if set(narrowing.where) - readable else None,
    )


def _awaiting(kind: EntryType) -> tuple[str, str] | None:
    return (kind.expects.by, kind.expects.met_by) if kind.expects else None


def _spelled(found: Found, order: Order) -> str:
    entry = found.entry
    place = {
        Order.NAME: found.folded,
        Order.DUE: str(entry.due_on or ""),
        Order.ENDS: str(entry.ends_on or ""),
        Order.NEWEST: "",
    }
    return f"{found.id}~{place[order]}"


def _place(after: str | None, order: Order) -> tuple[Any, int] | None:
    """Read where a page ended; None for what nobody wrote."""
    read = _CURSOR.fullmatch(after or "")
    if not read:
        return None
    at, written = int(read[1]), read[2]
    if order is Order.NEWEST:
        return at, at
    if order is Order.NAME:
        return written, at
    try:
        return (date.fromisoformat(written) if written else NO_DAY), at
    except ValueError:
        return None

"""What the clock does for registers: tells their keepers, at work and once, what runs out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TypeAlias

from sqlalchemy import Connection

from workflow.core.fields import Text
from workflow.core.office_hours import in_office_hours, next_opening
from workflow.core.registers.types import EntryType
from workflow.core.registers.warning import Warned, next_look, owed
from workflow.services.audience import People
from workflow.services.personal import tell_person
from workflow.services.register_desk import Desk, desk_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.register_sweeps import entries_to_wake
from workflow.storage.queries.registers import Found, find_entry
from workflow.storage.register_writing import Watch, watch_entry

log = logging.getLogger(__name__)
UowFactory: TypeAlias = Callable[[], UnitOfWork]
BATCH = 100


def wake_entries(uow_factory: UowFactory) -> int:
    """Tell whoever keeps them of the entries that run out; return how many warnings were told.

    Each entry is a transaction of its own; one that fails is logged and stops no other.
    """
    told = 0
    for number in _due(uow_factory):
        try:
            told += wake_entry(uow_factory(), number)
        except Exception:
            log.exception("entry %s could not be woken", number)
    return told


def _due(uow_factory: UowFactory) -> Iterator[str]:
    last: tuple[int, str] | None = None
    while True:
        uow = uow_factory()
        with uow.reading() as connection:
            page = entries_to_wake(connection, uow.now, after=last[0] if last else 0, limit=BATCH)
        yield from (number for _, number in page)
        if len(page) < BATCH:
            return
        last = page[-1]


def wake_entry(uow: UnitOfWork, number: str) -> int:
    """Tell what an entry owes its keepers by now, if they are at work; return how much it was."""
    desk = desk_of(uow)
    with uow.writing() as connection:
        found = find_entry(connection, number, for_update=True)
        kind = desk.kinds.get(found.entry.type) if found else None
        if found is None or kind is None or found.wake_at is None or found.wake_at > uow.now:
            return 0  # another clock was here meanwhile
        warned = owed(kind, found.entry, desk.world, since=found.warned_until, until=uow.now)
        calendar = desk.world.calendar(found.entry.holder)
        if warned and not in_office_hours(uow.now, calendar, desk.world.zone):
            opening = next_opening(uow.now, calendar, desk.world.zone)
            watch_entry(connection, found.id, Watch(found.warned_until, opening))
            return 0
        told = sum(_tell(connection, uow, desk, kind, found, one) for one in warned)
        later = next_look(kind, found.entry, desk.world, after=uow.now)
        watch_entry(connection, found.id, Watch(uow.now, later))
    return told


def _tell(  # noqa: PLR0917 - one step of the above
    connection: Connection,
    uow: UnitOfWork,
    desk: Desk,
    kind: EntryType,
    found: Found,
    warned: Warned,
) -> int:
    """Leave to the clock to tell everybody whom a warning is for."""
    entry = found.entry
    people = People(connection, desk.world.network, today=uow.today, owner=kind.owner)
    title: Text = kind.title
    params = {
        "number": entry.number,
        "name": kind.name_of(entry.values),
        "register": dict(title),
        "agency": entry.holder,
        "last": warned.day.isoformat(),
        "when": warned.rung.kind.value,
    }
    officers = people.of(warned.rung.audiences, entry.holder)
    for officer in officers:
        key = f"{entry.number}:{warned.key}:{officer}"
        tell_person(connection, officer, warned.about, key=key, params=params)
    return len(officers)

"""What is kept of register entries, as somebody may have written it past the program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import Connection, exists, func, select

from workflow.core.registers.entries import EntryKind
from workflow.storage.audit import unreadable_rows
from workflow.storage.models import METADATA
from workflow.storage.registers import (
    RegisterEntry,
    RegisterEvent,
    RegisterNumber,
    RegisterPrivate,
    RegisterType,
)

_KEYS = {
    "register_entry": ("id",),
    "register_event": ("seq",),
    "register_private": ("commitment",),
}


def entries_after(connection: Connection, last: int, *, limit: int) -> list[tuple[int, str]]:
    """List ids and numbers of entries in the order of their ids, from after one on."""
    entry = RegisterEntry
    wanted = select(entry.id, entry.number).where(entry.id > last).order_by(entry.id).limit(limit)
    return [(row.id, str(row.number)) for row in connection.execute(wanted)]


def count_events(connection: Connection) -> int:
    """Count the lines of history of all entries."""
    return connection.execute(select(func.count()).select_from(RegisterEvent)).scalar_one()


def kept_values(connection: Connection, entry_id: int) -> set[str]:
    """Return the commitments of the personal values that are kept of an entry."""
    wanted = select(RegisterPrivate.commitment).where(RegisterPrivate.entry_id == entry_id)
    return set(connection.execute(wanted).scalars())


def spelled(connection: Connection, entry_id: int) -> tuple[str, str | None]:
    """Return by what lists find an entry: its name in plain letters, and its country."""
    wanted = select(RegisterEntry.folded, RegisterEntry.country)
    folded, country = connection.execute(wanted.where(RegisterEntry.id == entry_id)).one()
    return folded, country


def unreadable(connection: Connection, entry_id: int) -> Iterator[str]:
    """Name what of an entry cannot be read, as `register_event.3.body`."""
    for name, key in _KEYS.items():
        table = METADATA.tables[name]
        ours = table.c["id" if name == "register_entry" else "entry_id"] == entry_id
        yield from unreadable_rows(connection, table, key, ours)


def unknown_line(connection: Connection, entry_id: int) -> int | None:
    """Return the first line of a history that tells of nothing known, or None."""
    event = RegisterEvent
    unknown = event.entry_id == entry_id, event.kind.not_in([kind.value for kind in EntryKind])
    return connection.execute(select(func.min(event.seq)).where(*unknown)).scalar_one()


def without_an_entry(connection: Connection) -> Iterator[str]:
    """Name the lines and the personal values whose entry is gone."""
    for table, name in ((RegisterEvent, "seq"), (RegisterPrivate, "commitment")):
        there = exists().where(RegisterEntry.id == table.entry_id)
        wanted = select(table.entry_id, getattr(table, name)).where(~there)
        for entry_id, which in connection.execute(wanted.order_by(table.entry_id)).all():
            yield f"{table.__tablename__}.{which} of an entry {entry_id} that is gone"


def misnumbered(connection: Connection) -> Iterator[tuple[str, str]]:
    """Name the numbers that were given and have no entry, and those that were never given."""
    given = set[str]()
    for prefix, last in connection.execute(select(RegisterNumber.prefix, RegisterNumber.last)):
        given |= {f"{prefix}-{n:06}" for n in range(1, int(last) + 1)}
    there = set(map(str, connection.execute(select(RegisterEntry.number)).scalars()))
    yield from ((number, "is gone") for number in sorted(given - there))
    yield from ((number, "was never given this number") for number in sorted(there - given))


def only_versions(connection: Connection) -> set[str]:
    """Return the registers that have been declared only once, so that all follow that."""
    versions = Counter(connection.execute(select(RegisterType.key)).scalars())
    return {key for key, n in versions.items() if n == 1}

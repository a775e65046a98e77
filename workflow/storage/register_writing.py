"""Writes acts on register entries: the row, the line of history, what is kept beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from workflow.core.folding import plain
from workflow.core.registers.entries import Entry, EntryEvent, Status, Step
from workflow.core.registers.types import EntryType
from workflow.storage import dialect
from workflow.storage.registers import (
    RegisterEntry,
    RegisterEvent,
    RegisterNumber,
    RegisterPrivate,
    RegisterType,
)


def take_numbers(connection: Connection, prefix: str, count: int = 1) -> int:
    """Take so many numbers of a register and return the first; others wait for their turn."""
    made = dialect.insert(connection)(RegisterNumber).values(prefix=prefix, last=count)
    last = connection.execute(
        made.on_conflict_do_update(
            index_elements=[RegisterNumber.prefix], set_={"last": RegisterNumber.last + count}
        ).returning(RegisterNumber.last)
    ).scalar_one()
    return int(last) - count + 1


class Watch(NamedTuple):
    """Up to when the warnings of an entry have been given, and when to look at it again."""

    warned_until: datetime
    wake_at: datetime | None


class Made(NamedTuple):
    """An entry just created, as it is to be written."""

    step: Step
    watch: Watch
    key: str
    """Of the act."""


def add_entries(connection: Connection, entry_type: EntryType, made: Sequence[Made]) -> None:
    """Write entries that were just created, however many, by few statements."""
    rows = [
        {
            "number": one.step.after.number,
            **_row(entry_type, one.step.after),
            **one.watch._asdict(),
        }
        for one in made
    ]
    if not rows:
        return
    added = insert(RegisterEntry).returning(RegisterEntry.id, RegisterEntry.number)
    ids = {row.number: row.id for row in connection.execute(added, rows)}
    _add_events(connection, [(ids[m.step.after.number], m.step.event, m.key) for m in made])


def keep_entry(
    connection: Connection,
    entry_id: int,
    entry_type: EntryType,
    step: Step,
    *,
    watch: Watch,
    key: str,
) -> bool:
    """Write what an act makes of an entry; False if someone else acted on it meanwhile."""
    assert step.before
    here = RegisterEntry.id == entry_id, RegisterEntry.revision == step.before.revision
    row = {**_row(entry_type, step.after), **watch._asdict()}
    kept = update(RegisterEntry).where(*here).values(row)
    if connection.execute(kept).rowcount != 1:
        return False
    _add_events(connection, [(entry_id, step.event, key)])
    return True


def watch_entry(connection: Connection, entry_id: int, watch: Watch) -> None:
    """Note up to when an entry was warned of, and when to look at it again."""
    here = RegisterEntry.id == entry_id
    connection.execute(update(RegisterEntry).where(here).values(watch._asdict()))


def wake_register(connection: Connection, key: str, *, at: datetime) -> None:
    """Have the clock look at every entry of a register, as its warnings may have changed."""
    here = RegisterEntry.type == key, RegisterEntry.status == Status.CURRENT.value
    connection.execute(update(RegisterEntry).where(*here).values(wake_at=at))


def number_of_key(connection: Connection, key: str) -> str | None:
    """Return the entry that an act of this key was done on, or None if it was never done."""
    wanted = select(RegisterEntry.number).join(
        RegisterEvent, RegisterEvent.entry_id == RegisterEntry.id
    )
    return connection.execute(wanted.where(RegisterEvent.key == key)).scalar_one_or_none()


def deploy_register(
    connection: Connection,
    *,
    entry_type: EntryType,
    normal: Mapping[str, Any],
    source: str,
    at: datetime,
    by: int | None,
) -> None:
    """Add a version of a register."""
    connection.execute(
        insert(RegisterType).values(
            key=entry_type.key,
            version=entry_type.version,
            hash=entry_type.hash,
            source=source,
            normal=dict(normal),
            deployed_at=at,
            deployed_by=by,
        )
    )


def _row(entry_type: EntryType, entry: Entry) -> dict[str, Any]:
    return {
        "type": entry.type,
        "holder": entry.holder,
        "status": entry.status.value,
        "data": dict(entry.values),
        "folded": plain(entry_type.name_of(entry.values)),
        "country": entry_type.country_of(entry.values),
        "renewed_on": entry.renewed_on,
        "due_on": entry.due_on,
        "ends_on": entry.ends_on,
        "ended_on": entry.ended_on,
        "end_reason": entry.end_reason,
        "replaced_by": entry.replaced_by,
        "created_at": entry.created_at,
        "updated_at": entry.updated_at,
        "source": entry.source,
        "case_number": entry.case,
        "before_the_system": entry.before_the_system,
        "code": entry.code,
        "revision": entry.revision,
        "head": entry.head,
    }


def _add_events(connection: Connection, events: Sequence[tuple[int, EntryEvent, str]]) -> None:
    lines = [
        {
            "entry_id": entry_id,
            "seq": event.seq,
            "kind": event.kind.value,
            "at": event.at,
            "officer": event.by.officer,
            "agency": event.by.agency,
            "on_behalf_of": event.by.on_behalf_of,
            "body": dict(event.body),
            "hash": event.hash,
            "key": key,
        }
        for entry_id, event, key in events
    ]
    connection.execute(insert(RegisterEvent), lines)
    private = [
        {"entry_id": entry_id, "commitment": sealed, "salt": kept.salt, "value": kept.value}
        for entry_id, event, _ in events
        for sealed, kept in event.private.items()
    ]
    if private:
        connection.execute(insert(RegisterPrivate), private)

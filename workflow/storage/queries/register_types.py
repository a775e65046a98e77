"""What is asked of registers besides their entries: their types, and the history of an entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, select

from workflow.core.events import By, Private
from workflow.core.registers.entries import EntryEvent, EntryKind, Status
from workflow.storage.registers import RegisterEntry, RegisterEvent, RegisterPrivate, RegisterType


def latest_registers(connection: Connection) -> dict[str, int]:
    """Return the newest version of every register by its key."""
    highest = func.max(RegisterType.version).label("version")
    newest = select(RegisterType.key, highest).group_by(RegisterType.key)
    return {row.key: row.version for row in connection.execute(newest)}


def register_form(connection: Connection, key: str, version: int) -> Row[Any] | None:
    """Return hash and normal form of a version of a register, or None."""
    wanted = select(RegisterType.hash, RegisterType.normal)
    here = RegisterType.key == key, RegisterType.version == version
    return connection.execute(wanted.where(*here)).one_or_none()


def held_in(connection: Connection, agencies: Collection[str]) -> list[Row[Any]]:
    """Count, register by register, the entries that each of some agencies keeps."""
    row = RegisterEntry
    counted = select(row.type, row.holder, func.count().label("n")).where(
        row.status == Status.CURRENT.value, row.holder.in_(sorted(agencies))
    )
    grouped = counted.group_by(row.type, row.holder).order_by(row.type, row.holder)
    return list(connection.execute(grouped))


def history_of(connection: Connection, entry_id: int) -> list[EntryEvent]:
    """Return the whole history of an entry, with the personal values that were not erased."""
    private = {
        row.commitment: Private(row.salt, row.value)
        for row in connection.execute(
            select(RegisterPrivate.__table__).where(
                RegisterPrivate.entry_id == entry_id, RegisterPrivate.salt.is_not(None)
            )
        )
    }
    rows = connection.execute(
        select(RegisterEvent.__table__)
        .where(RegisterEvent.entry_id == entry_id)
        .order_by(RegisterEvent.seq)
    )
    return [_event(row, private) for row in rows]


def _event(row: Row[Any], private: Mapping[str, Private]) -> EntryEvent:
    return EntryEvent(
        seq=row.seq,
        kind=EntryKind(row.kind),
        at=row.at,
        by=By(row.officer, row.agency, row.on_behalf_of),
        body=row.body,
        hash=row.hash,
        private=private,
    )

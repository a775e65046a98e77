"""Ending an entry for another that is made in its stead, so that both can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.core.registers import acts
from workflow.core.registers.acts import NewEntry
from workflow.core.registers.entries import Entry, Status
from workflow.core.registers.errors import EntryMoved
from workflow.services.register_desk import desk_of
from workflow.services.register_references import demand_known
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.registers import find_entry
from workflow.storage.register_writing import (
    Made,
    add_entries,
    keep_entry,
    number_of_key,
    take_numbers,
)


def replace_entry(
    uow: UnitOfWork,
    number: str,
    values: Mapping[str, Any],
    *,
    reason: str,
    key: str,
    case: str,
) -> None:
    """Make an entry in the stead of another, which ends and names it; once for each key.

    Raise `UnknownEntry`, `EntryMoved` or what `acts.create` raises.
    """
    desk = desk_of(uow)
    with uow.writing() as connection:
        found = find_entry(connection, number, for_update=True)
        kind, entry = desk.known(found, number, by_case=True)
        if found is None or number_of_key(connection, key):
            return
        now = uow.circumstances(desk.world)
        new = f"{kind.prefix}-{take_numbers(connection, kind.prefix):06}"
        draft = NewEntry(values, entry.holder)
        made = acts.create(kind, new, draft, now=now, case=case, replaces=number)
        demand_known(connection, desk, kind, [made], by_case=True)
        add_entries(connection, kind, [Made(made, desk.watch(kind, None, made), key)])
        if entry.status is Status.CURRENT:
            ended = acts.end(kind, entry, reason, now=now, case=case, replaced_by=new)
            watch = desk.watch(kind, found, ended)
            if not keep_entry(connection, found.id, kind, ended, watch=watch, key=f"{key}:ended"):
                raise EntryMoved(number=number)


def code_of_successor(uow: UnitOfWork, entry: Entry) -> str | None:
    """Return the code of what was made in the stead of an entry, where there is one."""
    if entry.replaced_by is None:
        return None
    with uow.reading() as connection:
        found = find_entry(connection, entry.replaced_by)
    return found.entry.code if found else None

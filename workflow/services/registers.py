"""Entering things in registers and keeping them up to date: one function for each act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from sqlalchemy import Connection

from workflow.core.acts.circumstances import Circumstances
from workflow.core.feeding import with_added
from workflow.core.partial_names import in_part
from workflow.core.registers import acts
from workflow.core.registers.acts import NewEntry
from workflow.core.registers.codes import read_code
from workflow.core.registers.entries import Entry, Status, Step
from workflow.core.registers.errors import EntryMoved, UnknownEntry, UnknownRegister
from workflow.core.registers.types import EntryType
from workflow.services.register_cases import without_unknown_cases
from workflow.services.register_desk import Desk, desk_of
from workflow.services.register_references import demand_known, demand_unnamed
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.register_sweeps import entries_of_source
from workflow.storage.queries.register_types import history_of
from workflow.storage.queries.registers import (
    Found,
    find_entry,
)
from workflow.storage.register_writing import (
    Made,
    add_entries,
    keep_entry,
    number_of_key,
    take_numbers,
)

Decide: TypeAlias = Callable[[EntryType, Entry, Circumstances], Step]


def entry_types(uow: UnitOfWork) -> dict[str, EntryType]:
    """Return every register of the installation by its key."""
    return uow.installation.registers()


def entry_type(uow: UnitOfWork, key: str) -> EntryType:
    """Return a register; raise `UnknownRegister`."""
    found = entry_types(uow).get(key)
    if found is None:
        raise UnknownRegister(register=key)
    return found


def create(
    uow: UnitOfWork,
    type_key: str,
    values: Mapping[str, Any],
    *,
    key: str,
    holder: str | None = None,
    source: str = "",
    case: str | None = None,
) -> Entry:
    """Enter a thing in a register; done again with the same key, return what was entered.

    With `case` the case enters it, whoever acted in it. Raise `UnknownRegister` or what
    `acts.create` raises.
    """
    drafts = [NewEntry(values, holder)]
    return create_all(uow, type_key, drafts, key=key, source=source, case=case)[0]


def create_all(
    uow: UnitOfWork,
    type_key: str,
    drafts: Sequence[NewEntry],
    *,
    key: str,
    source: str = "",
    case: str | None = None,
) -> list[Entry]:
    """Enter several things at once, all or none; raise as `create`."""
    desk = desk_of(uow)
    kind = desk.kind(type_key)
    steps: list[Step] = []
    with uow.writing() as connection:
        first = take_numbers(connection, kind.prefix, len(drafts))
        if number_of_key(connection, f"{key}:0"):
            return _done_before(connection, desk, kind, key=key, count=len(drafts))
        for at, draft in enumerate(drafts):
            number, now = f"{kind.prefix}-{first + at:06}", uow.circumstances(desk.world)
            step = acts.create(kind, number, draft, now=now, source=source, case=case)
            steps.append(step)
        demand_known(connection, desk, kind, steps, by_case=case is not None)
        made = [
            Made(step, desk.watch(kind, None, step), f"{key}:{at}") for at, step in enumerate(steps)
        ]
        add_entries(connection, kind, made)
    entries = [replace(step.after, fed=case is not None) for step in steps]
    return entries if case else [desk.shown(kind, entry) for entry in entries]


def _done_before(
    connection: Connection, desk: Desk, kind: EntryType, *, key: str, count: int
) -> list[Entry]:
    numbers = (number_of_key(connection, f"{key}:{at}") for at in range(count))
    found = (find_entry(connection, number) for number in numbers if number)
    return [desk.shown(kind, one.entry) for one in found if one]


def change(
    uow: UnitOfWork,
    number: str,
    values: Mapping[str, Any],
    *,
    key: str,
    revision: int | None = None,
    case: str | None = None,
    adds: Mapping[str, list[Any]] | None = None,
) -> Entry:
    """Write some values of an entry anew; None empties one, and `adds` joins those held already.

    `revision` is that of the entry as it was read. Raise `UnknownEntry`, `EntryMoved` or what
    `acts.change` raises.
    """
    return _act(
        uow,
        number,
        lambda kind, entry, now: acts.change(
            kind, entry, {**values, **with_added(entry.values, adds or {})}, now=now, case=case
        ),
        key=key,
        revision=revision,
        case=case,
    )


def renew(
    uow: UnitOfWork,
    number: str,
    values: Mapping[str, Any] | None = None,
    *,
    key: str,
    revision: int | None = None,
    case: str | None = None,
    adds: Mapping[str, list[Any]] | None = None,
) -> Entry:
    """Confirm an entry, with what has changed since; raise as `change`."""
    return _act(
        uow,
        number,
        lambda kind, entry, now: acts.renew(
            kind,
            entry,
            {**(values or {}), **with_added(entry.values, adds or {})},
            now=now,
            case=case,
        ),
        key=key,
        revision=revision,
        case=case,
    )


def transfer(
    uow: UnitOfWork,
    number: str,
    holder: str,
    *,
    key: str,
    reason: str = "",
    revision: int | None = None,
) -> Entry:
    """Give an entry to another agency; raise as `change`, or `AgencyUnknown`."""
    return _act(
        uow,
        number,
        lambda kind, entry, now: acts.transfer(kind, entry, holder, now=now, reason=reason),
        key=key,
        revision=revision,
    )


def end(
    uow: UnitOfWork,
    number: str,
    *,
    reason: str,
    key: str,
    revision: int | None = None,
    case: str | None = None,
) -> Entry:
    """End an entry with a reason; raise as `change`, or `ReasonMissing`."""
    return _act(
        uow,
        number,
        lambda kind, entry, now: acts.end(kind, entry, reason, now=now, case=case),
        key=key,
        revision=revision,
        case=case,
    )


def resume(
    uow: UnitOfWork,
    number: str,
    *,
    key: str,
    reason: str = "",
    revision: int | None = None,
    case: str | None = None,
) -> Entry:
    """Bring an ended entry back; raise as `change`, or `EntryNotEnded`."""
    return _act(
        uow,
        number,
        lambda kind, entry, now: acts.resume(kind, entry, now=now, reason=reason, case=case),
        key=key,
        revision=revision,
        case=case,
    )


def undo_all(uow: UnitOfWork, source: str, *, key: str) -> int:
    """Take back all that came from one source and return how much that was.

    Raise `EntryMoved` if somebody has acted on any of it since, `ImportActedOn` if something else
    names any of it, or `NotAssigned`.
    """
    desk, types = desk_of(uow), uow.installation.every()
    with uow.as_keeper().writing() as connection:
        found = [
            one
            for one in entries_of_source(connection, source)
            if one.entry.status is not Status.UNDONE
        ]
        for register in {one.entry.type for one in found}:
            demand_unnamed(connection, desk, types, register=register, source=source)
        for one in found:
            kind, entry = desk.kind(one.entry.type), one.entry
            if entry.revision != 1:
                raise _moved(connection, one)
            step = acts.undo(kind, entry, now=uow.circumstances(desk.world))
            _keep(connection, desk, one, step, key=f"{key}:{entry.number}")
    return len(found)


def read(uow: UnitOfWork, number: str) -> Entry:
    """Return an entry with the values that the reader may read; raise `UnknownEntry`."""
    desk = desk_of(uow)
    with uow.reading() as connection:
        kind, entry = desk.known(find_entry(connection, number), number)
        (told,) = without_unknown_cases(connection, uow.powers, [entry])
    return desk.shown(kind, told)


def checked(uow: UnitOfWork, code: str) -> tuple[EntryType, Entry]:
    """Return what anybody may learn of the entry of a code, persons in part.

    Raise `UnknownEntry`.
    """
    with uow.reading() as connection:
        found = find_entry(connection, read_code(code) or "", by_code=True)
    kind = entry_types(uow).get(found.entry.type) if found else None
    if found is None or kind is None or found.entry.status is Status.UNDONE:
        raise UnknownEntry(number=code)
    values = found.entry.values
    told = {key: kind.fields[key].personal for key in kind.public_check if key in values}
    shown = {k: in_part(values[k]) if personal else values[k] for k, personal in told.items()}
    return kind, replace(found.entry, values=shown)


# --- Parts --------------------------------------------------------------------------------


def _act(
    uow: UnitOfWork,
    number: str,
    decide: Decide,
    *,
    key: str,
    revision: int | None,
    case: str | None = None,
) -> Entry:
    """Read an entry, decide and write, while nobody else can; once for each key."""
    desk, by_case = desk_of(uow), case is not None
    with uow.writing() as connection:
        found = find_entry(connection, number, for_update=True)
        kind, entry = desk.known(found, number, by_case=by_case)
        assert found
        if not number_of_key(connection, key):
            if revision is not None and revision != entry.revision:
                raise _moved(connection, found)
            step = decide(kind, entry, uow.circumstances(desk.world))
            demand_known(connection, desk, kind, [step], by_case=by_case)
            _keep(connection, desk, found, step, key=key)
            entry = replace(step.after, fed=entry.fed or by_case)
    return entry if by_case else desk.shown(kind, entry)


def _keep(connection: Connection, desk: Desk, found: Found, step: Step, *, key: str) -> None:
    kind = desk.kind(found.entry.type)
    watch = desk.watch(kind, found, step)
    if not keep_entry(connection, found.id, kind, step, watch=watch, key=key):
        raise _moved(connection, found)


def _moved(connection: Connection, found: Found) -> EntryMoved:
    """Say who acted on an entry first."""
    last = history_of(connection, found.id)[-1]
    return EntryMoved(
        number=found.entry.number, officer=last.by.officer, at=last.at, kind=last.kind
    )

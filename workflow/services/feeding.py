"""The registers that cases feed: what a case asked of them is done after the act, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from workflow.core.access import readable_data
from workflow.core.entries import Deed
from workflow.core.feeding import shaped, tells_too_much, with_added
from workflow.core.fields import FieldType
from workflow.core.registers.entries import FROM_CASE, Entry, Status
from workflow.core.registers.errors import EntryEnded, NothingChanged, UnknownEntry
from workflow.core.registers.types import EntryType
from workflow.core.snapshot import CaseSnapshot
from workflow.core.world import World
from workflow.services import registers
from workflow.services.notices import CLOCK_POWERS
from workflow.services.register_desk import desk_of
from workflow.services.register_replacing import replace_entry
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.jobs import ClaimedJob, follows_unfinished
from workflow.storage.queries.registers import entries_beside
from workflow.storage.register_writing import number_of_key


@dataclass(frozen=True, slots=True)
class Beside:
    """The entries of registers that a case tells of, as far as its reader may know them."""

    fed: tuple[tuple[EntryType, Entry], ...] = ()
    """Those that the case writes."""
    named: Mapping[str, str] = field(default_factory=dict)
    """By number: the names of those that its data name."""


class OutOfTurn(Exception):  # noqa: N818 - no refusal: the work is tried again
    """Something that the case asked earlier is still to be done."""


def keep_entry(uow: UnitOfWork, job: ClaimedJob) -> None:
    """Do to a register what a case asked for when it entered a state; done again, do nothing.

    What one case asks is done in the order in which it was asked. A case that only few may know
    of writes nothing that more could read. Raise `OutOfTurn`, `UnknownRegister`, or what the
    act on the entry raises.
    """
    clock, told = uow.as_powers(CLOCK_POWERS), job.payload
    kind = registers.entry_type(clock, told["register"])
    case = clock.load(told["number"]).snapshot
    values = shaped(kind.fields, told["values"])
    adds = shaped(kind.fields, told.get("adds", {}))
    with clock.reading() as connection:
        if follows_unfinished(connection, job):
            raise OutOfTurn(job.key)
        done = any(number_of_key(connection, key) for key in (f"{job.key}:0", job.key))
        entry = None if done else _target(connection, told)
        values |= {} if done else dict(_made(connection, told))
    if done or tells_too_much(case, kind.fields, {**values, **adds}):
        return
    if entry is not None:
        _act_on(clock, entry, job, values=values, adds=adds)
    elif told["do"] in (Deed.CREATE, Deed.REPLACE):
        holder = told.get("holder")
        whole = {**values, **with_added(values, adds)}
        registers.create(clock, kind.key, whole, key=job.key, holder=holder, case=case.number)


def _target(connection: Connection, told: Mapping[str, Any]) -> Entry | None:
    """Find the entry that is meant: the one named, else the one that the case made."""
    named = {told["entry"]} - {None} if "entry" in told else set()
    own = "" if "entry" in told else told["number"]
    found = entries_beside(connection, own, named) if own or named else []
    kept = [e for e in found if e.type == told["register"] and e.status is not Status.UNDONE]
    return next(iter(sorted(kept, key=lambda e: e.status is not Status.CURRENT)), None)


def _made(connection: Connection, told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Go through the fields that name what the case made in other registers.

    Raise `UnknownEntry` where that is still to be made: then this work waits for it.
    """
    for key, register in told.get("made", {}).items():
        own = _target(connection, {"number": told["number"], "register": register})
        if own is None:
            raise UnknownEntry(register=register, case=told["number"])
        yield key, own.number


def _act_on(
    clock: UnitOfWork,
    entry: Entry,
    job: ClaimedJob,
    *,
    values: Mapping[str, Any],
    adds: Mapping[str, list[Any]],
) -> None:
    """Bring an entry up to date or end it; one that had ended begins again by being written."""
    number, case, key = entry.number, job.payload["number"], job.key
    if job.payload["do"] == Deed.END:
        if (values or adds) and entry.status is Status.CURRENT:
            with suppress(NothingChanged):
                registers.change(clock, number, values, key=f"{key}:values", case=case, adds=adds)
        with suppress(EntryEnded):
            registers.end(clock, number, reason=job.payload["reason"], key=key, case=case)
        return
    if job.payload["do"] == Deed.REPLACE:
        reason = job.payload["reason"]
        held = {k: [*(entry.values.get(k) or ()), *more] for k, more in adds.items()}
        whole = {**values, **with_added({}, held)}
        replace_entry(clock, number, whole, reason=reason, key=key, case=case)
        return
    if entry.status is Status.ENDED:
        registers.resume(clock, number, key=f"{key}:resumed", case=case)
    if "entry" in job.payload:
        with suppress(NothingChanged):
            registers.change(clock, number, values, key=key, case=case, adds=adds)
    else:
        registers.renew(clock, number, values, key=key, case=case, adds=adds)


def beside(uow: UnitOfWork, case: CaseSnapshot, world: World | None = None) -> Beside:
    """Return the entries that a case writes, and the names of those that its data name.

    Nothing is asked of the database before the case can have written any, or names one.
    """
    fields = case.definition.data
    data = readable_data(case, uow.powers)
    asks = [key for key, spec in fields.items() if spec.type is FieldType.ENTRY]
    numbers = {data[key] for key in asks if data.get(key)}
    if not numbers and not any(case.definition.state(key).records for key in case.entered):
        return Beside()
    with uow.reading() as connection:
        found = entries_beside(connection, case.number, numbers)
    if not found:
        return Beside()
    desk = desk_of(uow, world)
    seen = [(desk.kinds[e.type], e) for e in found if e.type in desk.kinds]
    known = [(kind, desk.shown(kind, e)) for kind, e in seen if desk.may_read(kind, e)]
    return Beside(
        tuple((kind, e) for kind, e in known if case.number in (e.case, _maker(e))),
        {e.number: kind.name_of(e.values) for kind, e in known if e.number in numbers},
    )


def _maker(entry: Entry) -> str:
    return entry.source.removeprefix(FROM_CASE)

"""Entries of registers brought in from a file: previewed line by line, all or none, undoable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from functools import lru_cache, partial
from typing import Any

from workflow.catalogue.cells import Files, names_of, no_file
from workflow.catalogue.columns import CellFault, entry_columns
from workflow.catalogue.entry_lines import EntryLine, entry_table, read_entries
from workflow.catalogue.line_reading import Table
from workflow.catalogue.row_sheets import further_sheets
from workflow.catalogue.sheets import read_sheet
from workflow.core.errors import AgencyUnknown, AnswersRefused, ImportRefused, Refusal
from workflow.core.powers import Powers, Standing
from workflow.core.registers import acts
from workflow.core.registers.acts import NewEntry
from workflow.core.registers.likeness import likeness_of
from workflow.core.registers.types import EntryType
from workflow.services.batches import (
    ENTRIES,
    ImportNotReady,
    ImportOutdated,
    Told,
    batch_named,
    demand_untouched,
    fail,
    keep,
    settled,
)
from workflow.services.entry_names import entry_named
from workflow.services.register_desk import Desk, desk_of
from workflow.services.register_lists import similar
from workflow.services.register_references import demand_known
from workflow.services.registers import create_all, entry_type, undo_all
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries import batches as queries
from workflow.storage.queries.batches import Batch, BatchPhase
from workflow.storage.register_writing import number_of_key

_SAME = 1.0


def as_owner(uow: UnitOfWork, agency: str, officer: int | None) -> UnitOfWork:
    """Return the same unit of work for the agency that answers for a register."""
    own = Standing(frozenset({agency}))
    return uow.as_powers(Powers(officer=officer, agency=agency, own=own))


def preview(
    uow: UnitOfWork,
    register: str,
    content: bytes,
    *,
    file_name: str,
    key: str,
    agency: str = "",
    files: Files = no_file,  # noqa: ARG001 - entries hold no documents
    told: Told = lambda _done, _all: None,
) -> Batch:
    """Say of every line of a file what it would become or why it cannot; nothing is brought in.

    `agency` is in whose name it would be. Raise `UnknownRegister` or `SheetRefused`.
    """
    kind = entry_type(uow, register)
    further = further_sheets(content, entry_columns(kind))
    table = entry_table(kind, read_sheet(content), further)
    owner = as_owner(uow, agency or kind.owner, uow.powers.officer)
    lines = [] if table.faults else list(_previewed(owner, kind, table, told))
    number = keep(
        uow,
        lines,
        list(table.faults),
        key=key,
        kind=ENTRIES,
        type=kind.key,
        version=kind.version,
        file_name=file_name[:200],
        agency=agency or kind.owner,
    )
    return batch_named(uow, number, kind=ENTRIES)


def _previewed(
    uow: UnitOfWork, kind: EntryType, table: Table, told: Told
) -> Iterator[dict[str, Any]]:
    desk = desk_of(uow)
    known = lru_cache(maxsize=4096)(partial(entry_named, uow))
    names = names_of(desk.world.network.active(uow.today), known)
    for done, line in enumerate(read_entries(kind, table, names), 1):
        yield _line(uow, desk, kind, table, line)
        told(done, len(table.lines))


def _line(
    uow: UnitOfWork, desk: Desk, kind: EntryType, table: Table, line: EntryLine
) -> dict[str, Any]:
    faults, shown = list(line.faults), {}
    notes: list[CellFault] = []
    if line.entry:
        try:
            shown = _shown(uow, desk, kind, line.entry)
        except Refusal as refusal:
            faults += _explained(kind, table, line, refusal)
        for fault in _alike(uow, kind, table, line, line.entry):
            (faults if fault.code == "entry_known" else notes).append(fault)
    return {
        "line": line.no,
        "title": line.title,
        "external": "",
        "body": None if faults or not line.entry else spell_entry(line.entry),
        "shown": shown,
        "faults": [asdict(fault) for fault in faults],
        "notes": [asdict(note) for note in notes],
    }


def _shown(uow: UnitOfWork, desk: Desk, kind: EntryType, new: NewEntry) -> dict[str, Any]:
    """Return what a line becomes; raise whatever refuses it."""
    if new.renewed_on and new.renewed_on > uow.today:
        raise ImportRefused(why="future", part="confirmed_on", latest=uow.today)
    step = acts.create(kind, f"{kind.prefix}-0", new, now=uow.circumstances(desk.world))
    with uow.reading() as connection:
        demand_known(connection, desk, kind, [step], by_case=False)
    due = step.after.due_on
    return {"holder": step.after.holder, "due_on": due.isoformat() if due else None}


def _alike(
    uow: UnitOfWork, kind: EntryType, table: Table, line: EntryLine, new: NewEntry
) -> Iterator[CellFault]:
    """Tell of entries that may be the same thing: the very same is not entered again."""
    for entry in similar(uow, kind.key, new.values, limit=1):
        same = likeness_of(kind, new.values, entry.values) >= _SAME
        about = {"number": entry.number, "name": kind.name_of(entry.values)}
        code = "entry_known" if same else "entry_alike"
        yield CellFault(line.no, table.title(kind.name), code, about)


def _explained(
    kind: EntryType, table: Table, line: EntryLine, refusal: Refusal
) -> Iterator[CellFault]:
    """Tell a refusal as the fault of a cell."""
    said: Mapping[str, Any] = refusal.particulars
    match refusal:
        case AnswersRefused():
            for key, code in said["problems"].items():
                yield CellFault(line.no, table.title(key), code)
        case AgencyUnknown():
            about = {"written": said["agency"]}
            yield CellFault(line.no, table.title("keeper"), "no_such_agency", about)
        case ImportRefused():
            about = {"latest": said["latest"].isoformat()}
            yield CellFault(line.no, table.title("confirmed_on"), "place_future", about)
        case _:
            yield CellFault(line.no, table.title(kind.name), "unreadable")


# --- Bringing in and undoing -----------------------------------------------------------------


def bring_in(uow: UnitOfWork, batch: Batch, *, told: Told = lambda _done, _all: None) -> Batch:
    """Enter everything that an import has, by one transaction; done again, nothing happens.

    Whatever goes wrong, nothing was entered and the import tells why. Raise `ImportNotReady`.
    """
    if batch.phase is not BatchPhase.APPLYING:
        raise ImportNotReady(batch=batch.id, phase=batch.phase.value)
    owner = as_owner(uow, batch.agency, batch.applied_by)
    source = source_of(batch)
    try:
        with uow.reading() as connection:
            lines = queries.lines_of(connection, batch.id)
            done = number_of_key(connection, f"{source}:0") is not None
        if not done and entry_type(uow, batch.type).version != batch.version:
            raise ImportOutdated(batch=batch.id)
        drafts = [read_entry(line.body or {}) for line in lines]
        entries = create_all(owner, batch.type, drafts, key=source, source=source)
    except Refusal as refusal:
        fail(uow, batch, refusal, back=BatchPhase.FAILED)
    else:
        made = [(line.line, e.number, 1) for line, e in zip(lines, entries, strict=True)]
        settled(uow, batch, BatchPhase.APPLIED, made)
        told(len(lines), len(lines))
    return batch_named(uow, batch.id, kind=ENTRIES)


def take_back(uow: UnitOfWork, batch: Batch, *, told: Told = lambda _done, _all: None) -> Batch:
    """Undo everything that an import entered, by one transaction, unless somebody acted on it.

    Then it stays, and tells which. Raise `ImportNotReady`.
    """
    if batch.phase is not BatchPhase.UNDOING:
        raise ImportNotReady(batch=batch.id, phase=batch.phase.value)
    owner = as_owner(uow, batch.agency, batch.undone_by)
    try:
        with uow.reading() as connection:
            demand_untouched(connection, batch)
        undo_all(owner, source_of(batch), key=f"{source_of(batch)}:undone")
    except Refusal as refusal:
        fail(uow, batch, refusal, back=BatchPhase.APPLIED)
    else:
        settled(uow, batch, BatchPhase.UNDONE, ())
        told(batch.total, batch.total)
    return batch_named(uow, batch.id, kind=ENTRIES)


def source_of(batch: Batch) -> str:
    """Return what the entries of an import say of where they came from."""
    return f"import:{batch.id}"


def spell_entry(new: NewEntry) -> dict[str, Any]:
    """Write what a line says as JSON values."""
    renewed = new.renewed_on.isoformat() if new.renewed_on else None
    return {"values": dict(new.values), "holder": new.holder, "renewed_on": renewed}


def read_entry(body: Mapping[str, Any]) -> NewEntry:
    """Read back what `spell_entry` wrote."""
    renewed = date.fromisoformat(body["renewed_on"]) if body["renewed_on"] else None
    return NewEntry(body["values"], body["holder"], renewed, before_the_system=True)

"""Cases that were under way before the system, brought in from a file: all of them or none.

A file is brought in by one transaction, and undone by one until somebody acts on what it brought.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from workflow.catalogue.case_lines import EXTERNAL
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.importing import UnderWay, import_case, undo_import
from workflow.core.change import Change
from workflow.core.errors import CaseMoved, HoursOverlap, ImportActedOn, Refusal
from workflow.core.events import By
from workflow.core.numbers import case_number
from workflow.services.batches import (
    ImportNotReady,
    ImportOutdated,
    Told,
    batch_named,
    demand_untouched,
    fail,
)
from workflow.services.held_hours import LinesSoFar, demand_free_hours
from workflow.services.import_preview import read_wish
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.apply import write
from workflow.storage.beginning import take_number
from workflow.storage.load import load_case
from workflow.storage.queries import batches as queries
from workflow.storage.queries.batches import Batch, BatchPhase
from workflow.storage.queries.events import events_of


@dataclass(frozen=True, slots=True)
class _Made:
    """A line and the change that it becomes."""

    line: int
    change: Change


def bring_in(uow: UnitOfWork, batch: Batch, *, told: Told = lambda _done, _all: None) -> Batch:
    """Bring in everything that an import has, by one transaction; done again, nothing happens.

    Whatever goes wrong, nothing was brought in and the import tells why. Raise `ImportNotReady`.
    """
    if batch.phase is not BatchPhase.APPLYING:
        raise ImportNotReady(batch=batch.id, phase=batch.phase.value)
    try:
        _write_all(uow, batch, list(_decided(uow, batch, told)))
    except Refusal as refusal:
        fail(uow, batch, refusal, back=BatchPhase.FAILED)
    return batch_named(uow, batch.id)


def _decided(uow: UnitOfWork, batch: Batch, told: Told) -> Iterator[_Made]:
    definition = uow.installation.newest(batch.type)
    if definition.version != batch.version:
        raise ImportOutdated(batch=batch.id)
    with uow.reading() as connection:
        lines = queries.lines_of(connection, batch.id)
    year = uow.today.year
    with uow.writing() as connection:
        first = take_number(connection, year, many=len(lines)) - len(lines) + 1
    world = uow.world()
    by = By(batch.applied_by, batch.agency)
    so_far = LinesSoFar(definition)
    for n, line in enumerate(lines):
        number, wish = case_number(year, first + n), read_wish(line.body or {})
        _demand_free_hours_still(uow, batch, line.line, wish, so_far)
        now = Circumstances(uow.powers, uow.now, world, secrets.token_bytes(32))
        yield _Made(
            line.line, import_case(definition, number, wish, batch=batch.id, by=by, now=now)
        )
        told(n + 1, len(lines))


def _demand_free_hours_still(
    uow: UnitOfWork, batch: Batch, line: int, wish: UnderWay, so_far: LinesSoFar
) -> None:
    """Raise `ImportOutdated` where somebody took a place since: a new look at the file tells."""
    said = wish.answers.data
    try:
        demand_free_hours(uow, so_far.definition, said)
    except HoursOverlap as clash:
        raise ImportOutdated(batch=batch.id) from clash
    if so_far.earlier(uow, line, said):
        raise ImportOutdated(batch=batch.id)


def _write_all(uow: UnitOfWork, batch: Batch, made: list[_Made]) -> None:
    """Write every case, or none where another import has brought one of them meanwhile."""
    externals = {str(one.change.after.data.get(EXTERNAL)) for one in made}
    with uow.as_keeper().writing() as connection:
        here = {"source": BatchPhase.APPLYING, "target": BatchPhase.APPLIED}
        if not queries.move_batch(connection, batch.id, **here, applied_at=uow.now):
            return
        if known := queries.known_externals(connection, batch.type, externals):
            raise ImportOutdated(batch=batch.id, numbers=sorted(known))
        for one in made:
            key = f"import:{batch.id}:{one.line}"
            if not write(connection, one.change, case_id=None, key=key):
                raise CaseMoved(number=one.change.number)
        numbers = ((one.line, one.change.number, one.change.after.seq) for one in made)
        queries.note_numbers(connection, batch.id, numbers)


# --- Undoing -------------------------------------------------------------------------------------


def take_back(uow: UnitOfWork, batch: Batch, *, told: Told = lambda _done, _all: None) -> Batch:
    """Undo everything that an import brought, by one transaction, unless somebody acted on it.

    Then it stays, and tells which. Raise `ImportNotReady`.
    """
    if batch.phase is not BatchPhase.UNDOING:
        raise ImportNotReady(batch=batch.id, phase=batch.phase.value)
    try:
        _write_undoing(uow, batch, list(_undone(uow, batch, told)))
    except Refusal as refusal:
        fail(uow, batch, refusal, back=BatchPhase.APPLIED)
    return batch_named(uow, batch.id)


@dataclass(frozen=True, slots=True)
class _Undone:
    """A case that an import brought, and the change that ends it."""

    line: int
    case_id: int
    change: Change


def _undone(uow: UnitOfWork, batch: Batch, told: Told) -> Iterator[_Undone]:
    by, now = By(batch.undone_by, batch.agency), uow.circumstances()
    with uow.as_keeper().reading() as connection:
        demand_untouched(connection, batch)
        lines = queries.lines_of(connection, batch.id)
        for done, line in enumerate(lines, 1):
            definitions = uow.installation.definition
            loaded = load_case(connection, number=line.number, definitions=definitions)
            if loaded is None:
                raise LookupError(f"{line.number} was imported and is not there")
            since = events_of(connection, loaded.case_id, from_seq=(line.seq or 0) + 1)
            change = undo_import(loaded.snapshot, since, by=by, now=now)
            yield _Undone(line.line, loaded.case_id, change)
            told(done, len(lines))


def _write_undoing(uow: UnitOfWork, batch: Batch, undone: list[_Undone]) -> None:
    """End every case of an import, or none where one of them has moved meanwhile."""
    with uow.as_keeper().writing() as connection:
        here = {"source": BatchPhase.UNDOING, "target": BatchPhase.UNDONE}
        if not queries.move_batch(connection, batch.id, **here, undone_at=uow.now):
            return
        for one in undone:
            key = f"import:{batch.id}:{one.line}:undone"
            if not write(connection, one.change, case_id=one.case_id, key=key):
                raise ImportActedOn(numbers=(one.change.number,), count=1)
        queries.withdraw_told(connection, batch.id, at=uow.now)

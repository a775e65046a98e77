"""Imports under their numbers: looked at, begun, dropped, and gone on with by the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection

from workflow.catalogue.columns import CellFault
from workflow.core.change import JobKind
from workflow.core.errors import ImportActedOn, Refusal
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.jobs import enqueue
from workflow.storage.queries import batches as queries
from workflow.storage.queries.batches import Batch, BatchLine, BatchPhase

CASES: Final = "cases"
ENTRIES: Final = "entries"
MOST_LISTED: Final = 50
MOST_NAMED: Final = 20
"""How many of those that somebody acted on are named."""

Told: TypeAlias = Callable[[int, int], object]
"""Is told how many lines are done, of how many."""


class UnknownImport(Refusal):
    """No import has that number."""


class ImportNotReady(Refusal):
    """An import is not in the phase that this asks for; `phase` tells in which it is."""


class ImportOutdated(Refusal):
    """What a file was read with has changed since; it has to be looked at again."""


def any_batch(uow: UnitOfWork, batch_id: int) -> Batch:
    """Return an import, whatever it brings; raise `UnknownImport`."""
    with uow.reading() as connection:
        found = queries.batch_of(connection, batch_id)
    if found is None:
        raise UnknownImport(batch=batch_id)
    return found


def batch_named(uow: UnitOfWork, batch_id: int, *, kind: str = CASES) -> Batch:
    """Return an import of a kind of thing; raise `UnknownImport`."""
    found = any_batch(uow, batch_id)
    if found.kind != kind:
        raise UnknownImport(batch=batch_id)
    return found


def latest(uow: UnitOfWork, types: Iterable[tuple[str, str]]) -> list[Batch]:
    """List the latest imports of some types, each with its kind, the newest first."""
    with uow.reading() as connection:
        return queries.batches(connection, types, limit=MOST_LISTED)


def lines_page(
    uow: UnitOfWork, batch: Batch, *, after: int, limit: int, faulty: bool = False
) -> list[BatchLine]:
    """List the lines of an import, those after a line; with `faulty` only those to be mended."""
    with uow.reading() as connection:
        return queries.lines_of(connection, batch.id, after=after, limit=limit, faulty=faulty)


def keep(
    uow: UnitOfWork, lines: list[dict[str, Any]], header: list[CellFault], **about: object
) -> int:
    """Keep what a file has until somebody decides on it, and return the number of the import."""
    faulty = sum(line["body"] is None for line in lines)
    phase = BatchPhase.FAULTY if header or faulty or not lines else BatchPhase.READY
    with uow.writing() as connection:
        return queries.add_batch(
            connection,
            lines,
            **about,
            phase=phase.value,
            created_at=uow.now,
            created_by=uow.powers.officer,
            total=len(lines),
            faulty=faulty,
            faults=[asdict(fault) for fault in header],
        )


def begin(uow: UnitOfWork, batch: Batch) -> Batch:
    """Decide that an import is brought in, which the clock process then does.

    Raise `ImportNotReady`.
    """
    about = {"applied_at": uow.now, "applied_by": uow.powers.officer, "because": None}
    _move(uow, batch, BatchPhase.READY, BatchPhase.APPLYING, **about)
    return batch_named(uow, batch.id, kind=batch.kind)


def begin_undoing(uow: UnitOfWork, batch: Batch) -> Batch:
    """Decide that an import is undone, which the clock process then does.

    Raise `ImportNotReady`, or `ImportActedOn` naming what somebody acted on.
    """
    with uow.as_keeper().reading() as connection:
        demand_untouched(connection, batch)
    about = {"undone_at": uow.now, "undone_by": uow.powers.officer, "because": None}
    _move(uow, batch, BatchPhase.APPLIED, BatchPhase.UNDOING, **about)
    return batch_named(uow, batch.id, kind=batch.kind)


def demand_untouched(connection: Connection, batch: Batch) -> None:
    """Raise `ImportActedOn` naming what of an import somebody acted on."""
    look = queries.acted_on if batch.kind == CASES else queries.entries_acted_on
    numbers, count = look(connection, batch.id, limit=MOST_NAMED)
    if numbers:
        raise ImportActedOn(numbers=tuple(numbers), count=count)


def _move(
    uow: UnitOfWork, batch: Batch, source: BatchPhase, target: BatchPhase, **about: object
) -> None:
    with uow.writing() as connection:
        if not queries.move_batch(connection, batch.id, source=source, target=target, **about):
            raise ImportNotReady(batch=batch.id, phase=batch.phase.value)
        _leave_work(connection, batch, target, at=uow.now)


def _leave_work(connection: Connection, batch: Batch, phase: BatchPhase, *, at: datetime) -> None:
    key = f"import:{batch.id}:{phase.value}:{at.isoformat()}"
    enqueue(connection, JobKind.IMPORT, key=key, payload={"batch": batch.id})


def is_left(uow: UnitOfWork, batch: Batch) -> bool:
    """Say whether an import is at work and nobody does the work, as it was given up."""
    if not batch.works:
        return False
    with uow.reading() as connection:
        return not queries.has_work(connection, batch.id)


def again(uow: UnitOfWork, batch: Batch) -> None:
    """Let the work on an import be tried again that was given up; raise `ImportNotReady`."""
    if not is_left(uow, batch):
        raise ImportNotReady(batch=batch.id, phase=batch.phase.value)
    with uow.writing() as connection:
        _leave_work(connection, batch, batch.phase, at=uow.now)


def drop(uow: UnitOfWork, batch: Batch) -> None:
    """Forget an import that brought nothing; raise `ImportNotReady`."""
    with uow.writing() as connection:
        if not queries.drop_batch(connection, batch.id):
            raise ImportNotReady(batch=batch.id, phase=batch.phase.value)


def fail(uow: UnitOfWork, batch: Batch, refusal: Refusal, *, back: BatchPhase) -> None:
    """Note why an import came to nothing, or why it stays."""
    because = {"refusal": type(refusal).__name__, "particulars": _plain(refusal.particulars)}
    with uow.writing() as connection:
        queries.move_batch(connection, batch.id, source=batch.phase, target=back, because=because)


def settled(
    uow: UnitOfWork, batch: Batch, phase: BatchPhase, made: Iterable[tuple[int, str, int]]
) -> None:
    """Note that the work on an import is done, and what each line became."""
    with uow.writing() as connection:
        if queries.move_batch(connection, batch.id, source=batch.phase, target=phase):
            queries.note_numbers(connection, batch.id, made)


def _plain(particulars: Mapping[str, Any]) -> dict[str, Any]:
    def spelled(value: object) -> object:
        if isinstance(value, list | tuple | set | frozenset):
            return [spelled(one) for one in value]
        return value if isinstance(value, str | int | bool | dict | None) else str(value)

    return {key: spelled(value) for key, value in particulars.items()}

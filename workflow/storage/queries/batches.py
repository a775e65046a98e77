"""Imports: what was previewed, what came of it, and what its lines name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from workflow.core.change import JobKind
from workflow.core.events import Kind
from workflow.core.registers.entries import Status
from workflow.storage import dialect
from workflow.storage.batches import ImportBatch, ImportLine
from workflow.storage.case import Case, EventRow
from workflow.storage.people import Membership, Officer
from workflow.storage.queries.people import valid_on
from workflow.storage.registers import RegisterEntry
from workflow.storage.work import JobRow, NoticeRow

_AT_ONCE = 500


class BatchPhase(StrEnum):
    """How far an import is."""

    FAULTY = "faulty"
    """Something in its file must be mended."""
    READY = "ready"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"
    """It fitted when it was looked at, and no longer did when it was brought in."""
    UNDOING = "undoing"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Batch:
    """An import, and how far it has got."""

    id: int
    kind: str
    type: str
    version: int
    file_name: str
    phase: BatchPhase
    agency: str
    created_at: datetime
    created_by: int | None
    applied_at: datetime | None
    applied_by: int | None
    undone_at: datetime | None
    undone_by: int | None
    total: int
    faulty: int
    faults: tuple[Mapping[str, Any], ...]
    because: Mapping[str, Any] | None

    @property
    def works(self) -> bool:
        """Whether somebody is at work on it."""
        return self.phase in (BatchPhase.APPLYING, BatchPhase.UNDOING)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One line of an import."""

    line: int
    title: str
    external: str
    body: Mapping[str, Any] | None
    shown: Mapping[str, Any]
    faults: tuple[Mapping[str, Any], ...]
    notes: tuple[Mapping[str, Any], ...]
    number: str | None
    seq: int | None


def add_batch(connection: Connection, lines: Iterable[Mapping[str, Any]], **values: Any) -> int:  # noqa: ANN401
    """Keep an import with its lines and return its id; once for each key."""
    made = dialect.insert(connection)(ImportBatch).values(**values).on_conflict_do_nothing()
    new: int | None = connection.execute(made.returning(ImportBatch.id)).scalar_one_or_none()
    if new is None:
        known = select(ImportBatch.id).where(ImportBatch.key == values["key"])
        return int(connection.execute(known).scalar_one())
    for some in _parts({"batch_id": new, **line} for line in lines):
        connection.execute(insert(ImportLine), some)
    return new


def batch_of(connection: Connection, batch_id: int) -> Batch | None:
    """Return an import, or None."""
    row = ImportBatch
    found = connection.execute(select(row.__table__).where(row.id == batch_id)).one_or_none()
    return _batch(found) if found else None


def batches(connection: Connection, types: Iterable[tuple[str, str]], *, limit: int) -> list[Batch]:
    """List the imports of some types, each with its kind, the newest first."""
    row = ImportBatch
    wanted = select(row.__table__).where(tuple_(row.kind, row.type).in_(sorted(types)))
    found = connection.execute(wanted.order_by(row.id.desc()).limit(limit))
    return [_batch(one) for one in found]


def _batch(row: Row[Any]) -> Batch:
    values = {k: v for k, v in row._mapping.items() if k != "key"}
    values |= {"phase": BatchPhase(row.phase), "faults": tuple(row.faults)}
    return Batch(**values)


def lines_of(
    connection: Connection,
    batch_id: int,
    *,
    after: int = 0,
    limit: int | None = None,
    faulty: bool = False,
) -> list[BatchLine]:
    """List the lines of an import, those after a line; with `faulty` only what is to be mended."""
    row = ImportLine
    columns = [c for c in row.__table__.columns if c.name != "batch_id"]
    wanted = select(*columns).where(row.batch_id == batch_id, row.line > after)
    if faulty:
        wanted = wanted.where(row.body.is_(None), row.number.is_(None))
    found = connection.execute(wanted.order_by(row.line).limit(limit))
    return [
        BatchLine(**{**one._mapping, "faults": tuple(one.faults), "notes": tuple(one.notes)})
        for one in found
    ]


def move_batch(
    connection: Connection,
    batch_id: int,
    *,
    source: BatchPhase,
    target: BatchPhase,
    **values: Any,  # noqa: ANN401 - columns of the table
) -> bool:
    """Bring an import from one phase to another; False if it is not in that phase any more."""
    row = ImportBatch
    here = update(row).where(row.id == batch_id, row.phase == source.value)
    return connection.execute(here.values(phase=target.value, **values)).rowcount == 1


def has_work(connection: Connection, batch_id: int) -> bool:
    """Say whether work on an import waits for its turn or is being done."""
    row = JobRow
    waiting = select(row.id).where(
        row.kind == JobKind.IMPORT.value,
        row.key.startswith(f"import:{batch_id}:", autoescape=True),
        row.done_at.is_(None),
        row.failed_at.is_(None),
    )
    return connection.execute(waiting.limit(1)).first() is not None


def note_numbers(
    connection: Connection, batch_id: int, made: Iterable[tuple[int, str, int]]
) -> None:
    """Keep what each line became, and forget what it said."""
    row = ImportLine
    for line, number, seq in made:
        here = update(row).where(row.batch_id == batch_id, row.line == line)
        connection.execute(here.values(number=number, seq=seq, body=None))


def withdraw_told(connection: Connection, batch_id: int, *, at: datetime) -> int:
    """Take back what was told of the cases of an import and nobody has read; return how much."""
    row = NoticeRow
    theirs = (
        select(Case.id)
        .join(ImportLine, ImportLine.number == Case.number)
        .where(ImportLine.batch_id == batch_id)
    )
    unread = update(row).where(
        row.case_id.in_(theirs), row.withdrawn_at.is_(None), row.read_at.is_(None)
    )
    return connection.execute(unread.values(withdrawn_at=at)).rowcount


def drop_batch(connection: Connection, batch_id: int) -> bool:
    """Forget an import that brought nothing; False if somebody has begun it meanwhile."""
    row = ImportBatch
    here = select(row.id).where(row.id == batch_id, _is_undecided()).with_for_update()
    if connection.execute(here).first() is None:
        return False
    connection.execute(delete(ImportLine).where(ImportLine.batch_id == batch_id))
    connection.execute(delete(row).where(row.id == batch_id))
    return True


def forget_undecided(connection: Connection, *, before: datetime, limit: int) -> int:
    """Delete so many of the imports that brought nothing and were made before; return how many."""
    row = ImportBatch
    old = select(row.id).where(_is_undecided(), row.created_at < before)
    chosen = old.order_by(row.id).limit(limit).with_for_update(skip_locked=True)
    found = connection.execute(chosen).scalars().all()
    connection.execute(delete(ImportLine).where(ImportLine.batch_id.in_(found)))
    return connection.execute(delete(row).where(row.id.in_(found))).rowcount


def _is_undecided() -> ColumnElement[bool]:
    """Select the imports that brought nothing and are not at work."""
    phases = BatchPhase.FAULTY, BatchPhase.READY, BatchPhase.FAILED
    return ImportBatch.phase.in_([phase.value for phase in phases])


def _parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Go through many values so many at once as one statement may hold."""
    left = iter(values)
    while part := list(islice(left, _AT_ONCE)):
        yield part


# --- What lines name -------------------------------------------------------------------------


def acting_for(
    connection: Connection, emails: Collection[str], *, today: date
) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return officers by their addresses, with the agencies that each acts for today."""
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    for some in _parts(sorted(emails)):
        wanted = (
            select(Officer.email, Officer.id, Membership.agency)
            .outerjoin(
                Membership, (Membership.officer_id == Officer.id) & valid_on(Membership, today)
            )
            .where(Officer.email.in_(some), Officer.active.is_(True))
            .order_by(Officer.id, Membership.id)
        )
        for email, officer, agency in connection.execute(wanted):
            known = found.get(email, (officer, ()))[1]
            found[email] = (officer, (*known, agency) if agency else known)
    return found


def known_externals(
    connection: Connection, type_key: str, externals: Collection[str]
) -> dict[str, str]:
    """Return the cases of a type that have one of some numbers, but for those of undone imports."""
    undone = (
        select(ImportLine.number)
        .join(ImportBatch, ImportBatch.id == ImportLine.batch_id)
        .where(ImportLine.number == Case.number, ImportBatch.phase == BatchPhase.UNDONE.value)
    )
    found: dict[str, str] = {}
    for some in _parts(sorted(externals)):
        wanted = select(Case.external_number, Case.number).where(
            Case.definition_key == type_key, Case.external_number.in_(some), ~undone.exists()
        )
        found |= {row.external_number: row.number for row in connection.execute(wanted)}
    return found


def entries_acted_on(connection: Connection, batch_id: int, *, limit: int) -> tuple[list[str], int]:
    """Return the first numbers of an import's entries that somebody acted on, and how many are."""
    line, entry = ImportLine, RegisterEntry
    wanted = (
        select(entry.number)
        .join(line, line.number == entry.number)
        .where(line.batch_id == batch_id, entry.revision > 1, entry.status != Status.UNDONE.value)
    )
    numbers = connection.execute(wanted.order_by(entry.number).limit(limit)).scalars().all()
    count = connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    return list(numbers), int(count)


def acted_on(connection: Connection, batch_id: int, *, limit: int) -> tuple[list[str], int]:
    """Return the first numbers of an import's cases that somebody acted on, and how many are."""
    line, event = ImportLine, EventRow
    somebody = or_(
        event.officer.is_not(None),
        event.guest.is_not(None),
        event.kind == Kind.CHILD_OPENED.value,
    )
    wanted = (
        select(line.number)
        .join(Case, Case.number == line.number)
        .join(event, (event.case_id == Case.id) & (event.seq > line.seq))
        .where(line.batch_id == batch_id, somebody)
        .distinct()
    )
    numbers = connection.execute(wanted.order_by(line.number).limit(limit)).scalars().all()
    count = connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    return [number for number in numbers if number], int(count)

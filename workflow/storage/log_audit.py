"""The whole log read from its first place to its last, beside the events it is of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import (
    Connection,
    Row,
    String,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    type_coerce,
)

from workflow.core.merkle import Node
from workflow.core.receipts import logged_as
from workflow.storage import dialect
from workflow.storage.base import in_utc
from workflow.storage.case import ActKey, Case, EventRow
from workflow.storage.history_log import ONLY, LogHead, LogLeaf, LogNode, LogSize
from workflow.storage.registers import RegisterEntry, RegisterEvent

PAGE: Final = 1000
_HIGHEST: Final = 64
"""No log has as many levels."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A place of the log, and what stands in the history of its case or register entry now."""

    place: int
    case_id: int | None
    entry_id: int | None
    seq: int
    seal: str
    number: str | None
    """None if the case or entry is gone."""
    kept: str | None
    """What the event would be in the log now, None if it is gone."""


_Beside: TypeAlias = Row[int, int | None, int | None, int, str, str, str, str, str]
_BESIDE_EVENTS: Final = (
    select(
        *(LogLeaf.place, LogLeaf.case_id, LogLeaf.entry_id, LogLeaf.seq, LogLeaf.seal),
        *(Case.number, EventRow.hash),
        *(RegisterEntry.number.label("entry"), RegisterEvent.hash.label("of_entry")),
    )
    .outerjoin(Case, Case.id == LogLeaf.case_id)
    .outerjoin(EventRow, and_(EventRow.case_id == LogLeaf.case_id, EventRow.seq == LogLeaf.seq))
    .outerjoin(RegisterEntry, RegisterEntry.id == LogLeaf.entry_id)
    .outerjoin(
        RegisterEvent,
        and_(RegisterEvent.entry_id == LogLeaf.entry_id, RegisterEvent.seq == LogLeaf.seq),
    )
)


def _logged(row: _Beside) -> Logged:
    """Put a place beside what it is of; what is of a case and an entry at once is of neither."""
    number, kept = row.number, row.hash
    if row.case_id is None:
        number, kept = (
            row.entry,
            None if row.of_entry is None else logged_as(row.of_entry, of_entry=True),
        )
    elif row.entry_id is not None:
        kept = None
    return Logged(row.place, row.case_id, row.entry_id, row.seq, row.seal, number, kept)


def leaves(connection: Connection) -> Iterator[Logged]:
    """Go through the log by place."""
    last = -1
    while True:
        wanted = _BESIDE_EVENTS.where(LogLeaf.place > last).order_by(LogLeaf.place).limit(PAGE)
        page = connection.execute(wanted).all()
        yield from map(_logged, page)
        if len(page) < PAGE:
            return
        last = page[-1].place


def nodes_among(connection: Connection, nodes: Iterable[Node]) -> dict[Node, str]:
    """Return the nodes that are kept from the first to the last of these on each level."""
    places: dict[int, list[int]] = {}
    for level, place in nodes:
        places.setdefault(level, []).append(place)
    kept = select(LogNode.level, LogNode.place, LogNode.hash)
    return {
        (row.level, row.place): row.hash
        for level, ours in places.items()
        for row in connection.execute(
            kept.where(LogNode.level == level, LogNode.place.between(min(ours), max(ours)))
        )
    }


def nodes_beyond(connection: Connection, size: int) -> Iterator[int]:
    """Go through the places from which nodes count that a log of a size cannot have.

    What is no number where SQLite takes anything is named as of the end of the log.
    """
    levels = connection.execute(select(LogNode.level).distinct().order_by(LogNode.level))
    for level in list(levels.scalars()):
        if not isinstance(level, int) or not 0 < level < _HIGHEST:
            yield size
            continue
        beyond = select(LogNode.place).where(LogNode.level == level, LogNode.place >= size >> level)
        for place in connection.execute(beyond).scalars():
            yield place << level if isinstance(place, int) else size


def event_at(connection: Connection, place: int) -> Logged | None:
    """Return what has a place now, None if nothing has."""
    row = connection.execute(_BESIDE_EVENTS.where(LogLeaf.place == place)).first()
    return _logged(row) if row else None


def seals_from(connection: Connection, place: int, many: int) -> dict[int, str]:
    """Return the seals of so many places, by place."""
    wanted = select(LogLeaf.place, LogLeaf.seal)
    stretch = wanted.where(LogLeaf.place >= place, LogLeaf.place < place + many)
    return {row.place: row.seal for row in connection.execute(stretch)}


def says_its_size(connection: Connection, size: int) -> bool:
    """Say whether the log says that it has so many events, and nothing else."""
    said = connection.execute(select(LogSize.id, LogSize.size)).all()
    return [tuple(row) for row in said] == [(ONLY, size)]


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A signed head as the database has it."""

    number: int
    size: int
    note: str
    at: str


def heads(connection: Connection) -> list[KeptHead]:
    """Return all heads in the order in which they were signed."""
    at = type_coerce(LogHead.at, String) if dialect.is_sqlite(connection) else LogHead.at
    wanted = select(LogHead.id, LogHead.size, LogHead.note, at.label("at")).order_by(LogHead.id)
    return [
        KeptHead(row.id, row.size, row.note, row.at if isinstance(row.at, str) else spelled(row.at))
        for row in connection.execute(wanted)
    ]


def spelled(at: datetime) -> str:
    """Write an instant as the database keeps it, whatever somebody made of it there."""
    return in_utc(at).isoformat(timespec="microseconds")


def strays(connection: Connection) -> list[Row[str, int]]:
    """Return case number and line of each event that should have a place in the log and has none.

    Those of an act whose key says that it waits for places are not among them.
    """
    placed = select(func.max(LogLeaf.seq)).where(LogLeaf.case_id == EventRow.case_id)
    waits = EventRow.case_id.in_(select(ActKey.case_id).where(ActKey.waits, ~ActKey.logged))
    leaf = exists().where(LogLeaf.case_id == EventRow.case_id, LogLeaf.seq == EventRow.seq)
    behind = EventRow.seq <= func.coalesce(placed.correlate(EventRow).scalar_subquery(), 0)
    wanted = (
        select(Case.number, EventRow.seq)
        .outerjoin(Case, Case.id == EventRow.case_id)
        .where(~leaf, behind | ~waits)
        .order_by(EventRow.case_id, EventRow.seq)
    )
    return list(connection.execute(wanted))


def stray_entries(connection: Connection) -> list[Row[str, int]]:
    """Return entry number and line of each event of an entry that should have a place and has none.

    Those that its row says wait for places are not among them.
    """
    entry, event = RegisterEntry, RegisterEvent
    leaf = exists().where(LogLeaf.entry_id == event.entry_id, LogLeaf.seq == event.seq)
    awaits = and_(entry.logged < event.seq, event.seq <= entry.revision)
    wanted = (
        select(entry.number, event.seq)
        .outerjoin(entry, entry.id == event.entry_id)
        .where(~leaf, ~func.coalesce(awaits, false()))
        .order_by(event.entry_id, event.seq)
    )
    return list(connection.execute(wanted))


def miscounted_entries(connection: Connection) -> list[str]:
    """Return the numbers of the entries whose rows say of other events that they have places."""
    entry, leaf = RegisterEntry, LogLeaf
    wanted = (
        select(entry.number)
        .outerjoin(leaf, leaf.entry_id == entry.id)
        .group_by(entry.id, entry.number, entry.logged)
        .having(
            or_(
                func.count(leaf.place) != entry.logged,
                func.coalesce(func.max(leaf.seq), 0) != entry.logged,
            )
        )
    )
    return list(connection.execute(wanted.order_by(entry.number)).scalars())

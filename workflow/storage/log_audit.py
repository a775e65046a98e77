"""The whole log read from its first place to its last, beside the events it is of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Row, and_, exists, func, select

from workflow.storage.case import ActKey, Case, EventRow
from workflow.storage.history_log import LogHead, LogLeaf, LogNode

PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Logged:
    """A place of the log, and what stands in the history of its case now."""

    place: int
    case_id: int
    seq: int
    seal: str
    number: str | None
    """None if the case is gone."""
    kept: str | None
    """The seal that the event has now, None if the event is gone."""


def leaves(connection: Connection) -> Iterator[Logged]:
    """Go through the log by place."""
    last = -1
    while True:
        wanted = (
            select(
                *(LogLeaf.place, LogLeaf.case_id, LogLeaf.seq, LogLeaf.seal),
                *(Case.number, EventRow.hash),
            )
            .outerjoin(Case, Case.id == LogLeaf.case_id)
            .outerjoin(
                EventRow, and_(EventRow.case_id == LogLeaf.case_id, EventRow.seq == LogLeaf.seq)
            )
            .where(LogLeaf.place > last)
            .order_by(LogLeaf.place)
            .limit(PAGE)
        )
        page = connection.execute(wanted).all()
        yield from (Logged(*row) for row in page)
        if len(page) < PAGE:
            return
        last = page[-1].place


def nodes_beyond(connection: Connection, size: int) -> Iterator[tuple[int, int]]:
    """Go through the nodes that a log of a size cannot have."""
    levels = connection.execute(select(LogNode.level).distinct().order_by(LogNode.level))
    for level in list(levels.scalars()):
        beyond = select(LogNode.place).where(LogNode.level == level, LogNode.place >= size >> level)
        yield from ((level, place) for place in connection.execute(beyond).scalars())


def event_at(connection: Connection, place: int) -> tuple[str | None, int | None]:
    """Return case number and line of the event that has a place now, as far as they are known."""
    wanted = select(Case.number, LogLeaf.seq).outerjoin_from(
        LogLeaf, Case, Case.id == LogLeaf.case_id
    )
    row = connection.execute(wanted.where(LogLeaf.place == place)).first()
    return (row.number, row.seq) if row else (None, None)


def seals_from(connection: Connection, place: int, many: int) -> dict[int, str]:
    """Return the seals of so many places, by place."""
    wanted = select(LogLeaf.place, LogLeaf.seal)
    stretch = wanted.where(LogLeaf.place >= place, LogLeaf.place < place + many)
    return {row.place: row.seal for row in connection.execute(stretch)}


def heads(connection: Connection) -> list[Row[int, int, str]]:
    """Return all heads: id, size and note, in the order in which they were signed."""
    wanted = select(LogHead.id, LogHead.size, LogHead.note).order_by(LogHead.id)
    return list(connection.execute(wanted))


def strays(connection: Connection) -> list[Row[str, int]]:
    """Return case number and line of each event that should have a place in the log and has none.

    Those of an act whose key says that it waits for places are not among them.
    """
    placed = select(func.max(LogLeaf.seq)).where(LogLeaf.case_id == EventRow.case_id)
    waits = exists().where(ActKey.case_id == EventRow.case_id, ActKey.logged.is_(False))
    leaf = exists().where(LogLeaf.case_id == EventRow.case_id, LogLeaf.seq == EventRow.seq)
    behind = EventRow.seq <= func.coalesce(placed.correlate(EventRow).scalar_subquery(), 0)
    wanted = (
        select(Case.number, EventRow.seq)
        .outerjoin(Case, Case.id == EventRow.case_id)
        .where(~leaf, behind | ~waits)
        .order_by(EventRow.case_id, EventRow.seq)
    )
    return list(connection.execute(wanted))

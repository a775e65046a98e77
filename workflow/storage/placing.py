"""What waits for its place in the log of all events, and how it gets one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update

from workflow.core.merkle import Node
from workflow.core.receipts import leaf_of, logged_as
from workflow.storage.case import ActKey, EventRow
from workflow.storage.history_log import ONLY, LogLeaf, LogNode, LogSize
from workflow.storage.registers import RegisterEntry, RegisterEvent


class Unplaced(NamedTuple):
    """Lines of history that have no place yet."""

    lines: list[dict[str, Any]]
    """As the rows of the log that they become, without their places."""
    keys: Sequence[str] = ()
    """Of the acts on cases that wrote them."""
    entries: Mapping[int, int] = MappingProxyType({})
    """By id of the register entries that they are of: how many lines each has."""


def waiting(connection: Connection, *, limit: int) -> Unplaced:
    """Return the keys of the oldest acts without a place, and the lines of their cases so far."""
    unlogged = select(ActKey.key, ActKey.case_id).where(ActKey.waits, ~ActKey.logged)
    acts = connection.execute(unlogged.order_by(ActKey.asked_at).limit(limit)).all()
    if not acts:
        return Unplaced([])
    cases = sorted({act.case_id for act in acts})
    known = (
        select(func.max(LogLeaf.seq))
        .where(LogLeaf.case_id == EventRow.case_id)
        .correlate(EventRow)
        .scalar_subquery()
    )
    new = (
        select(EventRow.case_id, EventRow.seq, EventRow.hash)
        .where(EventRow.case_id.in_(cases), EventRow.seq > func.coalesce(known, 0))
        .order_by(EventRow.case_id, EventRow.seq)
    )
    lines = [
        {"case_id": row.case_id, "entry_id": None, "seq": row.seq, "seal": row.hash}
        for row in connection.execute(new)
    ]
    return Unplaced(lines, [act.key for act in acts])


def waiting_entries(connection: Connection, *, limit: int) -> Unplaced:
    """Return the lines without a place of so many register entries.

    An entry that somebody acts on at this instant is left for later, so that nobody waits.
    """
    entry, event = RegisterEntry, RegisterEvent
    unlogged = select(entry.id, entry.revision).where(entry.logged < entry.revision)
    some = unlogged.order_by(entry.id).limit(limit).with_for_update(skip_locked=True)
    entries = {row.id: row.revision for row in connection.execute(some)}
    if not entries:
        return Unplaced([])
    known = (
        select(func.max(LogLeaf.seq))
        .where(LogLeaf.entry_id == event.entry_id)
        .correlate(event)
        .scalar_subquery()
    )
    new = (
        select(event.entry_id, event.seq, event.hash)
        .where(event.entry_id.in_(entries), event.seq > func.coalesce(known, 0))
        .order_by(event.entry_id, event.seq)
    )
    lines = [
        {
            "case_id": None,
            "entry_id": row.entry_id,
            "seq": row.seq,
            "seal": logged_as(row.hash, of_entry=True),
        }
        for row in connection.execute(new)
    ]
    return Unplaced(lines, entries=entries)


def add(
    connection: Connection,
    size: int,
    unplaced: Unplaced,
    *,
    grow: Callable[[Iterable[bytes]], Mapping[Node, bytes]],
) -> None:
    """Give lines the next places, and note that those acts and entries have theirs."""
    if unplaced.lines:
        leaves = [{**line, "place": place} for place, line in enumerate(unplaced.lines, size)]
        nodes = [
            {"level": level, "place": place, "hash": value.hex()}
            for (level, place), value in grow(leaf_of(leaf["seal"]) for leaf in leaves).items()
            if level
        ]
        connection.execute(insert(LogLeaf), leaves)
        if nodes:
            connection.execute(insert(LogNode), nodes)
        grown = update(LogSize).where(LogSize.id == ONLY).values(size=size + len(leaves))
        connection.execute(grown)
    if unplaced.keys:
        placed = update(ActKey).where(ActKey.key.in_(unplaced.keys))
        connection.execute(placed.values(logged=True, waits=ActKey.tell_from.is_not(None)))
    if unplaced.entries:
        entry = update(RegisterEntry).where(RegisterEntry.id == bindparam("of"))
        rows = [{"of": of, "many": many} for of, many in unplaced.entries.items()]
        connection.execute(entry.values(logged=bindparam("many")), rows)

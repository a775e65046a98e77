"""Giving each event of each case its place in the one log of all, which only grows."""

from __future__ import annotations

from functools import partial

from workflow.core.merkle import grown
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.history_log import add, hashes_from, lock, waiting

BATCH = 500
"""How many acts one transaction places: long enough to go fast, short enough to hold up nobody."""


def place_events(uow: UnitOfWork) -> int:
    """Give every event that has none its place in the log; return how many.

    One clock does it at a time; another that comes meanwhile leaves it to the first.
    """
    placed, more = 0, BATCH
    while more >= BATCH:
        more, events = _place_some(uow)
        placed += events
    return placed


def _place_some(uow: UnitOfWork) -> tuple[int, int]:
    """Place the events of some acts; return how many acts and events."""
    with uow.writing() as connection:
        size = lock(connection)
        if size is None:
            return 0, 0
        keys, events = waiting(connection, limit=BATCH)
        grow = partial(grown, size, hashes=hashes_from(connection))
        add(connection, size, events, keys=keys, grow=grow)
        return len(keys), len(events)

"""Giving each event of cases and register entries its place in the one log, which only grows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection

from workflow.core.merkle import grown
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.history_log import hashes_from, lock
from workflow.storage.placing import Unplaced, add, waiting, waiting_entries

BATCH = 500
"""How many acts, or entries, one transaction places: long enough to go fast, short enough to hold
up nobody."""


def place_events(uow: UnitOfWork) -> int:
    """Give every event that has none its place in the log; return how many.

    One clock does it at a time; another that comes meanwhile leaves it to the first.
    """
    placed = 0
    for some in (waiting, waiting_entries):
        more = BATCH
        while more >= BATCH:
            more, lines = _place_some(uow, partial(some, limit=BATCH))
            placed += lines
    return placed


def _place_some(uow: UnitOfWork, some: Callable[[Connection], Unplaced]) -> tuple[int, int]:
    """Place some of what waits; return of how many acts or entries, and how many lines."""
    with uow.writing() as connection:
        size = lock(connection)
        if size is None:
            return 0, 0
        unplaced = some(connection)
        add(connection, size, unplaced, grow=partial(grown, size, hashes=hashes_from(connection)))
        return len(unplaced.keys) + len(unplaced.entries), len(unplaced.lines)

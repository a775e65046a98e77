"""Forgetting, once a day, what no longer matters: a little at a time, so that nobody waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from workflow.services.retention import erase_run_out
from workflow.services.sign_in import Limits, forget_the_past
from workflow.services.unit_of_work import UnitOfWork, UowFactory
from workflow.storage.jobs import forget_ended
from workflow.storage.queries.batches import forget_undecided
from workflow.storage.queries.drafts import forget_sent_drafts
from workflow.storage.queries.due import (
    forget_act_keys,
    forget_deliveries,
    last_fired,
    note_fired,
)
from workflow.storage.queries.health import forget_beats
from workflow.storage.queries.shelves import forget_empty_counts
from workflow.storage.readings import forget_readings

PURGE: Final = "purge"
KEYS_KEPT: Final = timedelta(days=90)
"""How long an act, or a job, that is repeated is recognised."""
DELIVERIES_KEPT: Final = timedelta(days=5 * 366)
"""How long it can be shown that somebody was told: as long as the State can be held to account.

Decreto 20.910/1932, art. 1º.
"""
SENT_DRAFTS_KEPT: Final = timedelta(days=90)
"""How long a request that was sent still leads from its old address to its receipt."""
READINGS_KEPT: Final = DELIVERIES_KEPT
"""How long it can be shown who read a restricted case: as long as misuse may be punished."""
IMPORTS_KEPT: Final = timedelta(days=30)
"""How long the lines of a file wait for somebody to bring them in: they may name persons."""
BEATS_KEPT: Final = timedelta(days=1)
BATCH: Final = 500
"""How many rows one transaction takes away."""


def purge_daily(uow_factory: UowFactory, *, limits: Limits | None = None) -> int | None:
    """Forget, once on each legal date, what no longer matters; None if that was done today.

    A clock that was set back by up to a day does not make it another day.
    """
    uow = uow_factory()
    zone = uow.installation.zone
    with uow.reading() as connection:
        last = last_fired(connection).get(PURGE)
    if last is not None and 0 <= (last.astimezone(zone).date() - uow.today).days <= 1:
        return None
    return purge(uow, limits=limits)


def purge(uow: UnitOfWork, *, limits: Limits | None = None) -> int:
    """Forget what has served: personal data of cases, keys, jobs, drafts; return how many."""
    keys, deliveries = uow.now - KEYS_KEPT, uow.now - DELIVERIES_KEPT
    imports = uow.now - IMPORTS_KEPT
    readings, drafts = uow.today - READINGS_KEPT, uow.now - SENT_DRAFTS_KEPT
    rows: tuple[Callable[[Connection], int], ...] = (
        lambda connection: forget_act_keys(connection, before=keys, limit=BATCH),
        lambda connection: forget_ended(connection, older_than=KEYS_KEPT, limit=BATCH),
        lambda connection: forget_deliveries(connection, before=deliveries, limit=BATCH),
        lambda connection: forget_readings(connection, before=readings, limit=BATCH),
        lambda connection: forget_undecided(connection, before=imports, limit=BATCH),
        lambda connection: forget_sent_drafts(connection, before=drafts, limit=BATCH),
    )
    forgotten = forget_the_past(uow, limits=limits)
    forgotten += erase_run_out(uow)
    forgotten += sum(_little_by_little(uow, forget) for forget in rows)
    with uow.writing() as connection:
        forgotten += forget_empty_counts(connection, before=uow.today)
        forgotten += forget_beats(connection, before=uow.now - BEATS_KEPT)
        note_fired(connection, PURGE, uow.now)
    return forgotten


def _little_by_little(uow: UnitOfWork, forget: Callable[[Connection], int]) -> int:
    total, taken = 0, BATCH
    while taken >= BATCH:
        with uow.writing() as connection:
            taken = forget(connection)
        total += taken
    return total

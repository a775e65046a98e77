"""Watches that every open case can still be moved: by somebody, by a day, or by another case."""

from __future__ import annotations

import logging
from typing import Final

from workflow.services.standing import standing_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries import liveness
from workflow.storage.queries.liveness import Stranded
from workflow.storage.queries.people import Held

log = logging.getLogger(__name__)

MOST: Final = 25
"""How many cases one look names."""
NOBODY: Final = 0


def stranded(uow: UnitOfWork) -> list[Stranded]:
    """List open cases that nobody and nothing can move; an auditor or a guest moves none."""
    network = uow.world().network
    with uow.reading() as connection:
        held = liveness.acting_roles(connection, today=uow.today)
        everybody = standing_of((Held(agency, role, NOBODY) for agency, role in held), network)
        return liveness.stranded(connection, everybody.agencies, limit=MOST)


def watch(uow: UnitOfWork) -> int:
    """Name in the log the cases that nobody and nothing can move; return how many."""
    found = stranded(uow)
    for case in found:
        waits_for = ", ".join(case.agencies) or "no agency"
        log.warning("case %s stands still: its tasks wait for %s", case.number, waits_for)
    return len(found)

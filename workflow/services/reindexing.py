"""Making the texts that are searched anew, out of the histories of the cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from workflow.core.retelling import retell
from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.audit import count_cases
from workflow.storage.queries.events import events_of
from workflow.storage.rows import passage_rows
from workflow.storage.search import held_cases, replace_passages

BATCH: Final = 50
"""Of how many cases the texts are made in one transaction; acts on them wait for its end."""


def reindex(
    uow: UnitOfWork, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> int:
    """Make the texts of every case anew, the newest case first; return of how many.

    People may go on working meanwhile; it may be interrupted and begun again. `progress` is told
    how many are done, of how many.
    """
    with uow.reading() as connection:
        total = count_cases(connection)
    done, before = 0, None
    while True:
        with uow.writing() as connection:
            made = _made_anew(uow.installation, connection, before)
        if not made:
            return done
        done, before = done + len(made), made[-1]
        progress(done, max(total, done))


def _made_anew(installation: Installation, connection: Connection, before: int | None) -> list[int]:
    rows = held_cases(connection, before=before, limit=BATCH)
    for row in rows:
        definition = installation.definition(row.definition_key, row.definition_version)
        told = retell(row.number, definition, events_of(connection, row.id))
        replace_passages(connection, row.id, passage_rows(told))
    return [row.id for row in rows]

"""How an installation stands, for those who watch over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from workflow.services import clock
from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.documents import HeldCount
from workflow.storage.engine import reading
from workflow.storage.history_log import last_head, size_of
from workflow.storage.migrations import newest, revision_of
from workflow.storage.queries.due import last_fired, note_fired
from workflow.storage.queries.health import clock_seen, count_open_cases

BACKUP: Final = "backup"
OK: Final = "ok"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the installation is well, part by part, in words that tell nothing secret."""

    parts: Mapping[str, str]

    @property
    def is_well(self) -> bool:
        """Whether every part is well."""
        return set(self.parts.values()) == {OK}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the figures of an installation are taken from."""

    clock: clock.Health
    open_cases: int
    log_events: int
    silent: timedelta | None
    """For how long nothing was heard of a clock; None before the first."""
    head_age: timedelta | None
    backup_age: timedelta | None
    held: HeldCount | None = None
    """Documents that nobody gets; None where the store does not say."""


def examine(
    installation: Installation, *, now: datetime, silence: timedelta | None = None
) -> Health:
    """Look whether the parts of an installation work; without `silence` not at its clock."""
    parts = {"process": OK, "database": "unreachable", "tables": UNKNOWN}
    if silence is not None:
        parts["clock"] = UNKNOWN
    try:
        with reading(installation.engine) as connection:
            found = revision_of(connection)
            parts["database"] = OK
            parts["tables"] = OK if found == newest() else "other revision"
            if silence is not None and found == newest():
                seen = clock_seen(connection)
                heard = seen is not None and now - seen <= silence
                parts["clock"] = OK if heard else "silent"
    except SQLAlchemyError:
        pass  # what was not reached stands as it was
    return Health(parts)


def stand(uow: UnitOfWork) -> Standing:
    """Return how the installation stands; the cost grows with what is open, not with the past."""
    with uow.as_keeper().reading() as connection:
        fired, seen, head = last_fired(connection), clock_seen(connection), last_head(connection)
        return Standing(
            clock=clock.health(uow),
            open_cases=count_open_cases(connection),
            log_events=size_of(connection),
            silent=_since(seen, uow.now),
            head_age=_since(head.at if head else None, uow.now),
            backup_age=_since(fired.get(BACKUP), uow.now),
        )


def note_backup(uow: UnitOfWork) -> None:
    """Note that a backup was written, so that somebody hears when none was for long."""
    with uow.writing() as connection:
        note_fired(connection, BACKUP, uow.now)


def last_backup(uow: UnitOfWork) -> datetime | None:
    """Return when a backup was last written by this program, None if it never was."""
    with uow.reading() as connection:
        return last_fired(connection).get(BACKUP)


def _since(then: datetime | None, now: datetime) -> timedelta | None:
    return None if then is None else max(now - then, timedelta())

"""Whether what is kept of cases is what their histories tell, and the histories are whole."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass

from sqlalchemy import Connection

from workflow.core.canonical import commitment
from workflow.core.change import Bucket
from workflow.core.events import Event
from workflow.core.history import broken_seal
from workflow.core.retelling import retell
from workflow.core.snapshot import CaseSnapshot
from workflow.core.tallies import Tally
from workflow.services.notices import CLOCK_POWERS
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.audit import (
    count_cases,
    differences,
    first_unknown_kind,
    miscounted,
    mistallied,
    numbers_after,
)
from workflow.storage.engine import observing
from workflow.storage.queries.events import all_commitments, commitments, events_of

log = logging.getLogger(__name__)

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of comparing a case with its history."""

    number: str
    events: int
    broken: int | None = None
    """The first line of history whose seal does not hold."""
    differs: tuple[str, ...] = ()
    """What is kept otherwise than history tells, as `case.data.subject` or `task.3.outcome`."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.broken is None and not self.differs


@dataclass(frozen=True, slots=True)
class AllVerified:
    """What came of comparing every case with its history."""

    cases: int
    events: int
    unsound: tuple[Verified, ...] = ()
    miscounted: tuple[Bucket | Tally, ...] = ()
    """Counts of open tasks in inboxes that are wrong."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.unsound and not self.miscounted


def verify(uow: UnitOfWork, number: str) -> Verified:
    """Rebuild a case from its events and compare it with what is kept; raise `UnknownCase`."""
    loaded = uow.load(number)
    with observing(uow.installation.engine) as connection:
        return _compared(connection, loaded.case_id, loaded.snapshot)


def verify_all(
    uow: UnitOfWork, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> AllVerified:
    """Compare every case with its history; `progress` is told how many are done, of how many."""
    everything = uow.as_powers(CLOCK_POWERS)
    with uow.reading() as connection:
        total = count_cases(connection)
    done = events = 0
    unsound = []
    for number in _numbers(uow):
        found = verify(everything, number)
        done, events = done + 1, events + found.events
        unsound += [] if found.is_sound else [found]
        progress(done, max(total, done))
    with observing(uow.installation.engine) as connection:
        wrong: list[Bucket | Tally] = [*miscounted(connection), *mistallied(connection)]
    return AllVerified(done, events, tuple(unsound), tuple(wrong))


def _numbers(uow: UnitOfWork) -> Iterator[str]:
    last = 0
    while True:
        with uow.reading() as connection:
            page = numbers_after(connection, last, limit=_PAGE)
        if not page:
            return
        yield from (number for _, number in page)
        last = page[-1][0]


def _compared(connection: Connection, case_id: int, case: CaseSnapshot) -> Verified:
    unknown = first_unknown_kind(connection, case_id)
    if unknown is not None:
        return Verified(case.number, case.seq, unknown)
    events = events_of(connection, case_id)
    if not events:
        return Verified(case.number, 0, 1)
    broken = broken_seal(case.number, events)
    if broken is not None:
        return Verified(case.number, len(events), broken.seq)
    forged = _forged(events, all_commitments(connection, case_id))
    found = (*_differing(connection, case_id, case, events), *forged)
    return Verified(case.number, len(events), None, found)


def _differing(
    connection: Connection, case_id: int, case: CaseSnapshot, events: list[Event]
) -> Iterator[str]:
    try:
        told = retell(case.number, case.definition, events)
    except Exception:  # a forged history may be such that it cannot be told at all
        log.exception("the history of case %s cannot be told", case.number)
        yield "history"
    else:
        yield from differences(connection, case_id, told)


def _forged(events: list[Event], there: Set[str]) -> Iterator[str]:
    """Name the lines whose personal values are not those committed to, or gone, not erased."""
    for event in events:
        kept = event.private.items()
        forged = any(commitment(value.salt, value.value) != sealed for sealed, value in kept)
        if forged or not there >= set(commitments(event.body)):
            yield f"private_value.{event.seq}"

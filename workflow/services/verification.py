"""Whether what is kept of cases is what their histories tell, and the histories are whole."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from workflow.core.canonical import commitment
from workflow.core.change import Bucket
from workflow.core.errors import UnknownCase
from workflow.core.events import Event, Kind
from workflow.core.history import broken_seal
from workflow.core.retelling import retell
from workflow.core.tallies import Tally
from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.audit import (
    cases_after,
    count_cases,
    differences,
    documents_of,
    first_unknown_kind,
    miscounted,
    mistallied,
    strays,
    unreadable,
    unreadable_event,
)
from workflow.storage.documents import DocumentStore
from workflow.storage.engine import observing
from workflow.storage.queries.events import case_id_of, commitments, events_of, private_values_of
from workflow.storage.sight import EVERYTHING

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
    """What is kept otherwise than history tells, as `case.data.subject` or `task.3.outcome`.

    `private_value.7` is a personal value of line 7 that is not the one sealed there, or that is
    gone and no line says that it was erased; one that no line tells of has its commitment.
    """

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
    strays: tuple[str, ...] = ()
    """Tables with rows of a case that there is not, each with the case's id, as `event.7`."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.unsound or self.miscounted or self.strays)


def verify(uow: UnitOfWork, number: str, *, store: DocumentStore | None = None) -> Verified:
    """Rebuild a case from its events and compare it with what is kept; raise `UnknownCase`.

    With a store, the bytes of its documents are compared too. It is for whoever may read the
    database, and asks for no powers.
    """
    with observing(uow.installation.engine, EVERYTHING) as connection:
        case_id = case_id_of(connection, number)
    if case_id is None:
        raise UnknownCase(number=number)
    return _verified(uow.installation, case_id, number, store)


def verify_all(
    uow: UnitOfWork,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    *,
    store: DocumentStore | None = None,
) -> AllVerified:
    """Compare every case with its history; `progress` is told how many are done, of how many."""
    with uow.as_keeper().reading() as connection:
        total = count_cases(connection)
    done = events = last = 0
    unsound: list[Verified] = []
    while True:
        with observing(uow.installation.engine, EVERYTHING) as connection:
            page = cases_after(connection, last, limit=_PAGE)
        for last, number in page:
            found = _verified(uow.installation, last, number, store)
            done, events = done + 1, events + found.events
            unsound += [] if found.is_sound else [found]
            progress(done, max(total, done))
        if len(page) < _PAGE:
            break
    with observing(uow.installation.engine, EVERYTHING) as connection:
        wrong: list[Bucket | Tally] = [*miscounted(connection), *mistallied(connection)]
        alone = tuple(strays(connection))
    return AllVerified(done, events, tuple(unsound), tuple(wrong), alone)


def _verified(
    installation: Installation, case_id: int, number: str, store: DocumentStore | None
) -> Verified:
    told = number.encode(errors="backslashreplace").decode()
    try:
        with observing(installation.engine, EVERYTHING) as connection:
            found = replace(_compared(installation, connection, case_id, number), number=told)
    except Exception as error:  # whoever writes past us may write anything
        log.error("case %s cannot be read: %s", told, type(error).__name__)
        found = _unreadable(installation, case_id, told)
    wrong = _wrong_documents(installation, case_id, store) if store else ()
    return replace(found, differs=(*found.differs, *wrong))


def _unreadable(installation: Installation, case_id: int, number: str) -> Verified:
    """Name what of a case cannot be read."""
    with observing(installation.engine, EVERYTHING) as connection:
        line = unreadable_event(connection, case_id)
        return Verified(number, 0, line, tuple(unreadable(connection, case_id)) or ("case",))


def _wrong_documents(
    installation: Installation, case_id: int, store: DocumentStore
) -> tuple[str, ...]:
    """Name the documents whose bytes are not those that were brought, or that are gone."""
    with observing(installation.engine, EVERYTHING) as connection:
        kept = documents_of(connection, case_id)
    wrong = [row for row in kept if not store.has_whole(row.sha256)]
    return tuple(f"document.{row.field}.{row.version}.bytes" for row in wrong)


def _compared(
    installation: Installation, connection: Connection, case_id: int, number: str
) -> Verified:
    unknown = first_unknown_kind(connection, case_id)
    if unknown is not None:
        return Verified(number, unknown, unknown)
    events = events_of(connection, case_id)
    if not events:
        return Verified(number, 0, 1)
    broken = _first_broken(number, events)
    if broken is not None:
        return Verified(number, len(events), broken)
    forged = _forged(events, private_values_of(connection, case_id))
    found = (*_differing(installation, connection, case_id, number, events), *forged)
    return Verified(number, len(events), None, found)


def _first_broken(number: str, events: list[Event]) -> int | None:
    try:
        broken = broken_seal(number, events)
    except UnicodeEncodeError:  # what is no text cannot be sealed
        for many, event in enumerate(events, 1):
            if not _is_text(number, events[:many]):
                return event.seq
        raise
    return None if broken is None else broken.seq


def _is_text(number: str, events: list[Event]) -> bool:
    try:
        broken_seal(number, events)
    except UnicodeEncodeError:
        return False
    return True


def _differing(
    installation: Installation,
    connection: Connection,
    case_id: int,
    number: str,
    events: list[Event],
) -> Iterator[str]:
    opened = events[0].body
    try:
        definition = installation.definition(opened["definition"], opened["version"])
        told = retell(number, definition, events)
    except Exception:  # a forged history may be such that it cannot be told at all
        log.exception("the history of case %s cannot be told", number)
        yield "history"
    else:
        yield from differences(connection, case_id, told)


def _forged(events: list[Event], kept: Mapping[str, Row[Any]]) -> Iterator[str]:
    """Name the lines whose personal values are not those committed to, or gone, not erased."""
    erased = {
        sealed: event.at
        for event in events
        if event.kind is Kind.PERSONAL_ERASED
        for sealed in event.body["commitments"]
    }
    told: set[str] = set()
    for event in events:
        ours = set(commitments(event.body))
        told |= ours
        if not all(_is_the_one(sealed, kept.get(sealed), erased.get(sealed)) for sealed in ours):
            yield f"private_value.{event.seq}"
    yield from (f"private_value.{sealed}" for sealed in sorted(set(kept) - told))


def _is_the_one(sealed: str, kept: Row[Any] | None, erased: datetime | None) -> bool:
    """Say whether a personal value is the one committed to, or was erased when history says so."""
    if kept is None:
        return False
    if erased is not None:
        return (kept.erased_at, kept.salt, kept.value) == (erased, None, None)
    try:
        return kept.erased_at is None and commitment(kept.salt, kept.value) == sealed
    except UnicodeEncodeError:  # what is no text cannot be sealed
        return False

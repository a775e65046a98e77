"""Receipts of what stands in history: given to whoever may read it, verified by anybody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Row

from workflow.core.access import may_read, may_read_field, reads_inside, withheld_columns
from workflow.core.errors import NotSignedYet, UnknownCase
from workflow.core.events import Event, Kind
from workflow.core.merkle import inclusion_proof
from workflow.core.powers import Powers
from workflow.core.receipts import Receipt, logged_as, told_of, verified
from workflow.core.registers.entries import EntryEvent
from workflow.core.registers.errors import UnknownEntry
from workflow.core.snapshot import CaseSnapshot
from workflow.core.tree_heads import PublicKey, TreeHead
from workflow.services.case_view import readable
from workflow.services.public_view import TOLD
from workflow.services.register_lists import history
from workflow.services.signing import verified_head
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.history_log import (
    hashes_from,
    head_over,
    place_of,
    place_of_entry,
    seals_between,
)
from workflow.storage.load import Loaded
from workflow.storage.queries.events import case_id_of, commitments, events_of
from workflow.storage.queries.register_types import history_of
from workflow.storage.queries.registers import find_entry


def receipt_of(uow: UnitOfWork, number: str, seq: int) -> Receipt:
    """Return the receipt of a line that the person may read; raise `UnknownCase`, `NotSignedYet`.

    What was sealed is in it only for whoever may read all of it, for no part can be left out; a
    guest has receipts of what the public page tells, and all that was sealed of their own acts.
    """
    loaded = uow.load(number)
    with uow.reading() as connection:
        event, previous = _line(connection, loaded, seq, uow.powers)
        leaf = place_of(connection, loaded.case_id, seq)
        return _given(connection, number, event, previous, leaf)


def receipt_of_entry(uow: UnitOfWork, number: str, seq: int) -> Receipt:
    """Return the receipt of a line of a register entry; raise `UnknownEntry`, `NotSignedYet`.

    What was sealed is in it only for whoever may read all of the line.
    """
    shown = {event.seq: event for event in history(uow, number)}
    with uow.reading() as connection:
        found = find_entry(connection, number)
        if found is None or seq not in shown:
            raise UnknownEntry(number=number)
        lines = {event.seq: event for event in history_of(connection, found.id)}
        event, previous = lines[seq], lines[seq - 1].hash if seq > 1 else ""
        reads_all = shown[seq].body == event.body
        leaf = place_of_entry(connection, found.id, seq)
        return _given(connection, number, event, previous if reads_all else None, leaf)


def _given(
    connection: Connection,
    number: str,
    event: Event | EntryEvent,
    previous: str | None,
    leaf: Row[int, str] | None,
) -> Receipt:
    """Return the receipt of a line in its place; without the seal before it, it shows nothing."""
    head = head_over(connection, leaf.place) if leaf is not None else None
    if leaf is None or head is None:
        raise NotSignedYet(number=number)
    return Receipt(
        number=number,
        seq=event.seq,
        seal=event.hash,
        told=None if previous is None else told_of(event, previous),
        place=leaf.place,
        size=head.size,
        proof=tuple(inclusion_proof(leaf.place, head.size, hashes_from(connection))),
        note=head.note,
        of_entry=isinstance(event, EntryEvent),
    )


def _line(
    connection: Connection, loaded: Loaded, seq: int, powers: Powers
) -> tuple[Event, str | None]:
    """Return a line, with the seal before it if the person may read all of the line."""
    before = seq - 1 if seq > 1 else seq
    found = {
        e.seq: e for e in events_of(connection, loaded.case_id, from_seq=before, before=seq + 1)
    }
    if seq not in found:
        raise UnknownCase(number=loaded.snapshot.number)
    event = found[seq]
    before_it = found[seq - 1].hash if seq > 1 else ""
    if powers.guest is not None:
        if event.kind not in TOLD or not may_read(loaded.snapshot, powers):
            raise UnknownCase(number=loaded.snapshot.number)
        return event, before_it if event.by.guest == powers.guest else None
    shown = readable(connection, [event], loaded.snapshot, powers)
    if not shown:
        raise UnknownCase(number=loaded.snapshot.number)
    if shown != [event] or not _reads_everything(loaded.snapshot, powers):
        return event, None
    return event, before_it


def _reads_everything(case: CaseSnapshot, powers: Powers) -> bool:
    """Say whether nothing in the case is withheld from a person, not even a column of a table."""
    return reads_inside(case, powers) and not any(
        not may_read_field(case, field, powers) or withheld_columns(case, field, powers)
        for field in case.definition.data.values()
    )


def still_stands(uow: UnitOfWork, receipt: Receipt) -> bool:
    """Say whether the log has today, in its place, what a receipt was given for."""
    with uow.as_keeper().reading() as connection:
        return seals_between(connection, receipt.place, receipt.place + 1) == [receipt.logged]


def signed_for(
    uow: UnitOfWork, place: int, seal: str, keys: Collection[PublicKey]
) -> TreeHead | None:
    """Return the first signed head over a place that has this seal today, None if there is none."""
    with uow.reading() as connection:
        there = seals_between(connection, place, place + 1)
        known = {logged_as(seal, of_entry=of_entry) for of_entry in (False, True)}
        head = head_over(connection, place) if known.intersection(there) else None
    return verified_head(head.note, keys) if head is not None else None


@dataclass(frozen=True, slots=True)
class Erasure:
    """An act after which personal values of a line are gone, though what stands for them stays."""

    at: datetime
    agency: str
    """Empty where it was done from the command line, or by itself."""
    reason: str
    values: int


def erased_since(uow: UnitOfWork, receipt: Receipt) -> tuple[Erasure, ...]:
    """Say what of the line of a receipt that was verified has been erased since it happened."""
    told = set(commitments((receipt.told or {}).get("body")))
    if not told or receipt.of_entry:  # of entries nothing is erased
        return ()
    with uow.as_keeper().reading() as connection:
        case_id = case_id_of(connection, receipt.number)
        kinds = [Kind.PERSONAL_ERASED]
        events = [] if case_id is None else events_of(connection, case_id, kinds=kinds)
    found = [(event, told & set(event.body["commitments"])) for event in events]
    return tuple(
        Erasure(event.at, event.by.agency or "", event.body["reason"], len(gone))
        for event, gone in found
        if gone
    )


def verify_receipt(text: str, keys: Collection[PublicKey]) -> tuple[Receipt, TreeHead]:
    """Return what a receipt proves by these keys; raise `ReceiptRefusedError`."""
    return verified(text, partial(verified_head, keys=keys))

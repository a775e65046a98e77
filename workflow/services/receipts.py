"""Receipts of what stands in history: given to whoever may read it, verified by anybody."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from sqlalchemy import Connection

from workflow.core.access import may_read_field, reads_inside, withheld_columns
from workflow.core.errors import NotSignedYet, UnknownCase
from workflow.core.events import Event
from workflow.core.merkle import inclusion_proof
from workflow.core.powers import Powers
from workflow.core.receipts import Receipt, told_of, verified
from workflow.core.snapshot import CaseSnapshot
from workflow.core.tree_heads import PublicKey, TreeHead
from workflow.services.case_view import readable
from workflow.services.signing import verified_head
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.history_log import hashes_from, head_over, place_of, seals_between
from workflow.storage.load import Loaded
from workflow.storage.queries.events import events_of


def receipt_of(uow: UnitOfWork, number: str, seq: int) -> Receipt:
    """Return the receipt of a line that the person may read; raise `UnknownCase`, `NotSignedYet`.

    What was sealed is in it only for whoever may read all of it, for no part can be left out.
    """
    loaded = uow.load(number)
    with uow.reading() as connection:
        event, previous = _line(connection, loaded, seq, uow.powers)
        leaf = place_of(connection, loaded.case_id, seq)
        head = head_over(connection, leaf.place) if leaf is not None else None
        if leaf is None or head is None:
            raise NotSignedYet(number=number)
        proof = inclusion_proof(leaf.place, head.size, hashes_from(connection))
    return Receipt(
        number=number,
        seq=seq,
        seal=event.hash,
        told=None if previous is None else told_of(event, previous),
        place=leaf.place,
        size=head.size,
        proof=tuple(proof),
        note=head.note,
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
    shown = readable(connection, [event], loaded.snapshot, powers)
    if not shown:
        raise UnknownCase(number=loaded.snapshot.number)
    if shown != [event] or not _reads_everything(loaded.snapshot, powers):
        return event, None
    return event, found[seq - 1].hash if seq > 1 else ""


def _reads_everything(case: CaseSnapshot, powers: Powers) -> bool:
    """Say whether nothing in the case is withheld from a person, not even a column of a table."""
    return reads_inside(case, powers) and not any(
        not may_read_field(case, field, powers) or withheld_columns(case, field, powers)
        for field in case.definition.data.values()
    )


def still_stands(uow: UnitOfWork, receipt: Receipt) -> bool:
    """Say whether the log has today, in its place, what a receipt was given for."""
    with uow.reading() as connection:
        return seals_between(connection, receipt.place, receipt.place + 1) == [receipt.seal]


def verify_receipt(text: str, keys: Collection[PublicKey]) -> tuple[Receipt, TreeHead]:
    """Return what a receipt proves by these keys; raise `ReceiptRefusedError`."""
    return verified(text, partial(verified_head, keys=keys))

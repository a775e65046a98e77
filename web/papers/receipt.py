"""The receipt of a line of history as a paper, with the file inside that proves it."""

from __future__ import annotations

from collections.abc import Iterator

import segno
from flask import url_for

from web.cases.history import sentence, who_acted
from web.papers.lines import author, dated_words, label, say
from web.papers.sheets import (
    Attachment,
    Prose,
    Seal,
    Section,
    Sheet,
    Square,
    facts,
    section,
)
from web.words.languages import language_tag
from web.words.wording import moment
from workflow.core.receipts import Receipt
from workflow.core.tree_heads import TreeHead, read_note
from workflow.services.papers import WholeCase


def sheet_of(receipt: Receipt, whole: WholeCase | None) -> Sheet:
    """Return the paper of a receipt; what happened is on it where the receipt tells it.

    Without the `whole` case it is not put into words, and stands in the file that it carries.
    """
    head, _, _ = read_note(receipt.note)
    return Sheet(
        title=say("receipt_title"),
        about=say("receipt_of", receipt.seq, receipt.number),
        author=author(),
        language=language_tag(),
        at=head.at,
        foot=head.origin,
        page=say("page"),
        warning="" if receipt.told else say("receipt_bare"),
        sections=tuple(_sections(receipt, whole, head)),
    )


def _sections(receipt: Receipt, whole: WholeCase | None, head: TreeHead) -> Iterator[Section]:
    told = [(label("number"), receipt.number), (label("line"), str(receipt.seq))]
    events = whole.events if whole is not None else ()
    event = next((e for e in events if e.seq == receipt.seq), None)
    if receipt.told is not None and whole is not None and event is not None:
        words = dated_words(whole.view)
        told += [
            (label("when"), moment(event.at)),
            (label("agency"), event.by.agency or ""),
            (label("who"), who_acted(event, words)),
            (label("what"), sentence(event, words)),
        ]
    yield from section(say("section", "identity"), facts(told))
    signed = [("log", head.origin), ("signed", moment(head.at)), ("place", str(receipt.place))]
    address = url_for("receipt_check.ask", codigo=receipt.code, _external=True)
    yield from section(
        say("section", "proof"),
        Prose(say("receipt_proof")),
        facts([(label(key), value) for key, value in signed]),
        Square(say("receipt_picture"), address, _picture(address)),
        Seal(say("receipt_code"), receipt.code),
    )


def _picture(address: str) -> str:
    return segno.make(address, micro=False).svg_inline(scale=4, border=4, light="#fff")


def carried(receipt: Receipt) -> Attachment:
    """Return the receipt as the file that its paper carries."""
    return Attachment("recibo.json", "application/json", say("receipt_file"), receipt.text())


def name_of_file(receipt: Receipt) -> str:
    """Return what a receipt is called on the disk of whoever keeps it, without its ending."""
    return f"recibo-{receipt.number}-{receipt.seq}"

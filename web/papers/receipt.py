"""The receipt of a line of history as a paper, with the file inside that proves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

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
    about = say("receipt_of", receipt.seq, receipt.number)
    return _sheet(receipt, about, _happened(receipt, whole) if whole is not None else [])


def sheet_of_entry(receipt: Receipt, *, at: datetime, who: str, what: str) -> Sheet:
    """Return the paper of a receipt of a register entry, with what happened if it tells it."""
    about = say("receipt_of_entry", receipt.seq, receipt.number)
    told = [("when", moment(at)), ("who", who), ("what", what)]
    happened = [(label(key), words) for key, words in told if words]
    return _sheet(receipt, about, happened if receipt.told is not None else [])


def _sheet(receipt: Receipt, about: str, happened: list[tuple[str, str]]) -> Sheet:
    head, _, _ = read_note(receipt.note)
    return Sheet(
        title=say("receipt_title"),
        about=about,
        author=author(),
        language=language_tag(),
        at=head.at,
        foot=head.origin,
        page=say("page"),
        warning="" if receipt.told else say("receipt_bare"),
        sections=tuple(_sections(receipt, happened, head)),
    )


def _happened(receipt: Receipt, whole: WholeCase) -> list[tuple[str, str]]:
    """Put a line of a case into words."""
    event = next((e for e in whole.events if e.seq == receipt.seq), None)
    if receipt.told is None or event is None:
        return []
    words = dated_words(whole.view)
    return [
        (label("when"), moment(event.at)),
        (label("agency"), event.by.agency or ""),
        (label("who"), who_acted(event, words)),
        (label("what"), sentence(event, words)),
    ]


def _sections(
    receipt: Receipt, happened: list[tuple[str, str]], head: TreeHead
) -> Iterator[Section]:
    told = [(label("number"), receipt.number), (label("line"), str(receipt.seq))]
    yield from section(say("section", "identity"), facts([*told, *happened]))
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

"""The receipt of a line of a register entry, as a file that whoever may read the line keeps."""

from __future__ import annotations

from flask import Blueprint, Response

from web.db import unit_of_work
from web.papers.printing import printed
from web.papers.receipt import carried, sheet_of_entry
from web.papers.receipts import sent
from web.registers.shown import history_of
from workflow.services import registers
from workflow.services.receipts import receipt_of_entry

bp = Blueprint("entry_receipts", __name__, url_prefix="/registros/ficha")


@bp.get("/<number>/recibos/<int:seq>")
def give(number: str, seq: int) -> Response:
    """Give the receipt of a line."""
    with unit_of_work() as uow:
        receipt = receipt_of_entry(uow, number, seq)
    return sent(receipt, receipt.text(), "json")


@bp.get("/<number>/recibos/<int:seq>.pdf")
def save(number: str, seq: int) -> Response:
    """Give the receipt of a line on paper, with the file that proves it inside."""
    with unit_of_work() as uow:
        receipt = receipt_of_entry(uow, number, seq)
        entry = registers.read(uow, number)
        lines = history_of(uow, registers.entry_type(uow, entry.type), entry)
    line = next(one for one in lines if one.seq == seq)
    sheet = sheet_of_entry(receipt, at=line.at, who=line.who, what=line.sentence)
    return sent(receipt, printed(sheet, carried(receipt)), "pdf")

"""The receipt of a line of history, as a file that whoever may read the line keeps."""

from __future__ import annotations

from flask import Blueprint, Response

from web.db import unit_of_work
from web.downloads import disposition
from web.papers.printing import printed
from web.papers.receipt import carried, name_of_file, sheet_of
from workflow.core.receipts import Receipt
from workflow.services.papers import whole_case
from workflow.services.receipts import receipt_of

bp = Blueprint("receipts", __name__, url_prefix="/pedidos")


@bp.get("/<number>/recibos/<int:seq>")
def give(number: str, seq: int) -> Response:
    """Give the receipt of a line."""
    with unit_of_work() as uow:
        receipt = receipt_of(uow, number, seq)
    return sent(receipt, receipt.text(), "json")


@bp.get("/<number>/recibos/<int:seq>.pdf")
def save(number: str, seq: int) -> Response:
    """Give the receipt of a line on paper, with the file that proves it inside."""
    with unit_of_work() as uow:
        receipt = receipt_of(uow, number, seq)
        whole = whole_case(uow, number)
    return sent(receipt, printed(sheet_of(receipt, whole), carried(receipt)), "pdf")


def sent(receipt: Receipt, content: str | bytes, ending: str) -> Response:
    """Send a receipt as a file to be kept."""
    response = Response(content, mimetype=f"application/{ending}")
    name = f"{name_of_file(receipt)}.{ending}"
    response.headers["Content-Disposition"] = disposition(name, attached=True)
    response.headers["Cache-Control"] = "no-store"
    return response

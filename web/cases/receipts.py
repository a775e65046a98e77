"""The receipt of a line of history, as a file that whoever may read the line keeps."""

from __future__ import annotations

from flask import Blueprint, Response

from web.db import unit_of_work
from web.downloads import disposition
from workflow.services.receipts import receipt_of

bp = Blueprint("receipts", __name__, url_prefix="/pedidos")


@bp.get("/<number>/recibos/<int:seq>")
def give(number: str, seq: int) -> Response:
    """Give the receipt of a line."""
    with unit_of_work() as uow:
        receipt = receipt_of(uow, number, seq)
    response = Response(receipt.text(), mimetype="application/json")
    name = f"recibo-{receipt.number}-{receipt.seq}.json"
    response.headers["Content-Disposition"] = disposition(name, attached=True)
    return response

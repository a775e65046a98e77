"""The public page on which anybody finds out what a receipt proves, without an account."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.access import public
from web.db import unit_of_work
from web.proofs import keys_of
from web.settings import current_settings
from workflow.core.receipts import ReceiptRefusedError
from workflow.services.receipts import still_stands, verify_receipt

LONGEST = 200_000
"""Letters of a receipt; the longest line of history is far shorter."""

bp = Blueprint("receipt_check", __name__, url_prefix="/conferir-recibo")


@dataclass(frozen=True, slots=True)
class Proven:
    """What a receipt proves, in the words of its page."""

    number: str
    """Of the case; like `seq`, empty where the receipt does not show what it says it is of."""
    seq: int
    seal: str
    content: str
    """What was sealed, empty where the receipt does not show it."""
    at: datetime | None
    agency: str
    log: str
    signed_at: datetime
    stands: bool
    """Whether the history of today has it still."""


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Let nobody keep what a receipt told."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/", strict_slashes=False)
@public
def ask() -> str:
    """Ask for a receipt."""
    return _page("")


@bp.post("/", strict_slashes=False)
@public
def check() -> ResponseReturnValue:
    """Say what the receipt that was given proves, or why it proves nothing."""
    text = _given()
    if not text.strip():
        return _page("", fault="empty"), 422
    try:
        return _page(text, proven=_proven(text))
    except ReceiptRefusedError as error:
        return _page(text, fault=error.fault.value), 422


def _given() -> str:
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return upload.stream.read(LONGEST).decode("utf-8", errors="replace")
    return request.form.get("receipt", "")[:LONGEST]


def _proven(text: str) -> Proven:
    receipt, head = verify_receipt(text, keys_of(current_settings()))
    with unit_of_work() as uow:
        stands = still_stands(uow, receipt)
    told: Mapping[str, Any] = receipt.told or {}
    return Proven(
        number=receipt.number if told else "",
        seq=receipt.seq if told else 0,
        seal=receipt.seal,
        content=json.dumps(told, ensure_ascii=False, indent=2) if told else "",
        at=datetime.fromisoformat(told["at"]) if told else None,
        agency=str(told["by"].get("agency", "")) if told else "",
        log=head.origin,
        signed_at=head.at,
        stands=stands,
    )


def _page(text: str, *, proven: Proven | None = None, fault: str = "") -> str:
    return render_template(
        "receipt_check.html",
        text=text,
        proven=proven,
        fault=fault,
        keys=[key.text() for key in keys_of(current_settings())],
    )

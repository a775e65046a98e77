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

from web.db import unit_of_work
from web.errors import refusal_text
from web.proofs import keys_of
from web.sessions import looker
from web.settings import current_settings
from workflow.core.receipt_files import LONGEST, receipt_text
from workflow.core.receipts import ReceiptRefusedError, read_code
from workflow.services.public_view import count_look_up
from workflow.services.receipts import (
    Erasure,
    erased_since,
    signed_for,
    still_stands,
    verify_receipt,
)
from workflow.services.throttle import TooManyAttempts
from workflow.services.unit_of_work import UnitOfWork

LONGEST_FILE = 2_000_000
"""Bytes of a receipt as PDF, with its typefaces."""

bp = Blueprint("receipt_check", __name__, url_prefix="/conferir-recibo")


@dataclass(frozen=True, slots=True)
class Proven:
    """What a receipt proves, in the words of its page."""

    number: str
    """Of the case or entry; like `seq`, empty where the receipt does not show what it is of."""
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
    of_entry: bool = False
    by_code: bool = False
    """Whether it was looked up by its code alone: then nothing of its content is known."""
    erased: tuple[Erasure, ...] = ()
    """What was erased of it since."""


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Let nobody keep what a receipt told."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/", strict_slashes=False)
def ask() -> ResponseReturnValue:
    """Ask for a receipt, or say what is signed for under the code that stands on one."""
    code = request.args.get("codigo", "")
    if not code:
        return _page("")
    try:
        with unit_of_work() as uow:
            count_look_up(uow, looker())
            found = _by_code(uow, code)
    except TooManyAttempts as refusal:
        return _too_often(refusal, "")
    return _page("", proven=found) if found else (_page("", fault="no_such_code"), 404)


def _by_code(uow: UnitOfWork, code: str) -> Proven | None:
    place, seal = read_code(code) or (0, "")
    head = signed_for(uow, place, seal, keys_of(current_settings()))
    if head is None:
        return None
    return Proven(
        number="",
        seq=0,
        seal=seal,
        content="",
        at=None,
        agency="",
        log=head.origin,
        signed_at=head.at,
        stands=True,
        by_code=True,
    )


def _too_often(refusal: TooManyAttempts, text: str) -> ResponseReturnValue:
    page = _page(text, too_often=refusal_text(refusal))
    return page, 429, {"Retry-After": str(refusal.retry_after_seconds)}


@bp.post("/", strict_slashes=False)
def check() -> ResponseReturnValue:
    """Say what the receipt that was given proves, or why it proves nothing."""
    text = ""
    try:
        text = _given()
        if not text.strip():
            return _page("", fault="empty"), 422
        with unit_of_work() as uow:
            count_look_up(uow, looker())
        return _page(text, proven=_proven(text))
    except TooManyAttempts as refusal:
        return _too_often(refusal, text)
    except ReceiptRefusedError as error:
        return _page(text, fault=error.fault.value), 422


def _given() -> str:
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return receipt_text(upload.stream.read(LONGEST_FILE))[:LONGEST]
    return request.form.get("receipt", "")[:LONGEST]


def _proven(text: str) -> Proven:
    receipt, head = verify_receipt(text, keys_of(current_settings()))
    with unit_of_work() as uow:
        stands, erased = still_stands(uow, receipt), erased_since(uow, receipt)
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
        of_entry=receipt.of_entry,
        erased=erased,
    )


def _page(text: str, *, proven: Proven | None = None, fault: str = "", too_often: str = "") -> str:
    return render_template(
        "receipt_check.html",
        text=text,
        proven=proven,
        fault=fault,
        too_often=too_often,
        keys=[key.text() for key in keys_of(current_settings())],
    )

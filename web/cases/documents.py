"""Documents of cases as their readers download them, or look at them in a page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Row

from web.db import unit_of_work
from web.downloads import disposition
from web.forms.active import acts_by_itself
from web.forms.uploads import kinds_seen
from web.security import POLICY
from web.stores import document_store
from web.words.phrases import phrase
from workflow.core.fields import Field
from workflow.services.task_view import document_version
from workflow.storage.documents import DocumentGoneError, DocumentHeldError

bp = Blueprint("documents", __name__, url_prefix="/pedidos")

PDF = "application/pdf"
VIEWABLE = frozenset({PDF, "image/png", "image/jpeg", "image/webp", "image/gif"})
"""What a browser may show; all else is only ever saved."""

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
SANDBOX_IN_OUR_PAGE = "sandbox; default-src 'none'; frame-ancestors 'self'"
"""As an attribute of the frame, Chromium would refuse a PDF; as a header it holds everywhere."""

FRAMING = f"{POLICY}; frame-src 'self'"


@bp.get("/<number>/documentos/<field>/<int:version>")
def download(number: str, field: str, version: int) -> Response:
    """Send one version of a document; 404 for what the reader may not know of."""
    row, _ = _found(number, field, version)
    return _sent(row, _pieces(row), shown=_seen_as(row))


@bp.get("/<number>/documentos/<field>/<int:version>/ver")
def show(number: str, field: str, version: int) -> Response:
    """Show one version of a document in a page, where a browser may show its kind."""
    row, spec = _found(number, field, version)
    viewable = _seen_as(row)
    page = render_template(
        "cases/document.html",
        section="cases",
        number=number,
        spec=spec,
        document=row,
        viewable=viewable,
        in_frame=row.media_type == PDF,
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = FRAMING
    return response


@bp.get("/<number>/documentos/<field>/<int:version>/conteudo")
def content(number: str, field: str, version: int) -> Response:
    """Send a document for the page that shows it; 404 where its kind is never shown."""
    row, _ = _found(number, field, version)
    if not _seen_as(row):
        abort(404)
    return _sent(row, _pieces(row), shown=True, policy=SANDBOX_IN_OUR_PAGE)


def _found(number: str, field: str, version: int) -> tuple[Row[Any], Field]:
    with unit_of_work() as uow:
        found = document_version(uow, number, field, version)
    if found is None:
        abort(404)
    return found


def _pieces(row: Row[Any]) -> Iterator[bytes]:
    try:
        return document_store().stream(row.sha256)
    except DocumentGoneError:
        abort(404)


@bp.errorhandler(DocumentHeldError)
def held(why: DocumentHeldError) -> ResponseReturnValue:
    """Say that nobody may have a document yet, or ever, and what to do."""
    text = phrase("faults", "infected" if why.found else "held", {"found": why.found})
    page = render_template("errors/refusal.html", text=text, kept=None)
    return page, 409 if why.found else 503


def _seen_as(row: Row[Any]) -> bool:
    """Say whether a document may be shown, is what it was kept as and does nothing by itself."""
    if row.media_type not in VIEWABLE:
        return False
    pieces = _pieces(row)
    head = next(pieces, b"")
    if row.media_type not in kinds_seen(head):
        return False
    return row.media_type != PDF or not acts_by_itself(chain((head,), pieces))


def _sent(
    row: Row[Any], pieces: Iterator[bytes], *, shown: bool, policy: str = SANDBOX
) -> Response:
    media_type = row.media_type if shown else "application/octet-stream"
    response = Response(pieces, mimetype=media_type)
    response.headers["Content-Disposition"] = disposition(row.name, attached=not shown)
    response.headers["Content-Length"] = str(row.size)
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

"""Documents of cases as their readers download them."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, abort

from web.db import unit_of_work
from web.stores import document_store
from workflow.services.task_view import document_version
from workflow.storage.documents import DocumentGoneError

bp = Blueprint("documents", __name__, url_prefix="/pedidos")

SHOWN_IN_PLACE = frozenset({"application/pdf", "image/png", "image/jpeg"})
"""What a browser may show; all else is only ever saved."""

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@bp.get("/<number>/documentos/<field>/<int:version>")
def download(number: str, field: str, version: int) -> Response:
    """Send one version of a document; 404 for what the reader may not know of."""
    with unit_of_work() as uow:
        found = document_version(uow, number, field, version)
    if found is None:
        abort(404)
    row, _ = found
    try:
        pieces = document_store().stream(row.sha256)
    except DocumentGoneError:
        abort(404)
    shown = row.media_type in SHOWN_IN_PLACE
    media_type = row.media_type if shown else "application/octet-stream"
    response = Response(pieces, mimetype=media_type)
    response.headers["Content-Disposition"] = disposition(row.name, attached=not shown)
    response.headers["Content-Length"] = str(row.size)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def disposition(name: str, *, attached: bool) -> str:
    """Spell a file's name so that no character of it can be taken for anything else."""
    plain = "".join(c if (c.isascii() and c.isalnum()) or c in "._- " else "_" for c in name)
    kind = "attachment" if attached else "inline"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

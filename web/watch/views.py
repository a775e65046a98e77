"""What the machines that watch ask for: is it well, and what do its figures say."""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import replace
from datetime import timedelta
from typing import Final

from flask import Blueprint, abort, current_app, jsonify, make_response, request
from obstore.exceptions import BaseError
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from werkzeug import Response

from web.clock import now
from web.db import unit_of_work
from web.settings import current_settings
from web.watch.counts import counted
from web.watch.gauges import Gauges
from web.watch.requests import refused
from workflow.services.watching import Health, examine, stand
from workflow.storage.documents import HeldCount, open_store

bp = Blueprint("watch", __name__)

FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
BEARER: Final = "Bearer "
PATIENCE: Final = timedelta(seconds=3)
"""How long a store of documents is waited for, well within that of Prometheus."""


@bp.get("/saude")
def health() -> Response:
    """Tell whether all of the installation is well; 503 and which part where not."""
    silence = timedelta(seconds=current_settings().health_clock_seconds)
    return _answered(examine(current_app.extensions["installation"], now=now(), silence=silence))


@bp.get("/saude/paginas")
def health_of_pages() -> Response:
    """Tell whether this process can serve pages, whatever the clock does: for a proxy to ask."""
    return _answered(examine(current_app.extensions["installation"], now=now()))


def _answered(found: Health) -> Response:
    status = "ok" if found.is_well else "failing"
    accepted = request.accept_mimetypes.best_match(("application/json", "text/plain"))
    if accepted == "text/plain":
        told = "".join(f"{part}: {how}\n" for part, how in found.parts.items())
        response = Response(f"{status}\n{told}", mimetype="text/plain")
    else:
        response = jsonify(status=status, parts=dict(found.parts))
    response.status_code = 200 if found.is_well else 503
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


@bp.get("/metricas")
def figures() -> Response:
    """Give the figures to Prometheus, and to nobody else: an answer as if there were none."""
    if not _may_have_figures():
        refused("figures")
        abort(404)
    with unit_of_work() as uow:
        standing = replace(stand(uow), held=_held())
    registry = CollectorRegistry()
    registry.register(counted())
    registry.register(Gauges(standing))
    encode, kind = choose_encoder(request.headers.get("Accept", ""))
    response = make_response(encode(registry))
    response.headers["Content-Type"] = kind
    response.headers["Cache-Control"] = "no-store"
    return response


def _held() -> HeldCount | None:
    """Count the documents held back; None while the store is away, which holds up no figure."""
    try:
        return open_store(current_settings().documents, patience=PATIENCE).held()
    except (OSError, BaseError):
        return None


def _may_have_figures() -> bool:
    """Say whether the token of the settings was given.

    Without one in the settings, this very host may ask, but only where nothing else can be reached
    through a proxy of its own: one that adds no header asks like this host itself.
    """
    settings = current_settings()
    token = settings.metrics_token
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), (BEARER + token).encode())
    forwarded = any(name in request.headers for name in FORWARDED)
    return settings.is_for_this_machine and not forwarded and _is_from_here()


def _is_from_here() -> bool:
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False

"""Request types as pages: their versions, the proof of each, and the deployment of a new one.

Whoever coordinates an agency that owns types, the coordinator of the network, and whoever keeps
the installation look at all types: they hold rules, no case. A version is deployed by the
coordinator of the agency that answers for the type, by the coordinator of the network, or by the
keeper, who does the same by command; a type changes owner only between types of one's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug import Response

from web.access import admits
from web.administration.office import office_of
from web.administration.type_words import ChangeLine, changes_in_words, states_of, terms_of
from web.db import unit_of_work
from web.errors import refusal_text
from web.policies import Who
from web.sessions import current_principal
from web.words.languages import alphabetical, language_tag
from web.words.phrases import phrase
from web.words.said import say
from workflow.catalogue.map import render_map
from workflow.catalogue.source import MAX_BYTES
from workflow.services import request_types
from workflow.services.request_types import Keeper, Preview, RequestType, Stored
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("definitions", __name__, url_prefix="/administracao/tipos")


@dataclass(frozen=True, slots=True)
class Sent:
    """The text of a type as it was typed or sent, and what was wrong with the file."""

    text: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@bp.app_context_processor
def menu() -> dict[str, Any]:
    """Let the menu of all pages ask whether it leads here."""
    return {"may_see_types": partial(admits, Who.TYPE_KEEPER)}


@bp.get("")
def index() -> str:
    """List the request types with their versions."""
    with unit_of_work() as uow:
        found = request_types.request_types(uow)
        names = uow.world().network.present_names
    return render_template(
        "administration/types.html",
        types=sorted(found, key=lambda one: alphabetical(one.definition.title)),
        names=names,
    )


@bp.get("/<key>")
def show(key: str) -> str:
    """Show a version of a request type: its map, its rules in words, and its proof."""
    with unit_of_work() as uow:
        kind = request_types.request_type(uow, key)
        stored = request_types.stored_version(uow, key, _version(kind, request.args.get("versao")))
        terms = terms_of(stored.definition, uow.world())
        mine = keeper_of(uow).answers_for(kind.definition.owner)
    shown = stored.definition
    return render_template(
        "administration/type.html",
        kind=kind,
        shown=shown,
        stored=stored,
        older=_older(kind, shown.version),
        drawn=_drawn(stored),
        states=states_of(shown),
        terms=terms,
        mine=mine,
    )


@bp.get("/<key>/comparar")
def compare(key: str) -> str:
    """Show what differs between two versions of a request type."""
    with unit_of_work() as uow:
        kind = request_types.request_type(uow, key)
        newer = _version(kind, request.args.get("para"))
        older = _version(kind, request.args.get("de"), otherwise=_older(kind, newer) or newer)
        found = request_types.compare(uow, key, older=older, newer=newer)
        sides = [uow.installation.definition(key, number) for number in (older, newer)]
    return render_template(
        "administration/type_difference.html",
        kind=kind,
        older=older,
        newer=newer,
        changes=changes_in_words(found, *sides),
    )


@bp.get("/<key>/<int:version>.yaml")
def source(key: str, version: int) -> Response:
    """Give back the text of a version as its author wrote it."""
    with unit_of_work() as uow:
        kept = request_types.stored_version(uow, key, version)
    if not kept.source:
        abort(404)
    name = f'attachment; filename="{key}_{version}.yaml"'
    return Response(kept.source, mimetype="application/yaml", headers={"Content-Disposition": name})


@bp.get("/novo")
def new() -> str:
    """Ask for the text of a new version or a new type; that of a version is offered to begin."""
    key, text = request.args.get("tipo"), ""
    if key:
        with unit_of_work() as uow:
            kind = request_types.request_type(uow, key)
            text = request_types.stored_version(uow, key, kind.definition.version).source
    return preview_page(Sent(text), None)


@bp.post("/novo")
def deploy() -> ResponseReturnValue:
    """Check the text, show what it would change, and deploy it once that was seen."""
    sent = _sent()
    if sent.errors:
        return preview_page(sent, None), 422
    with unit_of_work() as uow:
        seen = request_types.preview(uow, sent.text, keeper_of(uow), language=language_tag())
        if not _confirmed(seen):
            return preview_page(sent, seen), 200 if seen.deployable or seen.known else 422
        done = request_types.deploy(uow, seen)
    say("type_deployed", key=done.key, version=done.version)
    return redirect(url_for("definitions.show", key=done.key), 303)


def _confirmed(seen: Preview) -> bool:
    """Say whether just this was seen before and is to be deployed; sent twice, it is done once."""
    loaded = seen.checked.loaded
    if loaded is None or not (seen.deployable or seen.known):
        return False
    return (
        request.form.get("act") == "deploy" and request.form.get("seen") == loaded.definition.hash
    )


def preview_page(sent: Sent, seen: Preview | None) -> str:
    """Show a text, what was found in it, and what its deployment would change."""
    loaded = seen.checked.loaded if seen else None
    lines: list[ChangeLine] = []
    if seen and loaded and seen.current:
        sides = (seen.current.definition, loaded.definition)
        lines = changes_in_words(list(seen.differences), *sides)
    return render_template(
        "administration/type_new.html",
        sent=sent,
        seen=seen,
        definition=loaded.definition if loaded else None,
        changes=lines,
        refusal=refusal_text(seen.refusal) if seen and seen.refusal else "",
    )


def _sent() -> Sent:
    """Read what was sent: a file, else the text of the form."""
    typed = request.form.get("source", "").replace("\r\n", "\n")
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        missing = {} if typed.strip() else {"source": phrase("definitions", "nothing_sent")}
        return Sent(typed, missing)
    try:
        return Sent(upload.stream.read(MAX_BYTES + 1).decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        return Sent(typed, {"file": phrase("definitions", "not_utf8")})


def keeper_of(uow: UnitOfWork) -> Keeper:
    """Return the visitor as whoever looks after request types."""
    return Keeper(office_of(uow), technical=current_principal().administrator)


def _version(kind: RequestType, asked: str | None, *, otherwise: int = 0) -> int:
    """Return the version asked for, the newest without a wish; abort for one there is not."""
    if not asked:
        return otherwise or kind.definition.version
    known = {str(version.number): version.number for version in kind.versions}
    if asked not in known:
        abort(404)
    return known[asked]


def _older(kind: RequestType, number: int) -> int | None:
    """Return the version before one, or None."""
    return max((v.number for v in kind.versions if v.number < number), default=None)


def _drawn(stored: Stored) -> Markup | None:
    if stored.layout is None:
        return None
    drawn = render_map(stored.layout, language=language_tag())
    return Markup(drawn)  # noqa: S704 - drawn by us, its texts escaped

"""Keeping a view of the inbox under a name, forgetting it, and choosing columns."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from web.db import unit_of_work
from web.errors import refusal_text
from web.inbox.filters import read_view, read_wanted, spell_wanted
from web.links import address_of, local_address
from web.sessions import current_principal
from web.words.said import say
from workflow.services.inbox import Reader, View, Wanted
from workflow.services.saved_filters import FilterNotKept, Kept, choose_columns, drop, keep

bp = Blueprint("saved", __name__, url_prefix="/caixa")


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A filter that was kept, as the inbox offers it."""

    kept: Kept
    wanted: Wanted
    address: str


def shortcut(kept: Kept) -> Shortcut:
    """Return a filter with its address; what has become unknown narrows nothing."""
    args = dict(parse_qsl(kept.query))
    wanted = read_wanted(args, read_view(args) or View.AGENCY)
    return Shortcut(kept, wanted, address_of("inbox.index", **spell_wanted(wanted)))


def reader() -> Reader:
    """Return whose inbox it is, with those the officer answers for there."""
    principal = current_principal()
    agency = principal.current_agency or ""
    lent = principal.powers.substituted.items()
    absent = sorted(officer for officer, standing in lent if agency in standing.agencies)
    return Reader(principal.officer_id, agency, tuple(absent))


@bp.post("/filtros")
def save() -> Response:
    """Keep what the list shows under a name."""
    args = dict(parse_qsl(request.form.get("query", "")))
    wanted = read_wanted(args, read_view(args) or View.AGENCY)
    name, shared = request.form.get("name", ""), "shared" in request.form
    with unit_of_work() as uow:
        try:
            keep(uow, reader(), name, urlencode(spell_wanted(wanted)), is_shared=shared)
            say("filter_kept", name=name.strip())
        except FilterNotKept as refused:
            say("plain", text=refusal_text(refused))
    return _back()


@bp.post("/filtros/<int:filter_id>/apagar")
def forget(filter_id: int) -> Response:
    """Forget a filter of one's own."""
    with unit_of_work() as uow:
        if drop(uow, reader(), filter_id):
            say("filter_dropped")
    return _back()


@bp.post("/colunas")
def columns() -> Response:
    """Keep which columns the officer wants to see."""
    with unit_of_work() as uow:
        choose_columns(uow, reader(), request.form.getlist("column"))
    say("columns_kept")
    return _back()


def _back() -> Response:
    return redirect(local_address(request.form.get("back") or url_for("inbox.index")), 303)

"""Letting somebody go: what they leave open, to whom each task goes, and how far that has got."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.administration.lines import Line, name_of
from web.administration.office import office_of
from web.administration.working import AT_ONCE, PATIENCE
from web.db import unit_of_work
from web.errors import refusal_text
from web.row_numbers import typed_number
from web.security import once_key
from workflow.services import leaving
from workflow.services.leaving import Estate, HeirMissing
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("leaving", __name__, url_prefix="/administracao/saidas")
QUEUE, AS_ALL = "queue", ""
MOST = 200
"""How many tasks are listed one by one; the rest goes where all go."""


@bp.get("/nova")
def new() -> str:
    """List what an officer leaves open, and ask to whom each task goes."""
    with unit_of_work() as uow:
        return _form(uow, _estate(uow, request.args), {}, "")


@bp.post("/nova")
def begin() -> ResponseReturnValue:
    """Hand everything on, as chosen; a little at once, the rest by the clock process."""
    with unit_of_work() as uow:
        left = _estate(uow, request.form)
        if left.under_way is not None:
            return redirect(url_for("leaving.show", departure_id=left.under_way), 303)
        reason = request.form.get("reason", "").strip()[:200]
        try:
            made = leaving.begin(uow, left, _chosen(left), reason=reason, key=once_key())
        except HeirMissing as refusal:
            return _form(uow, left, request.form, refusal_text(refusal)), 422
        _work(uow, made)
    return redirect(url_for("leaving.show", departure_id=made), 303)


@bp.get("/<int:departure_id>")
def show(departure_id: int) -> str:
    """Show how far a departure has got, or what came of it."""
    return _page(departure_id, "departure")


@bp.get("/<int:departure_id>/andamento")
def progress(departure_id: int) -> str:
    """Show how far it has got, for the page that waits for it."""
    return _page(departure_id, "_departure")


@bp.post("/<int:departure_id>/de-novo")
def again(departure_id: int) -> Response:
    """Try once more what could not be handed on."""
    with unit_of_work() as uow:
        leaving.departure(uow, departure_id, office=office_of(uow))
        leaving.try_again(uow, departure_id)
        _work(uow, departure_id)
    return redirect(url_for("leaving.show", departure_id=departure_id), 303)


def _work(uow: UnitOfWork, departure_id: int) -> None:
    until = monotonic() + current_app.extensions.get(PATIENCE, AT_ONCE)
    while monotonic() < until and not leaving.advance(uow, departure_id):
        pass


def _page(departure_id: int, template: str) -> str:
    with unit_of_work() as uow:
        found = leaving.departure(uow, departure_id, office=office_of(uow))
    return render_template(f"administration/{template}.html", departure=found)


def _estate(uow: UnitOfWork, asked: Mapping[str, str]) -> Estate:
    officer = typed_number(asked.get("pessoa", ""))
    if officer is None:
        abort(404)
    return leaving.estate(uow, officer, asked.get("orgao", ""), office=office_of(uow))


def _chosen(left: Estate) -> dict[tuple[int, int], int | None]:
    """Return to whom each task goes: where it says so itself, else where all go."""
    usual = request.form.get("all", QUEUE)
    said = (
        ((task.case_id, task.no), request.form.get(name_of(task), AS_ALL) or usual)
        for task in left.tasks
    )
    return {place: typed_number(heir) for place, heir in said}


def _form(uow: UnitOfWork, left: Estate, typed: Mapping[str, str], error: str) -> str:
    lines = [Line.of(uow, row) for row in left.tasks[:MOST]]
    return render_template(
        "administration/leaving.html",
        left=left,
        lines=lines,
        more=len(left.tasks) - len(lines),
        typed=typed,
        errors={"all": error} if error else {},
        names=uow.world().network.present_names,
        today=uow.today,
    )

"""Who above an agency's head hears of delays: a page for the coordinators of request types."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from web.db import unit_of_work
from web.sessions import current_principal
from web.words.said import say
from workflow.core.audience import ABOVE_THE_HEAD
from workflow.services.climbing import ladders, let_climb

bp = Blueprint("ladder", __name__, url_prefix="/avisos/acima")


@bp.get("/")
def index() -> str:
    """Show the types that the officer coordinates, and who hears of their delays."""
    with unit_of_work() as uow:
        mine = ladders(uow, current_principal().officer_id)
    return render_template("notices/ladder.html", ladders=mine)


@bp.post("/<key>")
def change(key: str) -> Response:
    """Keep who is to hear of the delays of a type."""
    wanted = [one for one in request.form.getlist("above") if one in ABOVE_THE_HEAD]
    with unit_of_work() as uow:
        let_climb(uow, current_principal().officer_id, key, wanted)
    say("ladder_changed")
    return redirect(url_for("ladder.index", _anchor=key), 303)

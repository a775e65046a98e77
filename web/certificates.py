"""The public page that says what a code stands for, as one on a certificate; no account needed."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.db import unit_of_work
from web.errors import too_often
from web.sessions import looker
from web.words.field_values import fact_of
from workflow.core.registers.codes import read_code, spelled_code
from workflow.core.registers.entries import Standing
from workflow.core.registers.errors import UnknownEntry
from workflow.services.public_view import count_look_up
from workflow.services.register_replacing import code_of_successor
from workflow.services.registers import checked
from workflow.services.throttle import TooManyAttempts

bp = Blueprint("certificates", __name__, url_prefix="/conferir")

LONGEST_CODE = 40


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Let nobody keep what was told to whoever had a code."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/", strict_slashes=False)
def index() -> ResponseReturnValue:
    """Ask for a code, or go to the one that was typed."""
    typed = request.args.get("codigo", "").strip()[:LONGEST_CODE]
    if not typed:
        return render_template("certificates/index.html", code="")
    code = read_code(typed)
    if code is None:
        return _unknown(typed, mistyped=True)
    return redirect(url_for("certificates.show", code=spelled_code(code)), 303)


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """Say what a code stands for; of one that nobody was given, and of an undone one, nothing."""
    typed, known = code[:LONGEST_CODE], read_code(code[:LONGEST_CODE])
    with unit_of_work() as uow:
        try:
            count_look_up(uow, looker())
            if known is None:
                return _unknown(typed, mistyped=True)
            kind, entry = checked(uow, known)
        except TooManyAttempts as refusal:
            return too_often(refusal)
        except UnknownEntry:
            return _unknown(typed, mistyped=False)
        world, successor = uow.world(), code_of_successor(uow, entry)
        told = ((kind.fields[key], value) for key, value in entry.values.items())
        return render_template(
            "certificates/show.html",
            code=spelled_code(known),
            kind=kind,
            entry=entry,
            facts=[fact_of(field, value, world.network) for field, value in told],
            successor=spelled_code(successor) if successor else "",
            annulled=entry.standing(uow.today) is Standing.ENDED,
            owner=world.network.get(kind.owner),
        )


def _unknown(code: str, *, mistyped: bool) -> ResponseReturnValue:
    page = render_template("certificates/unknown.html", code=code, mistyped=mistyped)
    return page, 404

"""The second step of signing in, and where somebody goes once they are in."""

from __future__ import annotations

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.db import unit_of_work
from web.entrances import entrance, keys_work, party, sealer
from web.errors import refusal_text, status_of
from web.kept import KeptForm, unsealed
from web.links import local_address
from web.sessions import end_halfway, halfway_token, start_halfway, start_session
from web.watch.requests import sign_in_refused
from workflow.core.errors import Refusal
from workflow.services.factors import FactorRefused
from workflow.services.second_step import StepOver, asked, show_code, show_passkey
from workflow.services.sign_in import SignedIn, principal
from workflow.services.throttle import TooManyAttempts

bp = Blueprint("second_step", __name__)


@bp.post("/entrar/segundo-fator")
def show() -> ResponseReturnValue:
    """Take the code or the key of whoever has given the right password."""
    kept = unsealed(request.form.get("kept", ""))
    try:
        with unit_of_work() as uow:
            if answer := request.form.get("password_key", ""):
                begun = show_passkey(
                    uow, halfway_token(), answer[:20_000], party=party(), entrance=entrance()
                )
            else:
                begun = show_code(
                    uow,
                    halfway_token(),
                    request.form.get("password_code", "")[:100],
                    sealer=sealer(),
                    entrance=entrance(),
                )
    except (FactorRefused, TooManyAttempts) as refusal:
        sign_in_refused("second factor")
        return step_page(halfway_token(), kept, refused=refusal)
    return go_on(begun, kept)


def come_in(
    begun: SignedIn, kept: KeptForm | None, *, way_on: str | None = None
) -> ResponseReturnValue:
    """Go on to the page asked for, or to the second step where there is one.

    The page is the `way_on`, or the one that the form names.
    """
    if not begun.awaits_factor:
        return go_on(begun, kept, way_on=way_on)
    response = make_response(step_page(begun.token, kept, way_on=way_on))
    start_halfway(response, begun.token)
    return response


def go_on(begun: SignedIn, kept: KeptForm | None, *, way_on: str | None = None) -> Response:
    """Go on to the page asked for, or show what was typed, ready to be sent again."""
    response = _next_page(begun, kept, way_on)
    start_session(response, begun.token)
    end_halfway(response)
    return response


def _next_page(begun: SignedIn, kept: KeptForm | None, way_on: str | None) -> Response:
    if kept is None:
        return redirect(local_address(way_on or request.form.get("next")), 303)
    with unit_of_work() as uow:
        g.principal = principal(uow, begun.token)
    return make_response(render_template("sign_in/resume.html", kept=kept))


def step_page(
    token: str,
    kept: KeptForm | None,
    *,
    refused: Refusal | None = None,
    way_on: str | None = None,
) -> ResponseReturnValue:
    """Ask for the second factor; back to the password where that was too long ago."""
    try:
        with unit_of_work() as uow:
            wanted = asked(uow, token, party=party())
    except StepOver:
        back = way_on or request.form.get("next") or None
        return redirect(url_for("auth.sign_in", next=back), 303)
    page = render_template(
        "sign_in/second_step.html",
        asked=wanted,
        keys_work=keys_work(),
        kept=kept,
        way_on=local_address(way_on or request.form.get("next")),
        refused=refusal_text(refused) if refused else "",
    )
    headers = {"Cache-Control": "no-store"}
    if isinstance(refused, TooManyAttempts):
        headers["Retry-After"] = str(refused.retry_after_seconds)
    return page, status_of(refused) if refused else 200, headers

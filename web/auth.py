"""Signing in and out, accepting an invitation, and choosing the agency to act for."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.access import is_public, public
from web.db import unit_of_work
from web.errors import refusal_text
from web.kept import KeptForm, kept_form, unsealed
from web.links import local_address
from web.sessions import end_session, session_limits, session_token, start_session, visitor
from web.words.said import say
from workflow.services import sign_in as accounts

DEMO_ACCOUNTS = "demo_accounts"
"""Extension that lists a demo's accounts: agency, name, email and password of each."""

bp = Blueprint("auth", __name__)


def install_auth(app: Flask) -> None:
    """Demand an officer on every page that is not marked `@public`."""
    app.before_request(demand_officer)


def demand_officer() -> ResponseReturnValue | None:
    """Ask people without a session to sign in, keeping what they had typed."""
    endpoint = request.endpoint
    if endpoint is None or visitor() is not None or is_public(current_app, endpoint):
        return None
    if request.headers.get("HX-Request"):
        return render_template("sign_in/_ended.html", back=_asked_page()), 401
    if request.method == "GET":
        return redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?")), 303)
    return _sign_in_page(kept=kept_form(), ended=True), 401


@bp.get("/entrar")
@public
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form, or the way on to whoever is already signed in."""
    if visitor() is not None:
        return redirect(local_address(request.args.get("next")), 303)
    ended = "next" in request.args and bool(session_token())
    return _sign_in_page(email=_demo_account(), ended=ended)


@bp.post("/entrar")
@public
def enter() -> ResponseReturnValue:
    """Begin a session, then go where the person was going or send what they had typed."""
    email = request.form.get("email", "").strip()
    kept = unsealed(request.form.get("kept", ""))
    try:
        with unit_of_work() as uow:
            signed_in = accounts.sign_in(
                uow,
                email,
                request.form.get("password", ""),
                address=request.remote_addr or "unknown",
                limits=session_limits(),
            )
    except accounts.TooManyAttempts as refusal:
        page = _sign_in_page(kept=kept, email=email, refused=refusal_text(refusal))
        return page, 429, {"Retry-After": str(refusal.retry_after_seconds)}
    except accounts.SignInRefused as refusal:
        return _sign_in_page(kept=kept, email=email, refused=refusal_text(refusal)), 422
    response = _after_sign_in(signed_in.token, kept)
    start_session(response, signed_in.token)
    return response


def _after_sign_in(token: str, kept: KeptForm | None) -> Response:
    """Go on to the page asked for, or show what was typed, ready to be sent again."""
    if kept is None:
        return redirect(local_address(request.form.get("next")), 303)
    with unit_of_work() as uow:
        g.principal = accounts.principal(uow, token)
    return make_response(render_template("sign_in/resume.html", kept=kept))


@bp.post("/sair")
@public
def sign_out() -> Response:
    """End the session here and in the database."""
    if visitor() is not None:
        with unit_of_work() as uow:
            accounts.sign_out(uow, session_token())
    response = redirect(url_for("auth.sign_in"), 303)
    end_session(response)
    return response


@bp.post("/unidade")
def switch_agency() -> Response:
    """Act for another of the officer's agencies from now on."""
    with unit_of_work() as uow:
        accounts.switch_agency(uow, session_token(), request.form.get("agency", ""))
    return redirect(url_for("pages.home"), 303)


@bp.get("/convite/<token>")
@public
def invitation(token: str) -> ResponseReturnValue:
    """Show who is invited, and ask for a password."""
    return _invitation_page(token)


@bp.post("/convite/<token>")
@public
def accept(token: str) -> ResponseReturnValue:
    """Set the password of the invited officer and sign them in."""
    password = request.form.get("password", "")
    if password != request.form.get("password_again", ""):
        return _invitation_page(token, differ=True), 422
    try:
        with unit_of_work() as uow:
            accounts.accept_invitation(uow, token, password)
    except accounts.WeakPassword as refusal:
        return _invitation_page(token, refused=refusal_text(refusal)), 422
    say("invitation_accepted")
    return redirect(url_for("auth.sign_in"), 303)


def _sign_in_page(
    *, kept: KeptForm | None = None, email: str = "", refused: str = "", ended: bool = False
) -> str:
    return render_template(
        "sign_in/sign_in.html",
        kept=kept,
        email=email,
        refused=refused,
        ended=ended,
        demo_accounts=current_app.extensions.get(DEMO_ACCOUNTS, ()),
        way_on=local_address(request.values.get("next")),
    )


def _demo_account() -> str:
    """Return the address of the account of a demo that a link of its page names, or nothing."""
    named = request.args.get("conta", "")
    accounts_shown = current_app.extensions.get(DEMO_ACCOUNTS, ())
    return named if named in {account.email for account in accounts_shown} else ""


def _invitation_page(token: str, *, refused: str = "", differ: bool = False) -> str:
    with unit_of_work() as uow:
        invited = accounts.invitation(uow, token)
    return render_template(
        "sign_in/invitation.html", invited=invited, refused=refused, differ=differ
    )


def _asked_page() -> str:
    """Return the page whose part was asked for, as htmx tells it."""
    return local_address(urlsplit(request.headers.get("HX-Current-URL", "")).path)

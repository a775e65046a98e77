"""Signing in and out, accepting an invitation, and choosing the agency to act for."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.access import demand, install_policies, policy_of
from web.db import unit_of_work
from web.entrances import entrance, known_passwords, lacks_factor
from web.errors import refusal_text
from web.here import this_request
from web.kept import KeptForm, kept_form, unsealed
from web.links import local_address
from web.notices.courier import courier_of
from web.policies import Who
from web.providers import provider_named, providers
from web.second_step import come_in
from web.sessions import address, end_session, session_token, visitor
from web.watch.requests import refused, sign_in_refused, tries_to_be
from web.words.said import say
from workflow.services import new_passwords
from workflow.services import sign_in as accounts

DEMO_ACCOUNTS = "demo_accounts"
"""Extension that lists a demo's accounts: agency, name, email and password of each."""

WHILE_WITHOUT = frozenset({"account", "factors", "own_identities"})
"""Where one may go without a second factor that is demanded: to where it is added."""

bp = Blueprint("auth", __name__)


def install_auth(app: Flask) -> None:
    """Demand of whoever asks for a page what its policy says."""
    install_policies(app)
    app.before_request(demand_officer)
    app.before_request(demand_second_factor)


def demand_officer() -> ResponseReturnValue | None:
    """Ask people without a session to sign in, keeping what they had typed.

    Raise `UndeclaredPageError`; answer 404 to who is not what the page demands.
    """
    endpoint = this_request().endpoint
    if endpoint is None:
        return None
    policy, person = policy_of(endpoint), visitor()
    if policy.who is Who.ANYBODY:
        return None
    if person is not None:
        demand(policy, person)
        return None
    refused("not signed in")
    if request.headers.get("HX-Request"):
        return render_template("sign_in/_ended.html", back=_asked_page()), 401
    if request.method == "GET":
        return redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?")), 303)
    return sign_in_page(kept=kept_form(), ended=True), 401


def demand_second_factor() -> ResponseReturnValue | None:
    """Have whoever lacks a second factor that is demanded here add one before anything else."""
    officer = visitor()
    if officer is None or request.endpoint is None or not lacks_factor(officer):
        return None
    if request.blueprint in WHILE_WITHOUT or policy_of(request.endpoint).who is Who.ANYBODY:
        return None
    return redirect(url_for("account.show"), 303)


@bp.get("/entrar")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form, or the way on to whoever is already signed in."""
    if visitor() is not None:
        return redirect(local_address(request.args.get("next")), 303)
    ended = "next" in request.args and bool(session_token())
    return sign_in_page(email=_demo_account(), ended=ended)


@bp.post("/entrar")
def enter() -> ResponseReturnValue:
    """Begin a session, then go where the person was going or send what they had typed."""
    email = request.form.get("email", "").strip()
    tries_to_be(email)
    kept = unsealed(request.form.get("kept", ""))
    try:
        with unit_of_work() as uow:
            password = request.form.get("password", "")
            begun = accounts.sign_in(uow, email, password, entrance=entrance())
    except accounts.TooManyAttempts as refusal:
        sign_in_refused("too often")
        page = sign_in_page(kept=kept, email=email, refused=refusal_text(refusal))
        return page, 429, {"Retry-After": str(refusal.retry_after_seconds)}
    except accounts.SignInRefused as refusal:
        sign_in_refused("not recognised")
        return sign_in_page(kept=kept, email=email, refused=refusal_text(refusal)), 422
    return come_in(begun, kept)


@bp.post("/sair")
def sign_out() -> Response:
    """End the session here and in the database."""
    issuer = None
    if visitor() is not None:
        with unit_of_work() as uow:
            issuer = accounts.sign_out(uow, session_token())
    left = next((one.key for one in providers() if one.issuer == issuer), "")
    response = redirect(url_for("auth.sign_in", saiu=left), 303)
    end_session(response)
    return response


@bp.post("/unidade")
def switch_agency() -> Response:
    """Act for another of the officer's agencies from now on."""
    with unit_of_work() as uow:
        accounts.switch_agency(uow, session_token(), request.form.get("agency", ""))
    return redirect(url_for("pages.home"), 303)


@bp.get("/esqueci")
def forgotten() -> str:
    """Ask for the address to which a link shall be sent that sets another password."""
    return _forgotten_page()


@bp.post("/esqueci")
def send_reset() -> ResponseReturnValue:
    """Have a link sent if there is such an account; the answer tells nobody whether there is."""
    if not _sends_mail():
        return _forgotten_page(), 422
    try:
        with unit_of_work() as uow:
            new_passwords.ask_reset(uow, request.form.get("email", "")[:320], address=address())
    except accounts.TooManyAttempts as refusal:
        page = _forgotten_page(refused=refusal_text(refusal))
        return page, 429, {"Retry-After": str(refusal.retry_after_seconds)}
    return _forgotten_page(asked=True)


@bp.get("/nova-senha/<token>")
@bp.get("/convite/<token>")
def invitation(token: str) -> ResponseReturnValue:
    """Show who is invited, and ask for a password."""
    return _invitation_page(token)


@bp.post("/nova-senha/<token>")
@bp.post("/convite/<token>")
def accept(token: str) -> ResponseReturnValue:
    """Set the password of the invited officer, who signs in with it next."""
    password = request.form.get("password", "")
    if password != request.form.get("password_again", ""):
        return _invitation_page(token, differ=True), 422
    try:
        with unit_of_work() as uow:
            new_passwords.accept_invitation(uow, token, password, known=known_passwords())
    except new_passwords.WeakPassword as refusal:
        return _invitation_page(token, refused=refusal_text(refusal)), 422
    say("invitation_accepted")
    return redirect(url_for("auth.sign_in"), 303)


def sign_in_page(
    *,
    kept: KeptForm | None = None,
    email: str = "",
    refused: str = "",
    ended: bool = False,
    way_on: str = "",
) -> str:
    """Render the page on which one signs in, with what was typed elsewhere kept in it."""
    return render_template(
        "sign_in/sign_in.html",
        kept=kept,
        email=email,
        refused=refused,
        ended=ended,
        demo_accounts=current_app.extensions.get(DEMO_ACCOUNTS, ()),
        way_on=local_address(way_on or request.values.get("next")),
        has_left="saiu" in request.args,
        left=provider_named(request.args.get("saiu", "")),
    )


def _forgotten_page(*, asked: bool = False, refused: str = "") -> str:
    return render_template(
        "sign_in/forgotten.html", asked=asked, refused=refused, sends_mail=_sends_mail()
    )


def _sends_mail() -> bool:
    return courier_of(current_app) is not None


def _demo_account() -> str:
    """Return the address of the account of a demo that a link of its page names, or nothing."""
    named = request.args.get("conta", "")
    accounts_shown = current_app.extensions.get(DEMO_ACCOUNTS, ())
    return named if named in {account.email for account in accounts_shown} else ""


def _invitation_page(token: str, *, refused: str = "", differ: bool = False) -> str:
    with unit_of_work() as uow:
        invited = new_passwords.invitation(uow, token)
    return render_template(
        "sign_in/invitation.html", invited=invited, refused=refused, differ=differ
    )


def _asked_page() -> str:
    """Return the page whose part was asked for, as htmx tells it."""
    return local_address(urlsplit(request.headers.get("HX-Current-URL", "")).path)

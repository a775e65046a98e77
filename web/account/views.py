"""One's own account: what protects it, where one is signed in, and another password."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.account.freshness import fresh_only, is_fresh
from web.db import unit_of_work
from web.entrances import entrance, known_passwords, lacks_factor
from web.errors import refusal_text, status_of
from web.links import local_address
from web.providers import providers
from web.second_step import come_in
from web.sessions import (
    current_principal,
    end_session,
    session_limits,
    session_token,
    start_session,
)
from web.words.said import say
from workflow.core.errors import Refusal
from workflow.services import new_passwords
from workflow.services.factors import proofs_of
from workflow.services.identities import links_of
from workflow.services.own_sessions import end_all, end_one, my_sessions
from workflow.services.sign_in import SignInRefused, TooManyAttempts, sign_in

bp = Blueprint("account", __name__, url_prefix="/conta")


@bp.get("/")
def show() -> str:
    """Show what protects the account."""
    officer = current_principal()
    with unit_of_work() as uow:
        proofs = proofs_of(uow, officer.officer_id)
        links = links_of(uow, officer.officer_id)
    return render_template(
        "account/show.html",
        proofs=proofs,
        links=links,
        demanded=lacks_factor(officer),
        fresh=is_fresh(),
    )


# --- Where one is signed in --------------------------------------------------------------------


@bp.get("/conexoes")
def connections() -> str:
    """List where the officer is signed in."""
    with unit_of_work() as uow:
        listed = my_sessions(
            uow, current_principal().officer_id, session_token(), limits=session_limits()
        )
    return render_template("account/connections.html", sessions=listed)


@bp.post("/conexoes")
@fresh_only
def disconnect() -> ResponseReturnValue:
    """Sign out at one browser, at all others, or everywhere."""
    officer, which = current_principal().officer_id, request.form.get("which", "")
    with unit_of_work() as uow:
        if which == "all":
            end_all(uow, officer)
            response = redirect(url_for("auth.sign_in"), 303)
            end_session(response)
            return response
        if which == "others":
            end_all(uow, officer, but=session_token())
        else:
            end_one(uow, officer, which)
    say("disconnected")
    return redirect(url_for("account.connections"), 303)


# --- The password ------------------------------------------------------------------------------


@bp.get("/senha")
def password() -> str:
    """Ask for the present password and for another."""
    return render_template("account/password.html", errors={})


@bp.post("/senha")
def change_password() -> ResponseReturnValue:
    """Set another password; whoever was signed in with the one before is no more."""
    officer, form = current_principal(), request.form
    if form.get("password", "") != form.get("password_again", ""):
        return render_template("account/password.html", errors={}, differ=True), 422
    try:
        with unit_of_work() as uow:
            begun = new_passwords.change_password(
                uow,
                officer.officer_id,
                form.get("password_present", ""),
                form.get("password", ""),
                entrance=entrance(),
                known=known_passwords(),
            )
    except new_passwords.WeakPassword as refusal:
        return _password_again("password", refusal)
    except (new_passwords.PasswordWrong, TooManyAttempts) as refusal:
        return _password_again("password_present", refusal)
    say("password_changed")
    response = redirect(url_for("account.show"), 303)
    start_session(response, begun.token)
    return response


def _password_again(field: str, refusal: Refusal) -> ResponseReturnValue:
    page = render_template("account/password.html", errors={field: refusal_text(refusal)})
    return page, status_of(refusal)


# --- Proving oneself once more -----------------------------------------------------------------


@bp.get("/confirmar")
def confirm() -> str:
    """Ask for the password once more before something is changed."""
    return _confirm_page()


@bp.post("/confirmar")
def confirmed() -> ResponseReturnValue:
    """Begin a session anew for whoever proves who they are, by all that is asked of them."""
    email = current_principal().email
    try:
        with unit_of_work() as uow:
            begun = sign_in(uow, email, request.form.get("password", ""), entrance=entrance())
    except (SignInRefused, TooManyAttempts) as refusal:
        wrong = new_passwords.PasswordWrong() if isinstance(refusal, SignInRefused) else refusal
        return _confirm_page(refused=refusal_text(wrong)), status_of(refusal)
    return make_response(come_in(begun, None))


def _confirm_page(*, refused: str = "") -> str:
    with unit_of_work() as uow:
        links = links_of(uow, current_principal().officer_id)
    return render_template(
        "account/confirm.html",
        way_on=local_address(request.values.get("next")),
        refused=refused,
        linked=[provider for provider in providers() if provider.issuer in links],
    )

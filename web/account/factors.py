"""The second factor of one's own account: an app, passkeys, recovery codes."""

from __future__ import annotations

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from pyotp import TOTP
from werkzeug import Response

from web.account.freshness import fresh_only
from web.db import unit_of_work
from web.entrances import keys_work, party, sealer
from web.errors import refusal_text
from web.sessions import current_principal, session_token
from web.settings import current_settings
from web.words.phrases import phrase
from web.words.said import say
from workflow.services import factors
from workflow.services.factors import FactorRefused
from workflow.services.passkeys import keep_passkey, offer_passkey

bp = Blueprint("factors", __name__, url_prefix="/conta")


@bp.get("/aplicativo")
@fresh_only
def app() -> ResponseReturnValue:
    """Show the secret that an app is given, as a picture and to be typed."""
    return _app_page(factors.new_secret())


@bp.post("/aplicativo")
@fresh_only
def keep_app() -> ResponseReturnValue:
    """Keep the app that shows the right code for the secret."""
    form = request.form
    secret = factors.offered(sealer(), form.get("offer", ""), session=session_token())
    try:
        with unit_of_work() as uow:
            codes = factors.keep_app(
                uow,
                current_principal().officer_id,
                secret,
                form.get("password_code", "")[:20],
                name=form.get("name", "") or phrase("account", "an_app"),
                sealer=sealer(),
            )
    except FactorRefused as refusal:
        return _app_page(secret, refused=refusal_text(refusal), name=form.get("name", "")), 422
    return _added(codes)


@bp.get("/chave")
@fresh_only
def key() -> ResponseReturnValue:
    """Ask the browser for a passkey or a security key."""
    return _key_page()


@bp.post("/chave")
@fresh_only
def keep_key() -> ResponseReturnValue:
    """Keep the key that the browser made."""
    form = request.form
    try:
        with unit_of_work() as uow:
            codes = keep_passkey(
                uow,
                current_principal().officer_id,
                form.get("password_key", "")[:40_000],
                name=form.get("name", "") or phrase("account", "a_key"),
                party=party(),
                token=session_token(),
            )
    except FactorRefused as refusal:
        return _key_page(refused=refusal_text(refusal), name=form.get("name", "")), 422
    return _added(codes)


@bp.post("/fatores/<int:factor_id>")
@fresh_only
def remove(factor_id: int) -> Response:
    """Let a factor prove nothing any more."""
    with unit_of_work() as uow:
        factors.remove(uow, current_principal().officer_id, factor_id)
    say("factor_removed")
    return redirect(url_for("account.show"), 303)


@bp.post("/codigos")
@fresh_only
def renew_codes() -> ResponseReturnValue:
    """Show new recovery codes, once."""
    with unit_of_work() as uow:
        codes = factors.renew_codes(uow, current_principal().officer_id)
    return render_template("account/codes.html", codes=codes, added=False)


def _added(codes: tuple[str, ...]) -> ResponseReturnValue:
    if codes:
        return render_template("account/codes.html", codes=codes, added=True)
    say("factor_added")
    return redirect(url_for("account.show"), 303)


def _app_page(secret: str, *, refused: str = "", name: str = "") -> str:
    address = TOTP(secret).provisioning_uri(
        name=current_principal().email, issuer_name=current_settings().display_name
    )
    picture = segno.make(address, micro=False).svg_inline(
        scale=4, border=4, light="#fff", svgclass=None, lineclass=None
    )
    return render_template(
        "account/app.html",
        picture=Markup(picture),  # noqa: S704 - drawn by us, and of squares only
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        offer=factors.offer_of(sealer(), secret, session=session_token()),
        refused=refused,
        name=name,
    )


def _key_page(*, refused: str = "", name: str = "") -> str:
    officer = current_principal()
    options = ""
    if keys_work():
        with unit_of_work() as uow:
            options = offer_passkey(
                uow, officer.officer_id, officer.email, party=party(), token=session_token()
            )
    return render_template("account/key.html", options=options, refused=refused, name=name)

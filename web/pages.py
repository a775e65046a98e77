"""The pages that belong to no case: home, accessibility, privacy."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug import Response

from web.links import link_to
from web.sessions import visitor

bp = Blueprint("pages", __name__)


@bp.get("/")
def home() -> Response:
    """Go to the inbox of who is signed in, else to the public status page."""
    places = (
        ("inbox.index", "preferences.show") if visitor() else ("tracking.index", "auth.sign_in")
    )
    return redirect(next(href for href in map(link_to, places) if href), 303)


@bp.get("/acessibilidade")
def accessibility() -> str:
    """Say what people may use to read these pages, what is missing and whom to tell."""
    return render_template("pages/accessibility.html")


@bp.get("/privacidade")
def privacy() -> str:
    """Say which personal data are kept, why, and who sees them."""
    return render_template("pages/privacy.html")

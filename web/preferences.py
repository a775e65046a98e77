"""What one person chooses: theme, language, shortcuts, and how to be told of what."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from werkzeug import Response

from web.db import unit_of_work
from web.here import cookie, noted
from web.links import local_address
from web.sessions import current_principal, visitor
from web.settings import cookie_named, current_settings
from web.words.languages import A_YEAR, known_language, language, remember_language
from web.words.said import say
from workflow.core.topics import CHOICES, Topic
from workflow.services.climbing import coordinates
from workflow.services.sign_in import save_preferences
from workflow.services.ways import choose_ways, my_ways

THEME_COOKIE = "tramita_theme"
AUTOMATIC = "system"
THEMES = (AUTOMATIC, "light", "dark", "contrast")

bp = Blueprint("preferences", __name__, url_prefix="/preferencias")


def install_preferences(app: Flask) -> None:
    """Let templates write the theme that the person chose on the page itself."""
    app.jinja_env.globals.update(theme=theme, shortcuts=shortcuts)


def theme() -> str:
    """Return the theme of this page: what the browser keeps, else what the officer prefers."""
    notes = noted()
    known: str | None = notes.get("theme")
    if known is None:
        officer = visitor()
        kept = cookie(cookie_named(THEME_COOKIE))
        wishes = (kept, officer.theme if officer else None)
        known = notes["theme"] = next((wish for wish in wishes if wish in THEMES), AUTOMATIC)
    return known


def shortcuts() -> bool:
    """Say whether single keys are shortcuts (WCAG 2.1.4 lets people turn them off)."""
    officer = visitor()
    return officer.shortcuts if officer else True


@bp.get("/")
def show() -> str:
    """Show what the officer may choose, and their account."""
    return render_template("preferences/show.html")


@bp.post("/")
def save() -> Response:
    """Keep what the officer chose."""
    chosen = _chosen_theme()
    tongue = known_language(request.form.get("language", "")) or language()
    with unit_of_work() as uow:
        save_preferences(
            uow,
            current_principal().officer_id,
            language=tongue,
            theme=chosen,
            shortcuts=request.form.get("shortcuts") != "off",
        )
    response = redirect(url_for("preferences.show"), 303)
    remember_language(response, tongue)
    _remember(response, THEME_COOKIE, chosen)
    say("preferences_saved")
    return response


@bp.get("/avisos")
def notices() -> str:
    """Show how the officer is told of each topic, and what may be chosen."""
    officer = current_principal().officer_id
    with unit_of_work() as uow:
        chosen, coordinator = my_ways(uow, officer), coordinates(uow, officer)
        heads = bool(uow.powers.own.heads)
    topics = [
        (topic.value, choice.ways, chosen[topic].value)
        for topic, choice in CHOICES.items()
        if topic is not Topic.NEGLECT or heads or coordinator
    ]
    return render_template("preferences/notices.html", topics=topics, coordinates=coordinator)


@bp.post("/avisos")
def save_notices() -> Response:
    """Keep how the officer wants to be told."""
    with unit_of_work() as uow:
        choose_ways(uow, current_principal().officer_id, request.form)
    say("preferences_saved")
    return redirect(url_for("preferences.notices"), 303)


@bp.post("/aparencia")
def appearance() -> Response:
    """Change the theme from the foot of any page, and go back to it."""
    response = redirect(local_address(request.form.get("back")), 303)
    _remember(response, THEME_COOKIE, _chosen_theme())
    return response


def _chosen_theme() -> str:
    chosen = request.form.get("theme", AUTOMATIC)
    return chosen if chosen in THEMES else AUTOMATIC


def _remember(response: Response, cookie: str, value: str) -> None:
    secure = current_settings().cookie_secure
    name = cookie_named(cookie)
    response.set_cookie(name, value, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")

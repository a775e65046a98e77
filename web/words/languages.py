"""The language of a page: what the officer prefers, else what was chosen here, else the browser."""

from __future__ import annotations

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale
from werkzeug import Response

from web.sessions import visitor
from web.settings import Settings, current_settings
from workflow.core.fields import Text, words

COOKIE = "tramita_language"
ARGUMENT = "lang"
A_YEAR = 365 * 24 * 3600


def install_languages(app: Flask, settings: Settings) -> None:
    """Translate pages, and remember a language chosen by a link `?lang=en`."""
    app.config["BABEL_DEFAULT_LOCALE"] = settings.languages[0]
    Babel(app, locale_selector=choose, default_timezone=settings.timezone)
    app.after_request(remember)
    app.jinja_env.globals.update(
        language_tag=language_tag, language=language, own_names=_own_names(settings)
    )
    app.jinja_env.filters["in_language"] = in_language


def choose() -> str:
    """Choose the language of this page."""
    offered = current_settings().languages
    officer = visitor()
    wishes = (
        request.args.get(ARGUMENT),
        officer.language if officer else None,
        request.cookies.get(COOKIE),
    )
    known = (known_language(wish) for wish in wishes if wish)
    return next((wish for wish in known if wish), None) or _browser_language(offered)


def known_language(wish: str) -> str | None:
    """Return the language offered here that a tag such as `pt`, `pt-BR` or `pt_BR` names."""
    offered = current_settings().languages
    spelled = wish.replace("-", "_")
    exact = [name for name in offered if name.lower() == spelled.lower()]
    alike = [name for name in offered if name[:2] == spelled[:2].lower()]
    return next(iter(exact + alike), None)


def remember(response: Response) -> Response:
    """Remember a language chosen by a link, in a cookie."""
    chosen = known_language(request.args.get(ARGUMENT, ""))
    if chosen:
        remember_language(response, chosen)
    if g.get("principal") is None:
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def remember_language(response: Response, language: str) -> None:
    """Keep a language in the browser for a year."""
    secure = current_settings().cookie_secure
    response.set_cookie(COOKIE, language, max_age=A_YEAR, secure=secure, samesite="Lax")


def language() -> str:
    """Return the language of this page as settings name it: `pt_BR`, `en` or `es`."""
    locale = get_locale() if has_request_context() else None
    return str(locale) if locale else current_settings().languages[0]


def language_tag() -> str:
    """Return the language of this page as HTML names it: `pt-BR`, `en` or `es`."""
    return language().replace("_", "-")


def in_language(text: Text | str | None) -> str:
    """Return the words of a definition in the language of this page."""
    return text if isinstance(text, str) else words(text, language_tag())


def _browser_language(offered: tuple[str, ...]) -> str:
    tags = [name.replace("_", "-") for name in offered]
    best = request.accept_languages.best_match(tags)
    return best.replace("-", "_") if best else offered[0]


def _own_names(settings: Settings) -> dict[str, str]:
    return {
        name: (Locale.parse(name).get_language_name() or name).capitalize()
        for name in settings.languages
    }

"""The language of a page: what the officer prefers, else what was chosen here, else the browser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from babel import Locale
from flask import Flask, has_request_context, request
from flask_babel import Babel, force_locale, get_translations
from werkzeug import Response

from web.here import cookie, noted, this_request
from web.sessions import visitor
from web.settings import Settings, cookie_named, current_settings
from workflow.core.fields import Text, words
from workflow.core.folding import plain

COOKIE = "tramita_language"
ARGUMENT = "lang"
A_YEAR = 365 * 24 * 3600
_LONGEST = 35
"""Letters of a tag, as RFC 5646 would have room for."""


def install_languages(app: Flask, settings: Settings) -> None:
    """Translate pages, and remember a language chosen by a link `?lang=en`."""
    app.config["BABEL_DEFAULT_LOCALE"] = settings.languages[0]
    Babel(app, locale_selector=lambda: _locale(language()), default_timezone=settings.timezone)
    app.after_request(remember)
    app.jinja_env.globals.update(
        language_tag=language_tag, language=language, own_names=_own_names(settings)
    )
    app.jinja_env.filters["in_language"] = in_language


def choose() -> str:
    """Choose the language of this page."""
    officer = visitor()
    return (
        known_language(_asked())
        or known_language(officer.language if officer else None)
        or known_language(cookie(cookie_named(COOKIE)))
        or _browser_language(current_settings().languages)
    )


def known_language(wish: str | None) -> str | None:
    """Return the language offered here that a tag such as `pt`, `pt-BR` or `pt_BR` names."""
    if not wish or len(wish) > _LONGEST:
        return None
    return _known(wish, current_settings().languages)


@lru_cache(maxsize=256)
def _known(wish: str, offered: tuple[str, ...]) -> str | None:
    spelled = wish.replace("-", "_")
    exact = [name for name in offered if name.lower() == spelled.lower()]
    alike = [name for name in offered if name[:2] == spelled[:2].lower()]
    return next(iter(exact + alike), None)


def remember(response: Response) -> Response:
    """Remember a language chosen by a link, in a cookie."""
    chosen = known_language(_asked())
    if chosen:
        remember_language(response, chosen)
    if noted().get("principal") is None:
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def _asked() -> str | None:
    """Return what a link asks for; to find nothing there costs more than to look before."""
    args = this_request().args
    return args.get(ARGUMENT) if ARGUMENT in args else None


def remember_language(response: Response, language: str) -> None:
    """Keep a language in the browser for a year."""
    secure = current_settings().cookie_secure
    name = cookie_named(COOKIE)
    response.set_cookie(
        name, language, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax"
    )


def language() -> str:
    """Return the language of this page as settings name it: `pt_BR`, `en` or `es`."""
    kept = noted()
    known: str | None = kept.get("language")
    if known is not None:
        return known
    if not has_request_context():
        return current_settings().languages[0]
    said: str = choose()
    kept["language"] = said
    return said


@contextmanager
def forced_language(language: str) -> Iterator[None]:
    """Speak a language, whatever whoever asks would choose."""
    with force_locale(language):
        noted()["language"] = language
        yield


def spoken() -> str:
    """Return the language in which templates are compiled, none where nobody is answered."""
    try:
        known: str | None = noted().get("language")
    except RuntimeError:
        return ""
    return known or language()


def language_tag() -> str:
    """Return the language of this page as HTML names it: `pt-BR`, `en` or `es`."""
    kept = noted()
    known: str | None = kept.get("language_tag")
    if known is not None:
        return known
    tag = language().replace("_", "-")
    if "language" in kept:
        kept["language_tag"] = tag
    return tag


def in_language(text: Text | str | None) -> str:
    """Return the words of a definition in the language of this page."""
    return text if isinstance(text, str) else words(text, language_tag())


class Titled(Protocol):
    """What a definition gives a title, such as a request type."""

    @property
    def title(self) -> Text:
        """Its title in each language."""


AnyTitled = TypeVar("AnyTitled", bound=Titled)


def by_title(found: Iterable[AnyTitled]) -> list[AnyTitled]:
    """Put things in the order of their titles."""
    return sorted(found, key=lambda one: alphabetical(one.title))


def alphabetical(title: Text) -> str:
    """Return what a title is put in order by in the language of this page, accents left aside."""
    return plain(in_language(title))


def catalogue() -> Any:  # noqa: ANN401 - of a library without types
    """Return the translations of this page, looked up once."""
    try:
        kept = noted()
    except RuntimeError:
        return get_translations()
    if "catalogue" not in kept:
        kept["catalogue"] = get_translations()
    return kept["catalogue"]


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    """Return how a language writes dates and numbers, read once."""
    return Locale.parse(name)


def _browser_language(offered: tuple[str, ...]) -> str:
    tags = [name.replace("_", "-") for name in offered]
    best = request.accept_languages.best_match(tags)
    return best.replace("-", "_") if best else offered[0]


def _own_names(settings: Settings) -> dict[str, str]:
    return {
        name: (Locale.parse(name).get_language_name() or name).capitalize()
        for name in settings.languages
    }

"""The faces of the workflow: pages, command line, clock."""

from __future__ import annotations

from flask import Flask, Response
from jinja2 import Environment

from web.application import Application
from web.assets import install_assets
from web.auth import install_auth
from web.blueprints import ALL
from web.cases.readers import install_reading_log
from web.db import install_database
from web.demo.door import install_demo
from web.entrances import install_sealer
from web.errors import install_errors
from web.forgetting import install_forgetting
from web.forms.cases import install_cases
from web.forms.entries import install_entries
from web.forms.shown import install_forms
from web.here import noted, this_request
from web.inbox.kept_pages import install_kept_pages
from web.inbox.rows import install_rows
from web.links import install_links
from web.parts import install_parts
from web.preferences import install_preferences
from web.providers import install_providers
from web.row_numbers import RowNumber
from web.security import install_form_tokens, install_security
from web.sessions import install_sessions
from web.settings import Settings, cookie_named
from web.signed import install_signatures
from web.starting import COMPILED
from web.watch.requests import install_watch
from web.words.isolation import install_isolation
from web.words.languages import install_languages
from web.words.marks import install_marks
from web.words.phrases import escapes
from web.words.said import install_said
from web.words.spoken import install_words
from web.words.wording import install_wording
from workflow.core.registers.codes import spelled_code

MEGABYTE = 1024 * 1024
FORM_TEXT_MB = 2
"""The most that the typed fields of one form may hold; documents have their own limit."""


def create_app(settings: Settings) -> Flask:
    """Build the web application of an installation.

    The order is that in which a request is judged: a foreign form is refused before anybody is
    recognised, and an officer is demanded before a form is read.
    """
    app = Application(__name__, static_folder=None)
    app.url_map.converters["int"] = RowNumber
    app.extensions["settings"] = settings
    app.config.from_mapping(_flask_config(settings))
    _set_up_templates(app.jinja_env)
    _install_gates(app, settings)
    _install_pages(app, settings)
    for blueprint in ALL:
        app.register_blueprint(blueprint)
    app.context_processor(lambda: {"principal": noted().get("principal"), "settings": settings})
    install_links(app)
    app.after_request(vary_by_htmx)
    return app


def _install_gates(app: Flask, settings: Settings) -> None:
    """Have a request judged before any page is asked: who it is of, and whether it may be."""
    install_database(app, settings)
    install_watch(app)
    install_forgetting(app)
    install_signatures(app)
    install_security(app, settings)
    install_sessions(app)
    install_sealer(app, settings)
    install_providers(app, settings)
    install_auth(app)
    install_form_tokens(app)
    install_errors(app)


def _install_pages(app: Flask, settings: Settings) -> None:
    """Give pages their words, their looks and what they are made of."""
    install_languages(app, settings)
    install_words(app)
    install_isolation(app)
    install_wording(app)
    install_preferences(app)
    install_said(app)
    install_assets(app)
    install_marks(app)
    install_forms(app)
    install_cases(app)
    install_entries(app)
    install_parts(app)
    install_rows(app)
    install_kept_pages(app)
    install_demo(app, settings)
    install_reading_log(app)


def _set_up_templates(templates: Environment) -> None:
    templates.bytecode_cache = COMPILED
    templates.trim_blocks = templates.lstrip_blocks = True
    templates.autoescape = escapes
    templates.filters["initials"] = initials
    templates.filters["in_groups"] = spelled_code


def initials(name: str) -> str:
    """Return the two letters that stand for a person in lists."""
    words = [word for word in name.split() if word[:1].isupper()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:]))


def vary_by_htmx(response: Response) -> Response:
    """Keep caches from giving a part of a page to whoever asks for the whole."""
    if this_request().environ.get("HTTP_HX_REQUEST"):
        response.vary.add("HX-Request")
    return response


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.former_secret_keys),
        "TRUSTED_HOSTS": list(settings.trusted_hosts),
        "MAX_CONTENT_LENGTH": (settings.max_upload_mb + FORM_TEXT_MB) * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": FORM_TEXT_MB * MEGABYTE,
        "SESSION_COOKIE_NAME": cookie_named("tramita_said", settings),
        "SESSION_COOKIE_SECURE": settings.cookie_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }

"""What a browser may do with our pages, and the refusal of forms that our pages did not make."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from web.here import cookie, noted, this_request
from web.sessions import visitor
from web.settings import Settings, cookie_named, current_settings

POLICY = "; ".join(
    (
        "default-src 'none'",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
TWO_YEARS = "max-age=63072000; includeSubDomains"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
VISITOR_COOKIE = "tramita_visitor"
FORM_TOKEN = "csrf"  # noqa: S105 - the name of a form field, not a secret
ONCE_KEY = "once"
_CAPITALS = str.maketrans("0123456789abcdef", "ABCDEFGHIJKLMNOP")
_GIVEN = "once_given"
"""How many keys this page has given to its forms."""
PLAIN_FORM = "application/x-www-form-urlencoded"
SPELLED = 3
"""Letters for each byte of text, at most, in a form without files."""
FROM_SERVERS = frozenset({"identities.farewell"})
"""Endpoints to which another server speaks, in its own name and by its signature: no browser
lends them a session, so that nothing is to be had by making one send a form there."""


class ForeignForm(BadRequest):
    """A form sent from a page of another site."""


class StaleForm(BadRequest):
    """A form whose token is not the one of this session: an old tab, or a forgery."""


_RAW = re.compile(r"[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class _Door:
    """Spells what stands raw in a query as browsers do, for Werkzeug reads text only.

    On the way out it sets the security headers that a view has not set more tightly itself.
    """

    app: WSGIApplication
    headers: Mapping[str, tuple[str, str]]
    """Name and value by the name in small letters."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked = environ.get("QUERY_STRING", "")
        environ["QUERY_STRING"] = _RAW.sub(lambda found: f"%{ord(found[0]):02X}", asked)

        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:  # noqa: ANN401 - WSGI's
            there = {name.lower() for name, _ in headers}
            lacking = [header for low, header in self.headers.items() if low not in there]
            return start_response(status, [*headers, *lacking], *rest)

        return self.app(environ, begin)


def install_security(app: Flask, settings: Settings) -> None:
    """Believe the configured proxies only, refuse foreign forms and set the headers."""
    if hops := settings.proxy_hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask's manual does
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    headers = HEADERS | ({"Strict-Transport-Security": TWO_YEARS} if settings.cookie_secure else {})
    laid = {name.lower(): (name, value) for name, value in headers.items()}
    app.wsgi_app = _Door(app.wsgi_app, laid)  # type: ignore[method-assign]
    app.before_request(refuse_what_is_no_text)
    app.before_request(refuse_foreign_forms)
    app.after_request(know_visitor)


def install_form_tokens(app: Flask) -> None:
    """Give forms their tokens and demand them back; after it is known who asks."""
    app.before_request(refuse_stale_forms)
    app.jinja_env.globals.update(csrf=csrf, once=once)


def know_visitor(response: Response) -> Response:
    """Give a visitor whose first form this is the cookie by which it will be known as ours."""
    if nonce := noted().get("new_visitor"):
        response.set_cookie(
            cookie_named(VISITOR_COOKIE),
            nonce,
            secure=current_settings().cookie_secure,
            httponly=True,
            samesite="Lax",
        )
    return response


def refuse_what_is_no_text() -> None:
    """Refuse a foreign host, for which no page can be made, and what no database keeps.

    Raise `SecurityError`, `BadRequest`.
    """
    asked = this_request()
    if isinstance(asked.routing_exception, SecurityError):
        raise asked.routing_exception
    if "\x00" in asked.path or _holds_no_text(asked.args):
        raise BadRequest


def refuse_foreign_forms() -> None:
    """Refuse what another site sends in the name of our visitor; raise `ForeignForm`."""
    if this_request().method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site in {"cross-site", "same-site"} or (site is None and not _origin_may_be_ours()):
        raise ForeignForm


def refuse_stale_forms() -> None:
    """Refuse a form without the token of this session; raise `StaleForm`, `BadRequest`."""
    if this_request().method in SAFE_METHODS:
        return
    if request.mimetype == PLAIN_FORM:  # of which Werkzeug reads all, whatever text there may be
        request.max_content_length = SPELLED * current_app.config["MAX_FORM_MEMORY_SIZE"]
    if request.endpoint not in FROM_SERVERS:
        sent = request.form.get(FORM_TOKEN, "").encode()
        if not any(hmac.compare_digest(sent, token.encode()) for token in form_tokens()):
            raise StaleForm
    if _holds_no_text(request.form):
        raise BadRequest


def _holds_no_text(sent: MultiDict[str, str]) -> bool:
    """Say whether a value holds what PostgreSQL keeps in no text."""
    return any("\x00" in text for _, text in sent.items(multi=True))


def came_from_our_page() -> bool:
    """Say whether the browser itself vouches that our own page sent this request."""
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" or ("Origin" in request.headers and _origin_may_be_ours())


def csrf(kept: str = "") -> Markup:
    """Render the hidden field that proves a form to be ours; every POST form carries it.

    A form kept while nobody could be recognised carries the token that it came with.
    """
    if kept:
        return _hidden(FORM_TOKEN, kept)
    notes = noted()
    field: Markup | None = notes.get(FORM_TOKEN)
    if field is None:
        field = notes[FORM_TOKEN] = _hidden(FORM_TOKEN, form_token())
    return field


def once() -> Markup:
    """Render the hidden key by which an act sent twice is done once: the page's, with a number."""
    notes = noted()
    given = notes[_GIVEN] = notes.get(_GIVEN, 0) + 1
    return _hidden(ONCE_KEY, f"{page_key()}-{given}")


def page_key() -> str:
    """Return what the keys of this page begin with: drawn for it, so that nobody can know it.

    It is in capitals, of which pages have few, so that it is quickly found in one.
    """
    notes = noted()
    key: str | None = notes.get("page_key")
    if key is None:
        key = notes["page_key"] = secrets.token_hex(16).translate(_CAPITALS)
    return key


def _hidden(name: str, value: str) -> Markup:
    return Markup(f'<input type="hidden" name="{name}" value="{escape(value)}">')  # noqa: S704 - escaped here


def once_key() -> str:
    """Return the key of the form received, or a new one for a form without.

    What a browser sends is never taken for a key of the clock or of a job.
    """
    return f"form:{request.form.get(ONCE_KEY, '')[:64] or uuid.uuid4()}"


def form_token() -> str:
    """Return the token that forms of this session carry; visitors get a session of their own."""
    return form_tokens()[0]


def form_tokens() -> tuple[str, ...]:
    """Return that token, and those that forms carry which were made with former keys."""
    officer = visitor()
    if officer is not None:
        return (officer.csrf,)
    nonce = cookie(cookie_named(VISITOR_COOKIE)) or g.get("new_visitor")
    if not nonce:
        nonce = g.new_visitor = secrets.token_urlsafe(24)
    about = b"form:" + nonce.encode()
    keys = current_settings().secret_keys
    return tuple(hmac.new(key.encode(), about, hashlib.sha256).hexdigest() for key in keys)


def _origin_may_be_ours() -> bool:
    """Say whether the request names no origin, or ours."""
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    return origin == current_settings().base_url or urlsplit(origin).netloc == request.host

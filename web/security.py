"""What a browser may do with our pages, and the refusal of forms that our pages did not make."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from web.sessions import visitor
from web.settings import Settings, current_settings

POLICY = "; ".join(
    (
        "default-src 'none'",
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


class ForeignForm(BadRequest):
    """A form sent from a page of another site."""


class StaleForm(BadRequest):
    """A form whose token is not the one of this session: an old tab, or a forgery."""


def install_security(app: Flask, settings: Settings) -> None:
    """Believe the configured proxies only, refuse foreign forms and set the headers."""
    if hops := settings.proxy_hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask's manual does
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    app.before_request(refuse_what_is_no_text)
    app.before_request(refuse_foreign_forms)
    app.after_request(set_headers)


def install_form_tokens(app: Flask) -> None:
    """Give forms their tokens and demand them back; after it is known who asks."""
    app.before_request(refuse_stale_forms)
    app.jinja_env.globals.update(csrf=csrf, once=once)


def set_headers(response: Response) -> Response:
    """Set the security headers that a view has not set more tightly itself."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_settings().cookie_secure:
        response.headers.setdefault("Strict-Transport-Security", TWO_YEARS)
    if nonce := g.get("new_visitor"):
        response.set_cookie(
            VISITOR_COOKIE,
            nonce,
            secure=current_settings().cookie_secure,
            httponly=True,
            samesite="Lax",
        )
    return response


def refuse_what_is_no_text() -> None:
    """Refuse an address with a character that no database keeps; raise `BadRequest`."""
    if "\x00" in request.path or any("\x00" in text for text in request.args.values()):
        raise BadRequest


def refuse_foreign_forms() -> None:
    """Refuse what another site sends in the name of our visitor; raise `ForeignForm`."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site in {"cross-site", "same-site"} or (site is None and not _origin_may_be_ours()):
        raise ForeignForm


def refuse_stale_forms() -> None:
    """Refuse a form without the token of this session; raise `StaleForm`."""
    if request.method in SAFE_METHODS:
        return
    if not hmac.compare_digest(request.form.get(FORM_TOKEN, "").encode(), form_token().encode()):
        raise StaleForm


def came_from_our_page() -> bool:
    """Say whether the browser itself vouches that our own page sent this request."""
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" or ("Origin" in request.headers and _origin_may_be_ours())


def csrf() -> Markup:
    """Render the hidden field that proves a form to be ours; every POST form carries it."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_TOKEN, form_token())


def once() -> Markup:
    """Render the hidden key by which an act sent twice is done once."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(ONCE_KEY, uuid.uuid4())


def once_key() -> str:
    """Return the key of the form received, or a new one for a form without.

    What a browser sends is never taken for a key of the clock or of a job.
    """
    return f"form:{request.form.get(ONCE_KEY, '')[:64] or uuid.uuid4()}"


def form_token() -> str:
    """Return the token that forms of this session carry; visitors get a session of their own."""
    officer = visitor()
    if officer is not None:
        token: str = officer.csrf
        return token
    nonce = request.cookies.get(VISITOR_COOKIE) or g.get("new_visitor")
    if not nonce:
        nonce = g.new_visitor = secrets.token_urlsafe(24)
    key = current_settings().secret_key.encode()
    return hmac.new(key, b"form:" + nonce.encode(), hashlib.sha256).hexdigest()


def _origin_may_be_ours() -> bool:
    """Say whether the request names no origin, or ours."""
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    return origin == current_settings().base_url or urlsplit(origin).netloc == request.host

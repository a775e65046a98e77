"""Who is asking: the session cookie, and the principal that it stands for, once per request."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from flask import Flask, g, request
from werkzeug import Response

from web.db import unit_of_work
from web.foresight import foresee, install_foresight
from web.here import cookie, noted, this_request
from web.settings import cookie_named, current_settings
from web.watch.requests import network, note
from workflow.services.sign_in import HALFWAY_LASTS, Limits, Principal, digest, principal

SECURE_COOKIE = "__Host-tramita"
PLAIN_COOKIE = "tramita_session"
HALFWAY_COOKIE = "tramita_halfway"
ERRAND_COOKIE = "tramita_errand"
SKIPPED = frozenset({"asset", "watch.health", "watch.health_of_pages", "watch.figures"})
"""Endpoints that answer everybody alike, so that asking who is there would be wasted."""

BY_ITSELF = frozenset({"arrivals.news"})
"""Endpoints that pages ask while nobody does anything, so that they keep no session alive."""


def install_sessions(app: Flask) -> None:
    """Find out who asks before every request, and keep what they see out of shared caches."""
    app.before_request(recognise)
    app.after_request(keep_private)
    install_foresight(app)


def recognise() -> None:
    """Put the principal of the session into `g.principal`, or None for anybody."""
    g.principal = None
    token, endpoint = session_token(), this_request().endpoint
    if token and endpoint not in SKIPPED:
        foresee(token)
        with unit_of_work() as uow:
            seen = endpoint not in BY_ITSELF
            g.principal = principal(uow, token, limits=session_limits(), seen=seen)


def keep_private(response: Response) -> Response:
    """Forbid storing pages made for one officer, unless the view said otherwise."""
    if visitor() is not None and not response.headers.getlist("Cache-Control"):
        response.headers.add("Cache-Control", "no-store")
    return response


def session_limits() -> Limits:
    """Return how long sessions last here."""
    settings = current_settings()
    return _limits(settings.session_idle_minutes, settings.session_absolute_hours)


@lru_cache(maxsize=8)
def _limits(idle_minutes: int, absolute_hours: int) -> Limits:
    return Limits(timedelta(minutes=idle_minutes), timedelta(hours=absolute_hours))


def session_token() -> str:
    """Return the token of the session cookie, empty without one."""
    return cookie(_cookie_name()) or ""


def visitor() -> Principal | None:
    """Return who is signed in, or None."""
    found: Principal | None = noted().get("principal")
    return found


def looker() -> str:
    """Return under what a look-up counts: an officer by themselves, anybody else by address."""
    officer = visitor()
    return f"officer {officer.officer_id}" if officer else address()


def address() -> str:
    """Return where the request comes from."""
    return request.remote_addr or "unknown"


def current_principal() -> Principal:
    """Return who is signed in, on pages that demand an officer."""
    found = visitor()
    if found is None:
        raise LookupError("a page that asks for the officer must demand one by its policy")
    return found


def start_session(response: Response, token: str) -> None:
    """Give the browser the cookie of a new session."""
    note("signed_in", network=network())
    settings = current_settings()
    response.set_cookie(
        _cookie_name(),
        token,
        max_age=settings.session_absolute_hours * 3600,
        secure=settings.cookie_secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def halfway_token() -> str:
    """Return the token of whoever is to show the second factor, empty without one."""
    return cookie(_halfway_name()) or ""


def start_halfway(response: Response, token: str) -> None:
    """Give the browser the cookie by which it shows the second factor next."""
    response.set_cookie(
        _halfway_name(),
        token,
        max_age=int(HALFWAY_LASTS.total_seconds()),
        secure=current_settings().cookie_secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def end_halfway(response: Response) -> None:
    """Take that cookie from a browser that has it."""
    if halfway_token():
        secure = current_settings().cookie_secure
        response.delete_cookie(
            _halfway_name(), secure=secure, httponly=True, samesite="Lax", path="/"
        )


def start_errand(response: Response, token: str, state: str, *, seconds: int) -> None:
    """Give the browser the cookie by which it is known when it comes back from a provider."""
    response.set_cookie(
        _errand_name(state),
        token,
        max_age=seconds,
        secure=current_settings().cookie_secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def errand_token(state: str) -> str:
    """Return the token of an errand that this browser was sent on, empty without one."""
    return cookie(_errand_name(state)) or ""


def end_errand(response: Response, state: str) -> None:
    """Take the cookie of an errand from a browser that has it."""
    if errand_token(state):
        secure = current_settings().cookie_secure
        name = _errand_name(state)
        response.delete_cookie(name, secure=secure, httponly=True, samesite="Lax", path="/")


def end_session(response: Response) -> None:
    """Take the session cookie from the browser, and whatever it kept of the pages seen."""
    note("signed_out")
    settings = current_settings()
    response.delete_cookie(
        _cookie_name(), secure=settings.cookie_secure, httponly=True, samesite="Lax", path="/"
    )
    if settings.cookie_secure:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'


def _errand_name(state: str) -> str:
    """Return a name of each errand's own, so that two tabs are not in each other's way."""
    name = f"{ERRAND_COOKIE}_{digest(state)[:10]}"
    return cookie_named(name)


def _halfway_name() -> str:
    return cookie_named(HALFWAY_COOKIE)


def _cookie_name() -> str:
    return SECURE_COOKIE if current_settings().cookie_secure else PLAIN_COOKIE

"""Texts that go to the browser and come back, signed so that nobody but us can have made them."""

from __future__ import annotations

import hashlib

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from web.settings import current_settings


class SignedSession(SecureCookieSessionInterface):
    """Flask's cookie of what was just done, signed with SHA-256; Flask itself takes SHA-1."""

    digest_method = staticmethod(hashlib.sha256)

    def __init__(self) -> None:
        self._signs: tuple[str | bytes | None, URLSafeTimedSerializer | None] = (None, None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs under the key of the application, made once."""
        if self._signs[0] != app.secret_key:
            self._signs = app.secret_key, super().get_signing_serializer(app)
        return self._signs[1]

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read what a browser keeps, unless it keeps nothing."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie where there is something to tell, which there seldom is."""
        if session or session.modified or response.headers.getlist("Vary"):
            super().save_session(app, session, response)
        elif session.accessed:
            response.headers.add("Vary", "Cookie")


def install_signatures(app: Flask) -> None:
    """Sign the cookie of what was just done."""
    app.session_interface = SignedSession()


def signed(what: str) -> URLSafeTimedSerializer:
    """Return what signs and reads texts of one purpose; one of another purpose is refused."""
    kwargs = {"digest_method": hashlib.sha256}
    keys = [*reversed(current_settings().secret_keys)]  # the last signs, all are believed
    return URLSafeTimedSerializer(keys, salt=what, signer_kwargs=kwargs)

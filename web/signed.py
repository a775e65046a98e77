"""Texts that go to the browser and come back, signed so that nobody but us can have made them."""

from __future__ import annotations

import hashlib

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from web.settings import current_settings


class SignedSession(SecureCookieSessionInterface):
    """Flask's cookie of what was just done, signed with SHA-256; Flask itself takes SHA-1."""

    digest_method = staticmethod(hashlib.sha256)


def install_signatures(app: Flask) -> None:
    """Sign the cookie of what was just done."""
    app.session_interface = SignedSession()


def signed(what: str) -> URLSafeTimedSerializer:
    """Return what signs and reads texts of one purpose; one of another purpose is refused."""
    kwargs = {"digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(current_settings().secret_key, salt=what, signer_kwargs=kwargs)

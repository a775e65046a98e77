"""Secrets that a browser or a mail carries, of which only what recognises them is kept."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Return a secret of 256 bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what is kept of a token: enough to recognise it, not to use it."""
    return hashlib.sha256(secret.encode()).hexdigest()

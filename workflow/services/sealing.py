"""Seals what must be read again but never be found in a copy of the database."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE: Final = 12


class SealBrokenError(ValueError):
    """What was sealed was sealed for something else, by another key, or was changed since."""


class Sealer:
    """Whoever holds the key of an installation, which stands in its settings only."""

    def __init__(self, key: str) -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=b"tramita second factors")
        self._cipher = AESGCM(derived.derive(key.encode()))
        marking = HKDF(SHA256(), length=32, salt=None, info=b"tramita identities")
        self._marker = marking.derive(key.encode())

    def mark(self, text: str, *, for_what: str) -> str:
        """Return by what a text is recognised again, which tells nobody else what it is."""
        about = f"{len(for_what)}:{for_what}{text}"
        return hmac.new(self._marker, about.encode(), "sha256").hexdigest()

    def seal(self, secret: str, *, for_what: str) -> str:
        """Return a secret as only this installation reads it again, for the same thing."""
        nonce = secrets.token_bytes(NONCE)
        sealed = self._cipher.encrypt(nonce, secret.encode(), for_what.encode())
        return urlsafe_b64encode(nonce + sealed).decode()

    def opened(self, sealed: str, *, for_what: str) -> str:
        """Return what was sealed for something; raise `SealBrokenError`."""
        try:
            whole = urlsafe_b64decode(sealed.encode())
            return self._cipher.decrypt(whole[:NONCE], whole[NONCE:], for_what.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError("what was sealed cannot be read") from error

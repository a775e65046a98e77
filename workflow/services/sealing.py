"""Seals what must be read again but never be found in a copy of the database.

What is sealed says by what, and by which key: so both can be changed, while what was sealed before
is still read, and sealed anew.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE: Final = 12
ALGORITHM: Final = "A256GCM"
"""By what everything is sealed today; the name is that of RFC 7518."""
NAME: Final = 4
"""Bytes by which a key is named, which tell nothing of it."""


class SealBrokenError(ValueError):
    """What was sealed was sealed for something else, by another key, or was changed since."""


@dataclass(frozen=True, slots=True)
class _Key:
    """What is made of one secret key of the installation."""

    name: str
    cipher: AESGCM
    marker: bytes

    @classmethod
    def of(cls, key: str) -> _Key:
        return cls(
            _derived(key, b"tramita name of a key", NAME).hex(),
            AESGCM(_derived(key, b"tramita second factors", 32)),
            _derived(key, b"tramita identities", 32),
        )


def _derived(key: str, for_what: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length=length, salt=None, info=for_what).derive(key.encode())


class Sealer:
    """Whoever holds the key of an installation, which stands in its settings only.

    What `former` keys sealed and marked is still known; nothing new is done with them.
    """

    def __init__(self, key: str, former: Sequence[str] = ()) -> None:
        self._keys = tuple(map(_Key.of, (key, *former)))

    def mark(self, text: str, *, for_what: str) -> str:
        """Return by what a text is recognised again, which tells nobody else what it is."""
        return self.marks(text, for_what=for_what)[0]

    def marks(self, text: str, *, for_what: str) -> tuple[str, ...]:
        """Return the mark of a text and those that former keys gave it."""
        about = f"{len(for_what)}:{for_what}{text}".encode()
        return tuple(hmac.new(key.marker, about, "sha256").hexdigest() for key in self._keys)

    def seal(self, secret: str, *, for_what: str) -> str:
        """Return a secret as only this installation reads it again, for the same thing."""
        key, nonce = self._keys[0], secrets.token_bytes(NONCE)
        sealed = key.cipher.encrypt(nonce, secret.encode(), for_what.encode())
        return f"{ALGORITHM}.{key.name}.{urlsafe_b64encode(nonce + sealed).decode()}"

    def is_as_today(self, sealed: str) -> bool:
        """Say whether what was sealed was so by the key and the algorithm of today."""
        return sealed.startswith(f"{ALGORITHM}.{self._keys[0].name}.")

    def opened(self, sealed: str, *, for_what: str) -> str:
        """Return what was sealed for something; raise `SealBrokenError`."""
        *named, text = sealed.split(".")
        for key in self._keys:
            # What was sealed before there were names may be of any of the keys.
            if not named or named == [ALGORITHM, key.name]:
                try:
                    whole = urlsafe_b64decode(text.encode())
                    opened = key.cipher.decrypt(whole[:NONCE], whole[NONCE:], for_what.encode())
                    return opened.decode()
                except (InvalidTag, ValueError):
                    continue
        raise SealBrokenError("what was sealed cannot be read")

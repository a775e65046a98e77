"""Signing for the log with a key that is only in a file, and verifying what was signed."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from workflow.core.tree_heads import (
    PublicKey,
    Signature,
    TreeHead,
    read_note,
    read_private_key,
    signed,
    spell_private_key,
)


class NotSignedError(ValueError):
    """A head was signed with none of the keys one trusts, or was changed since."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Whoever may sign for the log: holds the private key, and never shows it."""

    public: PublicKey
    _private: Ed25519PrivateKey

    def sign(self, head: TreeHead) -> str:
        """Return a head as a signed note."""
        text = head.text()
        value = self._private.sign(text.encode())
        return signed(text, Signature(self.public.name, self.public.id, value))


def make_key(file: Path, name: str) -> PublicKey:
    """Make a key for the log of that name in a file that nobody else may read.

    Raise `FileExistsError` rather than overwrite one, which could never be had again.
    """
    private = Ed25519PrivateKey.generate()
    public = _public(name, private)
    file.parent.mkdir(parents=True, exist_ok=True)
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as written:
        written.write(spell_private_key(name, public.id, private.private_bytes_raw()))
    return public


def signer_from(file: Path) -> Signer:
    """Return who signs with the key in a file; raise `OSError` or `UnreadableError`."""
    name, seed = read_private_key(file.read_text(encoding="utf-8"))
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return Signer(_public(name, private), private)


def _public(name: str, private: Ed25519PrivateKey) -> PublicKey:
    return PublicKey(name, private.public_key().public_bytes_raw())


def verified_head(note: str, keys: Collection[PublicKey]) -> TreeHead:
    """Return the head that a note tells; raise `UnreadableError` or `NotSignedError`."""
    head, text, signature = read_note(note)
    for key in keys:
        if (key.name, key.id) == (signature.name, signature.key_id) and key.name == head.origin:
            try:
                Ed25519PublicKey.from_public_bytes(key.value).verify(signature.value, text.encode())
            except InvalidSignature:
                raise NotSignedError("the head was changed after it was signed") from None
            return head
    raise NotSignedError(f"the head was signed with a key that is not known: {signature.name}")

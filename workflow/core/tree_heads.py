"""What a log is signed for with: its head in three lines that a person can keep, and the keys.

Heads are checkpoints and keys are those of signed notes as transparency logs write them
(c2sp.org/tlog-checkpoint, c2sp.org/signed-note), so that tools of others verify them, too.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Final

ED25519: Final = b"\1"
"""How a signed note names the algorithm."""
PRIVATE: Final = "PRIVATE+KEY"
_SIGNED_BY: Final = "— "
_NOTE: Final = re.compile(r"^\S[^\n]*\n\d+\n[\w+/=]+\nat \S+\n\n— \S+ \S+\n", re.MULTILINE)


class UnreadableError(ValueError):
    """A text is no head, or no key, of a log."""


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What the first `size` events of a log hash to, as told at an instant."""

    origin: str
    """The name of the log."""
    size: int
    root: bytes
    at: datetime

    def text(self) -> str:
        """Return the lines that are signed."""
        lines = (self.origin, str(self.size), _in_64(self.root), f"at {self.at.isoformat()}")
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed a text, and how."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What the heads of a log are verified with."""

    name: str
    value: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which signatures name the key."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.value).digest()[:4]

    def text(self) -> str:
        """Return the one line by which it is handed on."""
        return f"{self.name}+{self.id.hex()}+{_in_64(ED25519 + self.value)}"


def signed(text: str, signature: Signature) -> str:
    """Return a text with its signature beneath."""
    mark = _in_64(signature.key_id + signature.value)
    return f"{text}\n{_SIGNED_BY}{signature.name} {mark}\n"


def read_note(note: str) -> tuple[TreeHead, str, Signature]:
    """Return a head, the very text that was signed and the signature; raise `UnreadableError`."""
    try:
        text, _, below = note.partition("\n\n")
        origin, size, root, at = text.split("\n")
        name, mark = below.removeprefix(_SIGNED_BY).split()
        value = _from_64(mark)
        instant = datetime.fromisoformat(at.removeprefix("at "))
        head = TreeHead(origin, int(size), _from_64(root), instant)
    except ValueError as error:
        raise UnreadableError(f"this is no signed head of a log ({error})") from None
    if not (below.startswith(_SIGNED_BY) and head.text() == f"{text}\n" and len(value) == 68):
        raise UnreadableError("this is no signed head of a log")
    return head, f"{text}\n", Signature(name, value[:4], value[4:])


def notes_in(text: str) -> list[str]:
    """Return the signed heads that stand in a longer text, as in a mail that somebody kept."""
    return _NOTE.findall("\n".join(text.splitlines()) + "\n")


def read_public_key(text: str) -> PublicKey:
    """Return a key from its line; raise `UnreadableError`."""
    name, _, rest = text.strip().partition("+")
    key_id, _, value = rest.partition("+")
    key = PublicKey(name, _key_bytes(value))
    if not name or key.id.hex() != key_id:
        raise UnreadableError("this is no public key: it is cut off, or not of this kind")
    return key


def spell_private_key(name: str, key_id: bytes, seed: bytes) -> str:
    """Return the one line of a private key's file."""
    return f"{PRIVATE}+{name}+{key_id.hex()}+{_in_64(ED25519 + seed)}\n"


def read_private_key(text: str) -> tuple[str, bytes]:
    """Return the name and the seed of a private key; raise `UnreadableError`."""
    start = f"{PRIVATE}+"
    name, _, rest = text.strip().removeprefix(start).partition("+")
    if not (text.startswith(start) and name):
        raise UnreadableError("this is no private key of a log")
    return name, _key_bytes(rest.partition("+")[2])


def _key_bytes(text: str) -> bytes:
    try:
        value = _from_64(text)
    except ValueError:
        raise UnreadableError("this is no key: it is not base64") from None
    if value[:1] != ED25519 or len(value) != 33:
        raise UnreadableError("this is no Ed25519 key")
    return value[1:]


def _in_64(value: bytes) -> str:
    return b64encode(value).decode()


def _from_64(text: str) -> bytes:
    return b64decode(text.encode(), validate=True)

"""Keeps passwords as Argon2id hashes, and refuses those that anybody would guess."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from workflow.core.errors import Refusal
from workflow.services.leaked_passwords import is_leaked

log = logging.getLogger(__name__)

SHORTEST = 12
LONGEST = 1000
"""Nobody types more; hashing more would only serve whoever wants to keep the server busy."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = BoundedSemaphore(2)
"""However many sign in at once, two hashes at a time take memory."""
_NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$/KNr0jtMiIwjrKFt+e6LcA"
    "$i6V7+qHI9RWbYmpC+W8k3AgPqDWYl2R6m5UO7K6u8+g"
)
"""A hash that no password has; checked for accounts that do not exist, so that it takes as long."""
_LIST = Path(__file__).with_name("common_passwords.txt")


class WeakPassword(Refusal):
    """The password is too short, or among the first that anybody would try."""


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    with _AT_ONCE:
        return _HASHER.hash(_composed(password))


def matches(kept: str | None, password: str) -> bool:
    """Say whether a password is the one kept; takes as long when none is kept."""
    with _AT_ONCE:
        try:
            right = _HASHER.verify(kept or _NOBODYS, _composed(password[:LONGEST]))
        except (Argon2Error, InvalidHashError):
            return False
    return right and kept is not None and len(password) <= LONGEST


def needs_rehash(kept: str) -> bool:
    """Say whether a hash was made with other costs than today's."""
    return _HASHER.check_needs_rehash(kept)


@dataclass(frozen=True, slots=True)
class Known:
    """What is tried first on this installation, besides what is tried first everywhere."""

    words: tuple[str, ...] = ()
    """What it and its organisation are called."""
    leaked: Path | None = None
    """A file as `leaked_passwords.is_leaked` reads it."""


def check_strength(
    password: str, *, personal: Iterable[str] = (), known: Known | None = None
) -> None:
    """Refuse a password that is easy to guess: made of the person's own names, or stolen before.

    Raise `WeakPassword`.
    """
    known = known or Known()
    if len(password) < SHORTEST:
        raise WeakPassword(shortest=SHORTEST)
    if len(password) > LONGEST:
        raise WeakPassword(longest=LONGEST)
    plain = _plain(password)
    letters = re.sub(r"[^a-z]", "", plain)
    own = {
        _plain(word) for text in (*personal, *known.words) for word in re.split(r"[\s@.]+", text)
    }
    guessed = (
        len(set(plain)) < 5
        or plain in _common()
        or _without_padding(plain) in _common()
        or letters in _common()
        or (len(letters) < SHORTEST and any(len(w) > 3 and w in letters for w in own))
        or _runs(plain)
    )
    if guessed or (known.leaked and _was_stolen(known.leaked, password)):
        raise WeakPassword(why="common")


def _was_stolen(leaked: Path, password: str) -> bool:
    """Say whether a password is in the list of stolen ones; without the list no password is."""
    try:
        return is_leaked(leaked, password)
    except OSError as error:
        log.error("the list of stolen passwords cannot be read: %s", error.strerror)
        return False


def _runs(plain: str) -> bool:
    """Say whether nearly every character only follows the one before it, as in 1234 or aaaa."""
    steps = [ord(b) - ord(a) for a, b in pairwise(plain)]
    return sum(step in (-1, 0, 1) for step in steps) > 0.75 * len(steps)


def _without_padding(plain: str) -> str:
    """Return a word without the digits and signs that people put around it."""
    return re.sub(r"^[^a-z]+|[^a-z]+$", "", plain)


def _plain(text: str) -> str:
    """Return a text in small letters without accents."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in bare if not unicodedata.combining(c))


def _composed(password: str) -> str:
    """Return a password in the one form of its accents that every keyboard leads to."""
    return unicodedata.normalize("NFC", password)


@cache
def _common() -> frozenset[str]:
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))

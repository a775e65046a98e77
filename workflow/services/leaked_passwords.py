"""Whether a password stands in a list of those that were stolen elsewhere, kept on this machine."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import IO, Final

HASH: Final = 40
"""Letters of a SHA-1 hash, with which each line begins."""
_AFTER_ALL: Final = b"~"
"""Comes after every hash, and stands for the end of the file."""


def is_leaked(file: Path, password: str) -> bool:
    """Look a password up in a sorted file of SHA-1 hashes, one a line; raise `OSError`.

    It is read in a few dozen places, however many hundred million lines there are.
    """
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with file.open("rb") as lines:
        first, last = 0, lines.seek(0, os.SEEK_END)
        while first < last:
            middle = (first + last) // 2
            if _hash_from(lines, middle) < wanted:
                first = middle + 1
            else:
                last = middle
        return _hash_from(lines, first) == wanted


def _hash_from(lines: IO[bytes], place: int) -> bytes:
    """Return the hash of the first line that begins at a place or after it."""
    lines.seek(max(place - 1, 0))
    if place:
        lines.readline()
    return lines.readline()[:HASH].upper() or _AFTER_ALL

"""Codes by which anybody may check an entry: drawn at random, the last letter guards the rest."""

from __future__ import annotations

import hashlib
import re
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters and digits that nobody takes for one another."""
_DRAWN: Final = 12
"""Sixty bits: nobody meets a code by trying."""
_GROUP: Final = 4


def draw_code(seed: bytes) -> str:
    """Make a code of randomness drawn by the caller."""
    drawn = hashlib.sha256(b"code" + seed).digest()
    body = "".join(ALPHABET[byte % len(ALPHABET)] for byte in drawn[:_DRAWN])
    return body + _guard(body)


def read_code(typed: str) -> str | None:
    """Return the code that was typed, in whatever groups, or None if it cannot be one."""
    code = re.sub(r"[\s.-]", "", typed).upper()
    fits = len(code) == _DRAWN + 1 and set(code) <= set(ALPHABET)
    return code if fits and code[-1] == _guard(code[:-1]) else None


def spelled_code(code: str) -> str:
    """Return a code in groups, as it is printed."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def _guard(body: str) -> str:
    """Return the letter that follows from the others (Luhn's rule for any alphabet)."""
    size, total = len(ALPHABET), 0
    for place, letter in enumerate(reversed(body)):
        value = ALPHABET.index(letter) * (2 if place % 2 == 0 else 1)
        total += value // size + value % size
    return ALPHABET[-total % size]

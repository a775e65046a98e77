"""The code by which whoever made a request follows it without an account."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from workflow.services.passwords import hash_password, matches

_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters and digits that nobody takes for one another."""
_SLOW: Final = "$argon2"


def new_access_code() -> str:
    """Return a code of sixty bits, in three groups that can be read over the telephone."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return "-".join(drawn[n : n + 4] for n in range(0, 12, 4))


def access_code_hash(code: str) -> str:
    """Return what is stored of an access code: a slow hash, for it is short enough to be typed."""
    return hash_password(_plain(code))


def is_access_code(kept: str | None, number: str, code: str) -> bool:
    """Say whether a code is the one kept of a case; takes as long whatever is kept."""
    slow = kept if kept and kept.startswith(_SLOW) else None
    if matches(slow, _plain(code)):
        return True
    # Codes given before they were hashed slowly open their cases to the end.
    quick = hashlib.sha256(f"{number}:{_plain(code)}".encode()).hexdigest()
    return slow is None and secrets.compare_digest(kept or "", quick)


def _plain(code: str) -> str:
    return code.replace("-", "").replace(" ", "").upper()

"""Who it was, in a log that names nobody: a mark that only whoever keeps the key can follow."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from workflow.services.sealing import Sealer

LENGTH: Final = 16


@lru_cache(maxsize=4096)  # every line of the log has one
def mark_of(sealer: Sealer, email: str) -> str:
    """Return the mark of an account, the same in every line; nobody finds the account by it.

    `tramita people mark` does, on a host that has the secret key.
    """
    return marks_of(sealer, email)[0]


def marks_of(sealer: Sealer, email: str) -> tuple[str, ...]:
    """Return the mark of an account and those that it had under former keys."""
    marks = sealer.marks(email.strip().lower(), for_what="line of the log")
    return tuple(mark[:LENGTH] for mark in marks)

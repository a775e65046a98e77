"""Who it was, in a log that names nobody: a mark that only whoever keeps the key can follow."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from workflow.core.forgetting import forgetful
from workflow.services.sealing import Sealer

LENGTH: Final = 16
_LONGEST: Final = 320
"""Letters of an address of electronic mail; anybody may type more where one signs in."""


def mark_of(sealer: Sealer, email: str) -> str:
    """Return the mark of an account, the same in every line; nobody finds the account by it.

    `tramita people mark` does, on a host that has the secret key.
    """
    mark = _kept_mark if len(email) <= _LONGEST else _mark
    return mark(sealer, email)


def _mark(sealer: Sealer, email: str) -> str:
    return marks_of(sealer, email)[0]


_kept_mark = forgetful(lru_cache(maxsize=4096)(_mark))  # every line of the log has one


def marks_of(sealer: Sealer, email: str) -> tuple[str, ...]:
    """Return the mark of an account and those that it had under former keys."""
    marks = sealer.marks(email.strip().lower(), for_what="line of the log")
    return tuple(mark[:LENGTH] for mark in marks)

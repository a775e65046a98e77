"""How often a property is tried: some for every change, all that was promised on demand."""

from __future__ import annotations

import os

EXHAUSTIVE = os.environ.get("TEST_COUNTS") == "exhaustive"


def count(usual: int, *, exhaustive: int) -> int:
    """Say how often to try; mark the test `exhaustive` for `make exhaustive` to run it."""
    return exhaustive if EXHAUSTIVE else usual

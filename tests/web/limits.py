"""Limits of how often something may be asked count in windows that end at fixed minutes."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final

ENOUGH: Final = 45.0
"""Seconds in which a test has asked as often as it is going to."""


def in_one_window(window: timedelta) -> None:
    """Wait for the next window if the present one is almost over: counts begin anew in it."""
    left = window.total_seconds() - time.time() % window.total_seconds()
    if left < ENOUGH:
        time.sleep(left)

"""Looks whether it is time to forget what this process keeps: as it is asked, and when nobody asks.

See `workflow.core.forgetting`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from typing import Final

from flask import Flask

from web import clock
from workflow.core.forgetting import FORGETTING, Forgetting

LOOKS_EVERY: Final = 60.0
"""Seconds between two looks of a process that nobody asks anything."""


def install_forgetting(app: Flask) -> None:
    """Let no request find what should have been forgotten before it came."""
    app.before_request(_look)


def _look() -> None:
    FORGETTING.forget(clock.now())


def forget_unasked(
    now: Callable[[], datetime], forgetting: Forgetting = FORGETTING, *, every: float = LOOKS_EVERY
) -> Event:
    """Look every so many seconds beside whatever this process does, until the event is set."""
    done = Event()

    def look() -> None:
        while not done.wait(every):
            forgetting.forget(now())

    Thread(target=look, name="forgetting", daemon=True).start()
    return done


def now_in(app: Flask) -> Callable[[], datetime]:
    """Return what tells the time as an application has it."""

    def now() -> datetime:
        with app.app_context():
            return clock.now()

    return now

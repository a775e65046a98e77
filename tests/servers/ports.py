"""Where the servers of the tests listen: on this machine only."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from random import SystemRandom
from typing import Final

LOOPBACK = "127.0.0.1"
OURS: Final = range(10_000, 32_000)
"""Below those that systems give to connections: one of these could come before the server does."""
_DRAW: Final = SystemRandom()


def free_port() -> int:
    """Name a port that nobody listens on at this moment, and that no connection will be given."""
    while True:
        port = _DRAW.choice(OURS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port


def listens(port: int) -> bool:
    """Say whether somebody answers at a port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


class StartError(RuntimeError):
    """A server that did not come up; the message carries what it said."""


class Patience:
    """How long something may take, measured on a clock that nobody sets back."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return max(0.0, self._end - time.monotonic())

    def pause(self) -> bool:
        """Wait a moment; say whether any patience is left."""
        time.sleep(0.02)
        return self.left > 0

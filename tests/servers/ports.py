"""Where the servers of the tests listen: on this machine only."""

from __future__ import annotations

import socket
import time

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Name a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
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

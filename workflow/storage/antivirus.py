"""Asks a clamd whether bytes carry a virus, by the INSTREAM command of its manual page.

What it cannot say is never taken for "clean": no answer, or one that is no verdict, is UNKNOWN.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

_UNIX: Final = "unix:"
_LONGEST_ANSWER: Final = 4096
_CLEAN: Final = "stream: OK"
_BEGINS: Final = "stream: "
_FOUND: Final = " FOUND"
_GAVE_UP: Final = "Heuristics.Limits.Exceeded"
"""How it calls what was too much for its limits, where it is told to say so."""


class Verdict(StrEnum):
    """What is known of some bytes."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at some bytes found, and what it is called."""

    verdict: Verdict
    name: str = ""


class Guard(Protocol):
    """Whoever looks at bytes before anybody may have them."""

    def look(self, chunks: Iterable[bytes]) -> Looked:
        """Say what the bytes are; never raise for a guard that is away."""
        ...


@dataclass(frozen=True, slots=True)
class Clamd:
    """A clamd at `host:port` or `unix:/path`, waited for no longer than some seconds a step."""

    address: str
    seconds: float

    def look(self, chunks: Iterable[bytes]) -> Looked:
        """Have bytes looked at; UNKNOWN where it is away, breaks off or gives no verdict."""
        try:
            with self._connected() as line:
                line.sendall(b"zINSTREAM\0")
                for chunk in chunks:
                    if chunk:
                        line.sendall(struct.pack(">I", len(chunk)) + chunk)
                line.sendall(struct.pack(">I", 0))
                return _verdict(_answer(line))
        except OSError as error:
            return Looked(Verdict.UNKNOWN, type(error).__name__)

    def version(self) -> str:
        """Return what it says of itself; raise `OSError` where it is away."""
        with self._connected() as line:
            line.sendall(b"zVERSION\0")
            return _answer(line)

    def _connected(self) -> socket.socket:
        if self.address.startswith(_UNIX):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(self.seconds)
            try:
                line.connect(self.address.removeprefix(_UNIX))
            except OSError:
                line.close()
                raise
            return line
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=self.seconds)


def _answer(line: socket.socket) -> str:
    """Read one answer up to its zero."""
    said = b""
    while piece := line.recv(_LONGEST_ANSWER):
        said += piece
        if b"\0" in piece or len(said) > _LONGEST_ANSWER:
            break
    return said.split(b"\0", 1)[0].decode("utf-8", "replace").strip()


def _verdict(said: str) -> Looked:
    if said == _CLEAN:
        return Looked(Verdict.CLEAN)
    if said.startswith(_BEGINS) and said.endswith(_FOUND):
        name = said.removeprefix(_BEGINS).removesuffix(_FOUND)
        verdict = Verdict.UNKNOWN if name.startswith(_GAVE_UP) else Verdict.INFECTED
        return Looked(verdict, name)
    return Looked(Verdict.UNKNOWN, said)

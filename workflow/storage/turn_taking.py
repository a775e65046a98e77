"""Connections to SQLite whose writers of one process take turns."""

from __future__ import annotations

import sqlite3
import threading
from types import NoneType
from typing import Final

BUSY_SECONDS: Final = 20.0

# Of each value that is no text and no number the driver asks first how it is to be kept, of NULL
# too, and when nobody answers it raises and catches two errors: they cost twice what writing does.
# This answers None for None without a call of Python's.
sqlite3.register_adapter(NoneType, {}.get)  # type: ignore[arg-type]


class TurnTakingConnection(sqlite3.Connection):
    """A connection whose writers of one process take turns, so that none of them starves."""

    turn: threading.Lock
    _holds = False

    def begin(self, *, reading: bool) -> None:
        """Begin a transaction, waiting for one's turn to write."""
        if reading:
            self.execute("BEGIN")
            return
        if not self.turn.acquire(timeout=BUSY_SECONDS):
            raise sqlite3.OperationalError("database is locked")
        self._holds = True
        try:
            self.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._leave()
            raise

    def commit(self) -> None:
        """Commit, then let the next writer in."""
        super().commit()  # a failure is followed by a rollback
        self._leave()

    def rollback(self) -> None:
        """Undo, then let the next writer in."""
        try:
            super().rollback()
        finally:
            self._leave()

    def close(self) -> None:
        """Close, letting the next writer in whatever was left undone."""
        try:
            super().close()
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._holds:
            self._holds = False
            self.turn.release()

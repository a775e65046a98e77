"""The pool of an engine: as many connections as are asked for, and those that are idle.

Nobody ever waits for one, so nothing need wake who waits: the idle ones are a mere list.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.util.queue import Empty, Full, QueueCommon


class _Idle(QueueCommon[ConnectionPoolEntry]):
    """Connections that nobody has; the one put back last is the first to be got."""

    def __init__(self, maxsize: int = 0, use_lifo: bool = True) -> None:
        self.maxsize, self.use_lifo = maxsize, use_lifo
        self._listed: deque[ConnectionPoolEntry] = deque()

    def qsize(self) -> int:
        """Return how many there are."""
        return len(self._listed)

    def put(self, item: ConnectionPoolEntry, *_: Any) -> None:  # noqa: ANN401 - whether to wait
        """Put one back; raise `Full` where there are enough, or perhaps one more."""
        if len(self._listed) >= self.maxsize:
            raise Full
        self._listed.append(item)

    def get(self, *_: Any) -> ConnectionPoolEntry:  # noqa: ANN401 - whether to wait
        """Take one; raise `Empty`."""
        try:
            return self._listed.pop()
        except IndexError:
            raise Empty from None


class Pool(QueuePool):
    """SQLAlchemy's own, for any number of connections."""

    _queue_class = _Idle

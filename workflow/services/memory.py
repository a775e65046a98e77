"""What is kept in a process because it follows from its key alone and is asked for again."""

from __future__ import annotations

from collections.abc import Hashable
from math import inf
from threading import Lock
from typing import Generic, TypeVar

from workflow.core.forgetting import FORGETTING, Forgetting

V = TypeVar("V")


class Memory(Generic[V]):
    """So many values by what they follow from, for an hour; the oldest is forgotten first.

    With `most_bytes` no more values than so many bytes hold, as they are told with each value.
    """

    def __init__(
        self, most: int, most_bytes: float = inf, *, forgetting: Forgetting = FORGETTING
    ) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._kept: dict[Hashable, tuple[V, int]] = {}
        self._bytes = 0
        self._lock = Lock()
        forgetting.over(self)

    def get(self, key: Hashable) -> V | None:
        """Return what was kept, or None."""
        found = self._kept.get(key)
        return found[0] if found else None

    def take(self, key: Hashable) -> V | None:
        """Return what was kept and keep it no longer, or None."""
        with self._lock:
            return self._forget(key)

    def keep(self, key: Hashable, value: V, *, size: int = 0) -> V:
        """Keep a value of so many bytes, unless it is too large for all; return it."""
        with self._lock:
            self._forget(key)
            if size > self._most_bytes:
                return value
            while self._kept and (
                len(self._kept) >= self._most or self._bytes + size > self._most_bytes
            ):
                self._forget(next(iter(self._kept)))
            self._kept[key] = value, size
            self._bytes += size
        return value

    def cache_clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """How many bytes are kept."""
        return self._bytes

    def _forget(self, key: Hashable) -> V | None:
        value, size = self._kept.pop(key, (None, 0))
        self._bytes -= size
        return value

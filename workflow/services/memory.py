"""What is kept in a process because it follows from its key alone and is asked for again."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

from workflow.core.forgetting import FORGETTING, Forgetting

V = TypeVar("V")


class Memory(Generic[V]):
    """So many values by what they follow from, for an hour; the oldest is forgotten first."""

    def __init__(self, most: int, *, forgetting: Forgetting = FORGETTING) -> None:
        self._most = most
        self._kept: dict[Hashable, V] = {}
        self._lock = Lock()
        forgetting.over(self)

    def get(self, key: Hashable) -> V | None:
        """Return what was kept, or None."""
        return self._kept.get(key)

    def take(self, key: Hashable) -> V | None:
        """Return what was kept and keep it no longer, or None."""
        with self._lock:
            return self._kept.pop(key, None)

    def keep(self, key: Hashable, value: V) -> V:
        """Keep a value, and return it."""
        with self._lock:
            while len(self._kept) >= self._most:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = value
        return value

    def cache_clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)

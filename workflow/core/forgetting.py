"""That a process forgets within the hour whatever it keeps because it is asked for again.

Names and words of cases are among it, and networks and calendars that have changed since. To
forget all at once is simpler than to know the age of each, and costs as little as a start does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Protocol, TypeVar
from weakref import WeakSet

HOUR: Final = timedelta(hours=1)
LASTS: Final = timedelta(minutes=55)
"""After how long all is forgotten at the next look; who looks does so within five minutes."""


class Keeping(Protocol):
    """Something that keeps what it was told, as a function under `functools.lru_cache` does."""

    def cache_clear(self) -> None:
        """Forget all."""


K = TypeVar("K", bound=Keeping)


class Forgetting:
    """Has all that was put under it forget together, for as long as they are there."""

    def __init__(self) -> None:
        self._keeping: WeakSet[Keeping] = WeakSet()
        self._since: datetime | None = None
        self._lock = Lock()

    def over(self, keeping: K) -> K:
        """Put something under it, and return that."""
        with self._lock:
            self._keeping.add(keeping)
        return keeping

    def forget(self, now: datetime) -> bool:
        """Forget all where it is time to, and say whether it was.

        A clock that was set back makes it time, too.
        """
        since = self._since
        if since is not None and since <= now < since + LASTS:
            return False
        with self._lock:
            self._since = now
            keeping = tuple(self._keeping)
        for one in keeping:
            one.cache_clear()
        return True


FORGETTING: Final = Forgetting()
"""That of this process."""


def forgetful(keeping: K) -> K:
    """Mark a function that keeps what it was told of persons or cases, or of a world that changes.

    It is forgotten with all else that this process keeps.
    """
    return FORGETTING.over(keeping)

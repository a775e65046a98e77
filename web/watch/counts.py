"""What each process counts of its work, summed over all processes of this host when asked for.

Where PROMETHEUS_MULTIPROC_DIR names a folder, as `tramita serve` sees to, the counts lie there.
"""

from __future__ import annotations

import fcntl
import os
from functools import lru_cache
from io import FileIO
from itertools import count
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, multiprocess, values
from prometheus_client.values import MultiProcessValue

from web.watch.counts_folder import SHARED
from workflow.core.change import Change


class Slots:
    """Which of the places in the folder of counts is this process's own.

    A process that begins goes on counting where one that has ended stopped, so that the folder
    does not grow with the processes that ever were, as it would by their numbers.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: tuple[int, int, FileIO] | None = None

    def __call__(self) -> int:
        """Return the number of the place, taking one in a process that has none yet."""
        if self._taken is None or self._taken[0] != os.getpid():
            self._taken = (os.getpid(), *self._take())
        return self._taken[1]

    def _take(self) -> tuple[int, FileIO]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in count():
            lock = FileIO(self._folder / f"slot_{number}.lock", "w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            return number, lock
        raise AssertionError("there are as many places as there are numbers")


if folder := os.environ.get(SHARED):
    # Before any count is made: it is asked of this class where it lies.
    values.ValueClass = MultiProcessValue(Slots(Path(folder)))  # type: ignore[no-untyped-call]

OWN: Final = CollectorRegistry()
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_requests: Final = Counter(
    "tramita_requests", "Requests answered", ("method", "route", "status"), registry=OWN
)
_seconds: Final = Histogram(
    "tramita_request_seconds", "How long answers took", ("route",), registry=OWN, buckets=_BUCKETS
)
_events: Final = Counter(
    "tramita_acts", "Events that acts on cases wrote, by kind", ("kind",), registry=OWN
)
_refusals: Final = Counter(
    "tramita_sign_in_refusals", "Attempts to sign in that were refused", ("why",), registry=OWN
)


def counted() -> CollectorRegistry:
    """Return what all processes of this host have counted."""
    if SHARED not in os.environ:
        return OWN
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    answered, took = _of_route(method, route, status)
    answered.inc()
    took.observe(seconds)


@lru_cache(maxsize=4096)
def _of_route(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """Return where answers of one kind are counted, looked for once."""
    return _requests.labels(method, route, str(status)), _seconds.labels(route)


def count_change(change: Change) -> None:
    """Count what an act wrote into the history of a case."""
    for event in change.events:
        _events.labels(event.kind.value).inc()


def count_refused_sign_in(why: str) -> None:
    """Count an attempt to sign in that was refused."""
    _refusals.labels(why).inc()

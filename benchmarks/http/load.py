"""Visitors who ask for one address again and again, and what answering them takes."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchmarks.gauges import cpu_of, family_of
from benchmarks.growth.looks import a_visitor


@dataclass(frozen=True, slots=True)
class Load:
    """What a stretch of visits came to."""

    visits: int
    seconds: float
    web_cpu: float
    bytes: int

    @property
    def per_second(self) -> float:
        """How many visits were answered in a second."""
        return self.visits / self.seconds


def visited(
    url: str,
    addresses: Sequence[str],
    *,
    pid: int,
    visitors: Sequence[Mapping[str, str]],
    seconds: float,
) -> Load:
    """Ask for addresses in turn as several visitors at once, for so many seconds.

    `pid` is the web server that answers; each visitor is known by headers of their own. Raise
    `AssertionError` for an answer that is none.
    """
    counts: list[tuple[int, int]] = []
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(
            target=_visit, args=(url, [*addresses[n:], *addresses[:n]], headers, until, counts)
        )
        for n, headers in enumerate(visitors)
    ]
    before, began = _cpu(pid), time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    assert len(counts) == len(visitors), "a visitor was not answered"
    visits = sum(n for n, _ in counts)
    return Load(visits, took, _cpu(pid) - before, counts[0][1])


def _visit(
    url: str,
    addresses: Sequence[str],
    headers: Mapping[str, str],
    until: float,
    counts: list[tuple[int, int]],
) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    n = size = 0
    while time.monotonic() < until:
        address = addresses[n % len(addresses)]
        connection.request("GET", address, headers={**headers, "X-Forwarded-For": a_visitor()})
        answer = connection.getresponse()
        size = len(answer.read())
        assert answer.status == 200, (address, answer.status)
        n += 1
    connection.close()
    counts.append((n, size))


def _cpu(pid: int) -> float:
    return sum(map(cpu_of, family_of(pid)))

"""A process that does the work for one contestant, told what to do line by line.

Run as `python -m benchmarks.worker MODULE URL WORKER` in the contestant's own environment; it
reads commands and answers on its standard streams, each a line of JSON.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections import defaultdict
from typing import Any

from benchmarks.work import Contestant, do_case

APART = 10_000_000
"""Between the first numbers of two workers, so that they never share a case."""


class Worker:
    """One contestant in one process."""

    def __init__(self, module: str, url: str, worker: int) -> None:
        made = importlib.import_module(f"benchmarks.contestants.{module}")
        self.contestant: Contestant = made.Contestant(url)
        self.next = worker * APART
        self.last: Any = None

    def prepare(self) -> dict[str, Any]:
        """Fill the database."""
        self.contestant.prepare()
        return {}

    def connect(self) -> dict[str, Any]:
        """Connect and do a few cases, so that nothing is done for the first time later."""
        self.contestant.connect()
        return self.cases(3)

    def turn(self, seconds: float) -> dict[str, Any]:
        """Do cases until the time is up."""
        return self._work(until=time.perf_counter() + seconds)

    def cases(self, many: int) -> dict[str, Any]:
        """Do so many cases."""
        return self._work(many=many)

    def _work(self, *, until: float = float("inf"), many: float = float("inf")) -> dict[str, Any]:
        begun, done = time.perf_counter(), 0
        took: dict[str, list[float]] = defaultdict(list)

        def note(kind: str, seconds: float) -> None:
            took[kind].append(round(seconds * 1e3, 4))

        while done < many and time.perf_counter() < until:
            self.next += 1
            self.last = do_case(self.contestant, self.next, note=note)
            done += 1
        return {"cases": done, "seconds": time.perf_counter() - begun, "took": took}

    def check(self) -> dict[str, Any]:
        """Say how the last case stands, and how much is kept of what happened in it."""
        stands = self.contestant.ended(self.last)
        history = self.contestant.history(self.last)
        return {
            "closed": stands.closed,
            "completed": stands.completed,
            "open": stands.open,
            "history": history,
        }

    def close(self) -> dict[str, Any]:
        """Let go of the database."""
        self.contestant.close()
        return {}


def main() -> None:
    """Answer commands until there are no more."""
    module, url, worker = sys.argv[1:]
    answers, sys.stdout = sys.stdout, sys.stderr  # what an engine prints is no answer
    at_work = Worker(module, url, int(worker))
    for line in sys.stdin:
        name, *given = json.loads(line)
        print(json.dumps(getattr(at_work, name)(*given)), file=answers, flush=True)


if __name__ == "__main__":
    main()

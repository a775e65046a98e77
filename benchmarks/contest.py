"""All contestants at once, each in its turn, so that whatever slows the machine slows them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.crew import Crew, CrewError, Turn
from benchmarks.database import Database
from benchmarks.field import LIMITS, Entrant, python_of
from benchmarks.gauges import machine_time
from benchmarks.work import ACTS, NODES

COUNTED: Final = 10
"""How many cases statements and bytes are counted on."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """A turn with what the server and everybody else did meanwhile."""

    turn: Turn
    server_cpu: float
    server_kernel: float
    others: float
    """Which share of the machine other programs used."""

    @property
    def cpu_per_case(self) -> float:
        """Milliseconds of client and server for one case."""
        return (self.turn.client_cpu + self.server_cpu) / self.turn.cases * 1e3


@dataclass(slots=True)
class Performance:
    """Everything a contestant showed on one database with so many workers."""

    name: str
    turns: list[Measured] = field(default_factory=list)
    counts: dict[str, float] = field(default_factory=dict)
    failure: str = ""

    def figures(self, limit: Sequence[Measured]) -> dict[str, Any]:
        """Sum it up; ratios are to the limit's turn of the same round."""
        if self.failure:
            return {"name": self.name, "failure": self.failure}
        cases = sum(one.turn.cases for one in self.turns)
        took = sorted(ms for one in self.turns for ms in one.turn.took["complete"])
        both = zip(self.turns, limit, strict=True)
        ratios = sorted(own.cpu_per_case / least.cpu_per_case for own, least in both)
        return {
            "name": self.name,
            "cases": cases,
            "ratio": median(ratios),
            "ratio_low": ratios[len(ratios) // 4],
            "ratio_high": ratios[-1 - len(ratios) // 4],
            "client_ms": median(m.turn.client_cpu / m.turn.cases for m in self.turns) * 1e3,
            "server_ms": median(m.server_cpu / m.turn.cases for m in self.turns) * 1e3,
            "client_kernel_ms": sum(m.turn.client_kernel for m in self.turns) / cases * 1e3,
            "server_kernel_ms": sum(m.server_kernel for m in self.turns) / cases * 1e3,
            "cases_per_second": median(m.turn.cases / m.turn.seconds for m in self.turns),
            **{f"p{p}": took[min(len(took) - 1, len(took) * p // 100)] for p in (50, 95, 99)},
            "completions": len(took),
            "others": median(m.others for m in self.turns),
            **self.counts,
        }


class Contest:
    """One database, so many workers, and the contestants who can work on it."""

    def __init__(self, database: Database, workers: int, *, logs: Path, tell: Tell) -> None:
        self.database = database
        self.workers = workers
        self.logs = logs
        self.tell = tell
        self.crews: dict[str, Crew] = {}
        self.urls: dict[str, str] = {}
        self.performances: dict[str, Performance] = {}

    def hold(
        self, entrants: Sequence[Entrant], *, rounds: int, seconds: float
    ) -> list[dict[str, Any]]:
        """Let everybody work in turns; return the figures of each."""
        entrants = [one for one in entrants if self.database.name in one.databases]
        with ExitStack() as stack:
            for entrant in entrants:
                self.performances[entrant.name] = Performance(entrant.name)
                self._try(entrant, partial(self._enter, entrant, stack))
            for number in range(rounds):
                self.tell(f"{self.database.name}, workers {self.workers}, round {number + 1}")
                first = number % len(entrants)
                for entrant in (*entrants[first:], *entrants[:first]):
                    self._try(entrant, partial(self._measure, entrant, seconds))
            for entrant in entrants:
                self._try(entrant, partial(self._count, entrant))
        limit = self.performances[LIMITS[self.database.name]].turns
        return [one.figures(limit) for one in self.performances.values()]

    def _try(self, entrant: Entrant, step: Callable[[], None]) -> None:
        """Do a step of a contestant; another's engine that fails is out, and it is said why."""
        performance = self.performances[entrant.name]
        if performance.failure:
            return
        try:
            step()
        except (CrewError, AssertionError, ZeroDivisionError, OSError) as error:
            if not entrant.foreign:
                raise
            performance.failure = str(error) or type(error).__name__
            self.tell(f"{entrant.name} is out: {performance.failure}")

    def _enter(self, entrant: Entrant, stack: ExitStack) -> None:
        self.tell(f"{entrant.name} gets ready on {self.database.name}")
        url = self.urls[entrant.name] = self.database.url(entrant.name)
        log = self.logs / f"{entrant.name}.log"
        python = python_of(entrant)
        crew = Crew(python, entrant.name, url, workers=self.workers, log=log)
        stack.callback(crew.close)
        self.crews[entrant.name] = crew
        crew.prepare()
        crew.connect()

    def _measure(self, entrant: Entrant, seconds: float) -> None:
        crew, performance = self.crews[entrant.name], self.performances[entrant.name]
        kernel = self.database.kernel()
        server, (busy, there) = self.database.cpu(), machine_time()
        turn = crew.turn(seconds)
        served, (busy_after, there_after) = self.database.cpu() - server, machine_time()
        kernel = self.database.kernel() - kernel
        others = max(0.0, busy_after - busy - turn.client_cpu - served)
        measured = Measured(turn, served, kernel, others / max(there_after - there, 0.01))
        assert turn.cases, "not one case in its turn"
        performance.turns.append(measured)

    def _count(self, entrant: Entrant) -> None:
        """Count what ten cases more take, nobody else being at work; see that all went well."""
        crew, counts = self.crews[entrant.name], self.performances[entrant.name].counts
        for stands in crew.check():
            assert stands["closed"], "a case has not ended"
            assert stands["completed"] == sorted(NODES), "a task was not completed"
            assert not stands["open"], "a task was left open"
            counts["history"] = stands["history"]
        before = self.database.wal()
        with self.database.counting(self.urls[entrant.name]) as statements:
            crew.cases(COUNTED)
        after = self.database.wal()
        if before is not None and after is not None:
            counts["wal"] = (after - before) / COUNTED / ACTS
        if statements:
            counts["statements"] = statements[0] / COUNTED / ACTS
        counts["memory"] = crew.memory()

"""The workers of one contestant, as the run sees them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.gauges import cpu_of, family_of, kernel_of, memory_of

ROOT: Final = Path(__file__).parents[1]


class CrewError(Exception):
    """A worker ended before it answered."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the workers of a contestant did while it was their turn."""

    cases: int
    seconds: float
    client_cpu: float
    client_kernel: float
    """Which of these seconds the kernel took."""
    took: dict[str, list[float]]
    """By kind of act: how many milliseconds each took."""


class Crew:
    """Some processes in an environment, each doing the work for one contestant."""

    def __init__(self, python: Path, module: str, url: str, *, workers: int, log: Path) -> None:
        self._log = log.open("ab")
        command = [str(python), "-m", "benchmarks.worker", module, url]
        self._workers = [
            subprocess.Popen(
                [*command, str(worker)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
            )
            for worker in range(1, workers + 1)
        ]

    def prepare(self) -> None:
        """Let the first worker fill the database."""
        self._tell(self._workers[:1], "prepare")

    def connect(self) -> None:
        """Make all workers ready, one after another: some make tables when they first connect."""
        for worker in self._workers:
            self._tell([worker], "connect")

    def turn(self, seconds: float) -> Turn:
        """Let all of them work for so long."""
        cpu, kernel = self._sum(cpu_of), self._sum(kernel_of)
        answers = self._tell(self._workers, "turn", seconds)
        return _together(answers, self._sum(cpu_of) - cpu, self._sum(kernel_of) - kernel)

    def cases(self, many: int) -> None:
        """Let the first of them do so many cases."""
        self._tell(self._workers[:1], "cases", many)

    def check(self) -> list[dict[str, Any]]:
        """Ask each how its last case stands."""
        return self._tell(self._workers, "check")

    def memory(self) -> float:
        """Return how many MB a worker holds, on the average."""
        return sum(memory_of(worker.pid) for worker in self._workers) / len(self._workers)

    def close(self) -> None:
        """Send them home."""
        for worker in self._workers:
            if worker.stdin:
                worker.stdin.close()
        for worker in self._workers:
            try:
                worker.wait(20)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
        self._log.close()

    def _sum(self, gauge: Callable[[int], float]) -> float:
        return sum(gauge(one) for worker in self._workers for one in family_of(worker.pid))

    def _tell(
        self, workers: list[subprocess.Popen[str]], name: str, *given: object
    ) -> list[dict[str, Any]]:
        for worker in workers:
            assert worker.stdin
            worker.stdin.write(json.dumps([name, *given]) + "\n")
            worker.stdin.flush()
        return [self._answer(worker, name) for worker in workers]

    def _answer(self, worker: subprocess.Popen[str], name: str) -> dict[str, Any]:
        assert worker.stdout
        line = worker.stdout.readline()
        if not line:
            raise CrewError(f"{name}: a worker ended; see {Path(self._log.name).name}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _together(answers: list[dict[str, Any]], cpu: float, kernel: float) -> Turn:
    took: dict[str, list[float]] = {}
    for answer in answers:
        for kind, listed in answer["took"].items():
            took.setdefault(kind, []).extend(listed)
    cases = sum(answer["cases"] for answer in answers)
    return Turn(cases, max(answer["seconds"] for answer in answers), cpu, kernel, took)

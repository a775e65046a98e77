"""Whatever is brought in as a definition, a table or a document: taken, or refused by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.counts import count

ROOT = Path(__file__).parents[2]
FILES = count(200, exhaustive=20_000)
IN_ONE_PROCESS = 2_000


@pytest.mark.exhaustive
def test_a_spoilt_file_is_taken_or_refused_by_name(record_property: Callable[..., None]) -> None:
    met: dict[str, int] = {}
    for first in range(0, FILES, IN_ONE_PROCESS):
        told = tried(first, min(IN_ONE_PROCESS, FILES - first))
        *wrong, sum_up = told
        assert wrong == []
        for outcome, times in sum_up["met"].items():
            met[outcome] = met.get(outcome, 0) + times
    record_property("outcomes", met)
    assert sum(met.values()) == FILES
    assert met["taken"] < FILES / 2
    assert met["refused"] > FILES / 4


def tried(first: int, many: int) -> list[dict[str, Any]]:
    """Have a child process try some files, and return what it tells."""
    seed = os.environ["TEST_SEED"]
    answer = subprocess.run(
        [sys.executable, "-m", "tests.fuzzing", seed, str(many), str(first)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60 + many,
    )
    assert answer.returncode == 0, f"after {answer.stdout[-2000:]}: {answer.stderr[-2000:]}"
    return [json.loads(line) for line in answer.stdout.splitlines()]

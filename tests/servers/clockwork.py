"""The clock process as in production: a process of its own, which may be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import logging, os
from web import create_app
from web.notices.scheduler import run
from web.settings import load_settings
logging.basicConfig(level=logging.INFO)
run(create_app(load_settings(os.environ)))
"""


def shifted_to(instant: datetime) -> dict[str, str]:
    """Return the settings of an installation for which it is another time now."""
    shift = instant - datetime.now(UTC)
    return {
        "TRAMITA_DEMO": "true",  # no other may shift its clock
        "TRAMITA_CLOCK_OFFSET": str(round(shift.total_seconds())),
    }


@contextmanager
def ticking(environment: Mapping[str, str], *, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a clock process until the block ends; what it says goes into `log`."""
    with log.open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for pytest, which then stops the clock
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)

"""The web server as in production: gunicorn with threads, on this machine only."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.ports import LOOPBACK, Patience, StartError, free_port

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class WebServer:
    """A web server that answers."""

    url: str
    pid: int
    log: Path

    @property
    def stderr(self) -> str:
        """Return what it has said so far."""
        return self.log.read_text(encoding="utf-8")


@contextmanager
def serving(
    application: str,
    *,
    folder: Path,
    environment: Mapping[str, str],
    port: int | None = None,
    threads: int = 16,
    cwd: Path = ROOT,
) -> Iterator[WebServer]:
    """Serve an application (`module:callable`) until the block ends.

    `environment` comes on top of the tests' own; what the server says goes into a file in
    `folder`. Raise `StartError` with its words if it does not answer.
    """
    port = port or free_port()
    url = f"http://{LOOPBACK}:{port}"
    log = folder / f"gunicorn-{port}.log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--no-control-socket"),
                *("--worker-class", "gthread", "--workers", "1", "--threads", str(threads)),
                *("--graceful-timeout", "5", "--bind", f"{LOOPBACK}:{port}", application),
            ],
            cwd=cwd,
            env={**os.environ, **environment},
            stdout=stderr,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for pytest, which then stops the server
        )
    try:
        await_answer(url, process, log)
        yield WebServer(url, process.pid, log)
    finally:
        _stop(process)


def await_answer(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a web server answers; raise `StartError` with its words if it does not."""
    patience = Patience(90)
    while process.poll() is None and patience.pause():
        try:
            urllib.request.urlopen(url, timeout=patience.left or 1).close()
        except urllib.error.HTTPError as answer:
            answer.close()  # a refusal is an answer too
        except OSError:
            continue
        return
    raise StartError(f"{url} did not answer; it said: {log.read_text(encoding='utf-8')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)

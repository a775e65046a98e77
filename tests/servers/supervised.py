"""The web server as an operator keeps it: the product's own command, started again when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.servers.disks import children
from tests.servers.gunicorn import ROOT, await_answer
from tests.servers.ports import LOOPBACK, free_port
from web.commands.serving import gunicorn, usual_workers


class Supervised:
    """A web server and whoever starts it again."""

    def __init__(
        self, environment: Mapping[str, str], *, log: Path, options: Sequence[str] = ()
    ) -> None:
        self.environment = environment
        self.options = options
        self.log = log
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.workers = usual_workers(environment["TRAMITA_DATABASE_URL"])
        self.process = self._started()

    def kill_worker(self) -> None:
        """Kill one worker; its master starts another."""
        if workers := children(self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(workers[0], signal.SIGKILL)

    def kill_master(self) -> None:
        """Kill the master, then what is left of it, and start anew, as systemd does."""
        self.process.kill()
        self.kill_all()

    def kill_all(self) -> None:
        """Kill master and workers at one blow and start anew, as after a host that died."""
        self._end()
        self.process = self._started()

    def await_answer(self) -> None:
        """Wait until it answers; raise `StartError`."""
        await_answer(self.url, self.process, self.log)

    def stop(self) -> None:
        """End it for good."""
        self._end()

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def _started(self) -> subprocess.Popen[bytes]:
        *command, application = gunicorn(LOOPBACK, self.port, self.workers, 16)
        with self.log.open("ab") as said:
            return subprocess.Popen(
                [*command, *self.options, application],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # one group to be killed; Ctrl-C is for pytest
            )


@contextmanager
def supervised(
    environment: Mapping[str, str], *, log: Path, options: Sequence[str] = ()
) -> Iterator[Supervised]:
    """Keep a web server running until the block ends; `options` are gunicorn's."""
    server = Supervised(environment, log=log, options=options)
    try:
        server.await_answer()
        yield server
    finally:
        server.stop()

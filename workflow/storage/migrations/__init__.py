"""The history of the tables: how any earlier database becomes today's, and back."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from workflow.storage import dialect
from workflow.storage.engine import make_engine, reading


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database up to a revision, making its folder if it is a file."""
    options = dialect.options(url)["url"]
    if options.startswith("sqlite"):
        Path(options.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    _run(command.upgrade, url, revision)


def downgrade(url: str, revision: str) -> None:
    """Take a database back to a revision; `base` is before the first table."""
    _run(command.downgrade, url, revision)


def current(url: str) -> str | None:
    """Return the revision that a database is at, or None before the first."""
    engine = make_engine(url)
    try:
        with reading(engine) as connection:
            return revision_of(connection)
    finally:
        engine.dispose()


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the database behind a connection, or None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest() -> str | None:
    """Return the revision that today's models need."""
    return ScriptDirectory.from_config(config()).get_current_head()


def config(engine: Engine | None = None) -> Config:
    """Return Alembic's configuration, with the engine that it shall use."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["engine"] = engine
    return made


def _run(step: object, url: str, revision: str) -> None:
    engine = make_engine(url)
    try:
        step(config(engine), revision)  # type: ignore[operator]
    finally:
        engine.dispose()

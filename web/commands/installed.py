"""The installation that a command works on, as its settings say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import click

from web.settings import Settings, load_settings
from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import make_engine
from workflow.storage.lending import LENT, LENT_MEND, is_lent
from workflow.storage.migrations import current, newest


def settings() -> Settings:
    """Read the settings of the environment; raise `SettingsError`."""
    return load_settings(os.environ)


def now(chosen: Settings) -> datetime:
    """Return the present instant, shifted where a practice installation asks for it."""
    return datetime.now(UTC) + timedelta(seconds=chosen.clock_offset)


@contextmanager
def installation() -> Iterator[UnitOfWork]:
    """Hold a unit of work of the command line; refuse a database of another version."""
    chosen = settings()
    demand_tables(chosen.database_url)
    with opened(chosen) as work:
        yield work


@contextmanager
def opened(chosen: Settings) -> Iterator[UnitOfWork]:
    """Hold a unit of work on the database of these settings."""
    engine = make_engine(chosen.database_url)
    try:
        yield UnitOfWork(Installation(engine, chosen.zone), now=now(chosen), keeper=True)
    finally:
        engine.dispose()


def demand_tables(url: str) -> None:
    """Refuse a database that this program does not fit, or that a pooler lends in turns."""
    found, wanted = current(url), newest()
    if found is None:
        raise click.ClickException("the database is empty; run: tramita db upgrade")
    if found != wanted:
        raise click.ClickException(
            f"the database is at revision {found}, this program needs {wanted};"
            " run: tramita db upgrade"
        )
    if is_lent(url):
        raise click.ClickException(f"{LENT}; {LENT_MEND}")

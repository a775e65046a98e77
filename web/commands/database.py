"""`tramita db`: the tables of the database and their versions."""

from __future__ import annotations

import click

from web.commands.installed import installation, settings
from web.commands.speaking import answer, as_json, say
from workflow.storage.dialect import is_sqlite
from workflow.storage.migrations import current, downgrade, newest, upgrade
from workflow.storage.queries.search import lacks_texts
from workflow.storage.roles import UnknownRoleError, restrict


@click.group()
def db() -> None:
    """Bring the tables of the database from one version to another."""


@db.command("upgrade")
@click.argument("revision", default="head")
def upgrade_command(revision: str) -> None:
    """Bring the database up to a REVISION, the newest if none is named.

    Safe to repeat. On PostgreSQL every step is a transaction of its own: a step that fails
    leaves the database as it was before it.
    """
    url = settings().database_url
    upgrade(url, revision)
    say(f"The database is at revision {current(url)}.")
    if current(url) == newest():
        _tell_of_search()


def _tell_of_search() -> None:
    """Say what is left to do where cases are older than the search for words."""
    with installation() as uow, uow.reading() as connection:
        if lacks_texts(connection):
            say("Older cases cannot be searched by words yet; run: tramita search reindex")


@db.command("downgrade")
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask.")
def downgrade_command(revision: str, *, yes: bool) -> None:
    """Take the database back to a REVISION; `base` removes every table and all that is in it.

    Make a backup first: what only newer tables can hold is lost.
    """
    if not yes:
        click.confirm(f"Go back to {revision} and lose what newer tables hold?", abort=True)
    url = settings().database_url
    downgrade(url, revision)
    say(f"The database is at revision {current(url) or 'base'}.")


@db.command("restrict")
@click.argument("role")
def restrict_command(role: str) -> None:
    """Let the PostgreSQL ROLE of the pages and the clock add to history, but never change it.

    The pages are shown no case under it that is not there for whoever asks.

    Run it as the account that owns the tables, the one that `tramita db upgrade` runs under, and
    again after each upgrade; then name ROLE in TRAMITA_DATABASE_URL of `tramita serve` and
    `tramita clock`. A change to the tables themselves stays with the owner.

    \b
        CREATE ROLE tramita_work LOGIN PASSWORD '...'
        tramita db restrict tramita_work
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    with installation() as uow, uow.writing() as connection:
        if is_sqlite(connection):
            raise click.ClickException("SQLite has no roles; guard its file instead")
        try:
            restrict(connection, role)
        except UnknownRoleError as error:
            raise click.ClickException(str(error)) from None
    say(f"{role} may add to history and cannot change it.")


@db.command("current")
@as_json
def current_command(*, as_json: bool) -> None:
    """Tell which revision the database is at, and which this program needs."""
    found, wanted = current(settings().database_url), newest()
    if as_json:
        answer({"current": found, "newest": wanted})
        return
    need = "" if found == wanted else f"; this program needs {wanted}: tramita db upgrade"
    say(f"The database is at revision {found or 'base'}{need}.")

"""What `tramita doctor` looks at so that nothing is lost: database, disks, backups, calendars."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from web.commands.findings import Finding
from web.commands.speaking import utc
from web.settings import Settings
from workflow.core.world import World
from workflow.services.definitions import unsound_types
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.watching import last_backup
from workflow.storage.dialect import is_sqlite, sqlite_options
from workflow.storage.promises import is_encrypted, promises, waiting_for_standbys
from workflow.storage.roles import may_change, sees_past_policies

BACKUP_MAY_REST = timedelta(days=2)
LITTLE_ROOM, NO_ROOM = 0.10, 0.02
"""Shares of a disk that are free."""
NEXT_LISTS_FROM = 10
"""From October on the list of days of the next year should be there: deadlines reach into it."""


def look_at_durability(uow: UnitOfWork, chosen: Settings) -> Iterator[Finding]:
    """Name what would lose work, or make what is counted wrong."""
    with uow.reading() as connection:
        embedded = is_sqlite(connection)
        if not embedded:
            yield from _promised(promises(connection))
            yield from _unconfirmed(waiting_for_standbys(connection))
            yield from _role(may_change(connection))
            yield from _line(encrypted=is_encrypted(connection))
            yield from _wall(sees_past=sees_past_policies(connection))
    if not chosen.demo:
        if embedded:
            mend = (
                "one machine keeps all: copy its backups away; docs/operations.md says how to grow"
            )
            yield Finding("The database is SQLite", mend)
        yield _backup(last_backup(uow), uow.now)
    for folder in _folders(chosen, embedded=embedded):
        usage = shutil.disk_usage(folder)
        yield _room(folder, free=usage.free, total=usage.total)
    yield from _calendars(uow.world(), uow.today)
    yield from _unsound(uow)


def _promised(found: dict[str, str]) -> Iterator[Finding]:
    """Name the settings of PostgreSQL under which a commit may be lost."""
    standbys = found["synchronous_standby_names"]
    for name, losing in (
        ("fsync", ("off",)),
        ("full_page_writes", ("off",)),
        ("synchronous_commit", ("off", *(("local",) if standbys else ()))),
    ):
        if found[name] in losing:
            mend = f"run: ALTER SYSTEM SET {name} = on; SELECT pg_reload_conf();"
            yield Finding(
                f"PostgreSQL may lose what it confirmed: {name} is {found[name]}", mend, True
            )
    if not standbys:
        mend = "give it a synchronous standby; docs/operations.md says how"
        yield Finding("No second server confirms what is written", mend)


def _unconfirmed(waiting: int) -> Iterator[Finding]:
    if waiting:
        mend = (
            "start what synchronous_standby_names names; where this server was it itself, run:"
            " ALTER SYSTEM RESET synchronous_standby_names; SELECT pg_reload_conf();"
        )
        yield Finding(f"{waiting} acts wait for a standby that is not there", mend, wrong=True)


def _role(tables: list[str]) -> Iterator[Finding]:
    if tables:
        mend = "let pages and clock work under a role of their own: tramita db restrict ROLE"
        yield Finding(f"The database account can change history: {', '.join(tables)}", mend)


def _line(*, encrypted: bool) -> Iterator[Finding]:
    if not encrypted:
        mend = "end TRAMITA_DATABASE_URL in ?sslmode=verify-full&sslrootcert=FILE"
        yield Finding("What is asked of PostgreSQL travels in the clear", mend, wrong=True)


def _wall(*, sees_past: bool) -> Iterator[Finding]:
    if sees_past:
        mend = (
            "name a role that neither owns the tables nor is superuser nor has BYPASSRLS,"
            " after: tramita db restrict ROLE"
        )
        yield Finding("The database shows its account every case, sealed ones too", mend)


def _backup(at: datetime | None, now: datetime) -> Finding:
    mend = "run daily: tramita backup FILE, unless the database has backups of its own"
    if at is None:
        return Finding("No backup was ever written by this program", mend)
    old = now - at > BACKUP_MAY_REST
    return Finding(f"The last backup was written at {utc(at)}", mend if old else "")


def _folders(chosen: Settings, *, embedded: bool) -> list[Path]:
    named = [chosen.documents, chosen.proof_folder]
    if embedded:
        file = sqlite_options(chosen.database_url)["url"].removeprefix("sqlite:///")
        named.append(os.path.dirname(file))
    there = (Path(name) for name in named if name and "://" not in name)
    disks = {path.stat().st_dev: path for path in there if path.is_dir()}
    return list(disks.values())


def _room(folder: Path, *, free: int, total: int) -> Finding:
    share = free / total if total else 1.0
    said = f"{free / 2**30:.1f} GB ({share:.0%}) are free on the disk of {folder.absolute()}"
    mend = "make room, or move it to a larger disk" if share < LITTLE_ROOM else ""
    return Finding(said, mend, wrong=share < NO_ROOM)


def _calendars(world: World, today: date) -> Iterator[Finding]:
    years = (today.year, today.year + 1) if today.month >= NEXT_LISTS_FROM else (today.year,)
    for year in years:
        calendars = map(world.calendars.of, world.calendars.keys)
        missing = sorted(one.key for one in calendars if one.is_provisional(year))
        if missing:
            mend = (
                "add them on the page /administracao/calendarios, or run: tramita calendar import"
            )
            yield Finding(f"The days of {year} are not announced yet in {', '.join(missing)}", mend)


def _unsound(uow: UnitOfWork) -> Iterator[Finding]:
    for key, version, faults in unsound_types(uow):
        mend = "mend it and deploy the next version; tramita definitions check FILE tells the story"
        yield Finding(f"{key} {version} is not sound here: {', '.join(faults)}", mend, wrong=True)

"""What `tramita doctor` looks at, one after another; later checks need the earlier ones."""

from __future__ import annotations

import os
import smtplib
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from web.commands.antivirus import look_at_antivirus
from web.commands.durability import look_at_durability
from web.commands.exposure import look_at_exposure
from web.commands.findings import Finding
from web.commands.identity import look_at_providers
from web.commands.installed import opened, settings
from web.commands.parts import look_at_parts
from web.commands.speaking import utc
from web.settings import NOBODY, Settings, SettingsError
from workflow.services import clock
from workflow.services.clock import Health
from workflow.services.definitions import deployments
from workflow.services.liveness import all_stuck
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.dialect import database_now
from workflow.storage.factors import unprotected_administrators
from workflow.storage.lending import LENT, LENT_MEND, is_lent
from workflow.storage.migrations import current, newest
from workflow.storage.officers import has_administrator

PATIENCE = 5.0
CLOCKS_MAY_DIFFER = timedelta(seconds=5)
CLOCK_MAY_REST = timedelta(minutes=15)
"""How long the rounds of a cron job may lie apart."""
MOST_FAILURES = 5


def examine() -> Iterator[Finding]:
    """Look at everything that an installation needs, as far as its settings let one."""
    running = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info < (3, 11)
    yield Finding(f"Python {running}", "install Python 3.11 or newer" if old else "", wrong=old)
    yield look_at_parts(datetime.now(UTC).date())
    try:
        chosen = settings()
    except SettingsError as error:
        for problem in error.problems:
            yield Finding(f"TRAMITA_{problem.name.upper()} {problem.wrong}", problem.mend, True)
        return
    yield Finding("The settings can be used; the secret is long enough")
    yield from look_at_exposure(chosen, os.environ)
    yield from _documents(chosen)
    yield from look_at_antivirus(chosen)
    yield from _mail(chosen)
    yield from look_at_providers(chosen)
    yield from _database(chosen)


def _documents(chosen: Settings) -> Iterator[Finding]:
    if "://" in chosen.documents:
        yield Finding(f"Documents are kept in {chosen.documents}")
        return
    folder = Path(chosen.documents)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        mend = f"let this account write there: chown -R $(id -un) {folder.absolute()}"
        yield Finding(f"{folder} cannot be written ({error.strerror})", mend, wrong=True)
        return
    yield Finding(f"Documents can be written to {folder.absolute()}")


def _mail(chosen: Settings) -> Iterator[Finding]:
    if not chosen.smtp_host:
        mend = "set TRAMITA_SMTP_HOST and TRAMITA_MAIL_FROM, or notices are shown on pages only"
        yield Finding("No mail server is named", mend)
        return
    where = f"{chosen.smtp_host}:{chosen.smtp_port}"
    try:
        with smtplib.SMTP(chosen.smtp_host, chosen.smtp_port, timeout=PATIENCE) as server:
            server.noop()
            starts = server.has_extn("starttls") or (server.ehlo() and server.has_extn("starttls"))
    except (OSError, smtplib.SMTPException) as error:
        mend = "check TRAMITA_SMTP_HOST and TRAMITA_SMTP_PORT; mail waits until it answers"
        yield Finding(f"The mail server {where} does not answer ({error})", mend, wrong=True)
        return
    if chosen.smtp_starttls and not starts:
        mend = "let it offer STARTTLS, or set TRAMITA_SMTP_STARTTLS=false on a network you trust"
        yield Finding(f"The mail server {where} offers no STARTTLS", mend, wrong=True)
        return
    yield Finding(f"The mail server {where} answers")


def _database(chosen: Settings) -> Iterator[Finding]:
    try:
        found = current(chosen.database_url)
    except (SQLAlchemyError, OSError) as error:
        said = str(error).strip().splitlines()[0]
        mend = "start it, or correct TRAMITA_DATABASE_URL; a new installation needs: tramita init"
        yield Finding(f"The database cannot be reached ({said})", mend, wrong=True)
        return
    if found != newest():
        mend = "run: tramita db upgrade" if found else "run: tramita init"
        yield Finding(f"The tables are at revision {found or 'none'}", mend, wrong=True)
        return
    yield Finding(f"The database answers, at revision {found}")
    if is_lent(chosen.database_url):
        yield Finding(LENT, LENT_MEND, wrong=True)
    with opened(chosen) as uow:
        yield from _contents(uow, chosen)
        yield from _clocks(uow, chosen)
        yield from look_at_durability(uow, chosen)
        yield from _standing_still(uow)


def _contents(uow: UnitOfWork, chosen: Settings) -> Iterator[Finding]:
    world = uow.world()
    with uow.reading() as connection:
        administered = has_administrator(connection)
        unprotected = unprotected_administrators(connection)
    yield _present(len(world.calendars.keys), "calendars", "tramita calendar import FOLDER")
    yield _present(len(world.rules), "counting rules", "tramita rules import FILE")
    yield _present(len(world.network), "agencies", "tramita network import FILE")
    yield _present(len(deployments(uow)), "request types", "tramita definitions deploy FILE...")
    registers = len(uow.installation.registers())
    mend = "" if registers else "run: tramita registers deploy FILE..."
    yield Finding(f"{registers} registers" if registers else "There are no registers", mend)
    if not administered:
        yield Finding("Nobody administers it", "run: tramita init")
    if unprotected and chosen.second_factor != NOBODY:
        mend = "they add one at their next sign-in, on the page /conta/"
        yield Finding(f"{unprotected} administrators have no second factor yet", mend)


def _present(how_many: int, what: str, command: str) -> Finding:
    if how_many:
        return Finding(f"{how_many} {what}")
    return Finding(f"There are no {what}", f"run: {command}", wrong=True)


def _clocks(uow: UnitOfWork, chosen: Settings) -> Iterator[Finding]:
    with uow.reading() as connection:
        theirs = connection.execute(select(database_now())).scalar_one()
    apart = abs(datetime.now(UTC) - theirs)
    if apart > CLOCKS_MAY_DIFFER:
        mend = "set both machines by NTP"
        yield Finding(f"The database's clock is {apart} away from this one", mend, wrong=True)
    if chosen.clock_offset:
        yield Finding(f"The clock is shifted by {timedelta(seconds=chosen.clock_offset)}")
    health = clock.health(uow)
    yield _beating(health)
    yield _keeping_up(health)
    yield from _left_undone(health)


def _beating(health: Health) -> Finding:
    if health.alive:
        n = len(health.alive)
        running = "1 clock process runs" if n == 1 else f"{n} clock processes run"
        return Finding(f"{running}; last sweep {utc(health.swept_at)}")
    if health.processes:
        last = health.processes[0]
        heard = f"No clock process runs; {last.process} was last heard of at {utc(last.at)}"
        return Finding(heard, "run beside the pages: tramita clock", wrong=True)
    if health.swept_at is not None and health.at - health.swept_at < CLOCK_MAY_REST:
        return Finding(f"The clock does its rounds; last sweep {utc(health.swept_at)}")
    last_swept = f"; last sweep {utc(health.swept_at)}" if health.swept_at else ""
    mend = "run beside the pages: tramita clock"
    return Finding(f"No clock process runs{last_swept}", mend, wrong=bool(last_swept))


def _keeping_up(health: Health) -> Finding:
    waits = health.backlog
    if not health.lag and not waits.lag:
        return Finding(f"Nothing is due that has not been done; {waits.jobs} jobs wait their turn")
    said = (
        f"The oldest case that is due has waited {_spell(health.lag)};"
        f" {waits.jobs} jobs wait, the oldest {_spell(waits.lag)}"
    )
    mend = "see what the clock process logs; more of them may run" if health.is_late else ""
    return Finding(said, mend)


def _left_undone(health: Health) -> Iterator[Finding]:
    waits = health.backlog
    if waits.delayed_mails:
        said = f"{waits.delayed_mails} of {waits.mails} mails were tried in vain since"
        mend = "see that the mail server takes mail; they are tried until it does"
        yield Finding(f"{said} {utc(waits.delayed_since)}", mend)
    elif waits.mails:
        yield Finding(f"{waits.mails} mails wait to be sent")
    if waits.failing:
        mend = "see what the clock logs; they are tried for three days at most, then named here"
        yield Finding(
            f"{waits.failing} jobs other than notices by mail were tried in vain so far", mend
        )
    for job in health.failures[:MOST_FAILURES]:
        about = f" of case {job.number}" if job.number else ""
        said = f"Job {job.id} ({job.kind}{about}) was given up after {job.attempts} tries"
        mend = f"mend the cause, then run: tramita clock --retry {job.id}"
        yield Finding(f"{said}: {job.reason}", mend)
    if health.failed > MOST_FAILURES:
        yield Finding(f"{health.failed - MOST_FAILURES} more jobs were given up", "mend as above")


def _standing_still(uow: UnitOfWork) -> Iterator[Finding]:
    found = list(islice(all_stuck(uow), MOST_FAILURES + 1))
    mend = "see why and mend it on the page /administracao/parados, or run: tramita stuck"
    for stuck in found[:MOST_FAILURES]:
        why = ", ".join(fault.kind.replace("_", " ") for fault in stuck.faults)
        yield Finding(f"Case {stuck.number} stands still: {why}", mend, True)
    if len(found) > MOST_FAILURES:
        yield Finding("More cases stand still", "list them all: tramita stuck")


def _spell(lag: timedelta) -> str:
    return str(timedelta(seconds=round(lag.total_seconds())))

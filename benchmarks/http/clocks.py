"""One clock or several over the same cases that are due: what each of these costs them together.

Run as a program it is one of the clocks: it waits for a line, sweeps, and tells what it did.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from benchmarks.database import OnPostgres
from benchmarks.growth.town import ZONE, Town
from tests.servers.gunicorn import ROOT
from tests.servers.postgres import database_name
from workflow.services import clock
from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.case import Case
from workflow.storage.engine import make_engine, reading
from workflow.storage.work import NoticeRow

DUE: Final = 300
"""How many cases are due, about."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What some clocks did together."""

    clocks: int
    cases: int
    notices: int
    """As they are kept, whoever issued them."""
    issued: int
    """As the clocks told."""
    seconds: float
    ms: float
    """CPU of clocks and database for each case."""


def sweep_together(database: OnPostgres, town: Town, *, clocks: int) -> Swept:
    """Let some clocks sweep a copy of a town at once."""
    town = replace(town, url=database.server.create(database_name(town.url)))
    at, due = _instant(town)
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.http.clocks", town.url, at.isoformat()],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(clocks)
    ]
    for program in programs:
        assert _said(program) == "ready"
    server, began = database.cpu(), time.monotonic()
    for program in programs:
        assert program.stdin
        program.stdin.write("go\n")
        program.stdin.flush()
    told = [json.loads(_said(program)) for program in programs]
    took = time.monotonic() - began
    cpu = database.cpu() - server + sum(one["cpu"] for one in told)
    for program in programs:
        program.communicate()
    issued = sum(one["notices"] for one in told)
    return Swept(clocks, due, _notices(town, at), issued, took, cpu / due * 1e3)


def as_told(swept: Swept) -> dict[str, float]:
    """Return what was measured as it is written down."""
    return asdict(swept)


def _said(program: subprocess.Popen[str]) -> str:
    assert program.stdout
    return program.stdout.readline().strip()


def _instant(town: Town) -> tuple[datetime, int]:
    """Return when about so many cases are due, and how many those are."""
    engine = make_engine(town.url)
    with reading(engine) as connection:
        order = select(Case.wake_at).where(Case.wake_at.is_not(None)).order_by(Case.wake_at)
        at = connection.execute(order.offset(DUE - 1).limit(1)).scalar_one()
        assert at
        due = connection.execute(select(func.count()).where(Case.wake_at <= at)).scalar_one()
    engine.dispose()
    return at, due


def _notices(town: Town, since: datetime) -> int:
    engine = make_engine(town.url)
    with reading(engine) as connection:
        counted = select(func.count(NoticeRow.id)).where(NoticeRow.issued_at >= since)
        many: int = connection.execute(counted).scalar_one()
    engine.dispose()
    return many


def _be_a_clock(url: str, at: datetime) -> None:
    installation = Installation(make_engine(url), ZONE)
    installation.world()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    before = time.process_time()
    mix = secrets.SystemRandom().shuffle  # as every clock process does
    swept = clock.wake_due(lambda: UnitOfWork(installation, now=at), mails=False, mix=mix)
    told = {"notices": swept.notices, "failed": swept.failed, "cpu": time.process_time() - before}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    _be_a_clock(sys.argv[1], datetime.fromisoformat(sys.argv[2]))

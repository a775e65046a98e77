"""A hundred thousand open deadlines: what the preview says, interruptions and all, is what is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import and_, case, func, select

from tests.counts import count
from tests.servers.clockwork import ROOT
from tests.servers.databases import on_a_drawn_database
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.storage.copying import copy_cases
from tests.storage.counting import counted
from workflow.core.deadlines.calendar import CalendarDay, DayKind
from workflow.services import planning, plans, recounting
from workflow.services.verification import verify
from workflow.storage.audit import miscounted, mistallied, strays
from workflow.storage.case import ActKey, Case, EventRow
from workflow.storage.engine import observing
from workflow.storage.plans import RecountMove
from workflow.storage.sight import EVERYTHING

KILLS = count(1, exhaustive=5)
LOOKED_INTO = 5_000
"""How many cases are compared with all of their history; copies of twenty, all told alike."""
HOLIDAYS = [
    CalendarDay("MG-EXEC", date(2026, 3, day), DayKind.OPTIONAL_HOLIDAY, "Luto", "Decreto 1")
    for day in (10, 20)
]


@pytest.fixture
def office(installation):
    """Open twenty cases in ten days, two of them long enough ago that their day has passed."""
    office = Office(installation, NOON)
    for n in range(20):
        office.now = NOON + timedelta(days=n / 2 if n > 1 else -5)
        number = office.open("silence" if n % 3 == 0 else "errand")
        if n % 7 == 3:
            office.complete(number)
    return office


def many(office, n):
    began = time.monotonic()
    copy_cases(office.installation.engine, n, year=2026)
    return time.monotonic() - began


def planned(office):
    plan = planning.plan_days(office.uow(), key="p", source="Decreto 1", added=HOLIDAYS)
    return recounting.finish(office.uow, plan)


def previewed(office, plan):
    row = RecountMove
    wanted = select(row.number, row.clock_key, row.due_from, row.due_to)
    kept = row.plan_id == plan.id, row.kept.is_(None)
    with office.uow().reading() as connection:
        return sorted(tuple(line) for line in connection.execute(wanted.where(*kept)))


def happened(office):
    wanted = (
        select(Case.number, EventRow.body)
        .join(Case, Case.id == EventRow.case_id)
        .where(EventRow.kind == "deadline_recounted")
    )
    with office.uow().reading() as connection:
        found = list(connection.execute(wanted))
    return sorted(
        (n, b["clock"]["key"], date.fromisoformat(b["from"]), date.fromisoformat(b["to"]))
        for n, b in found
    )


def test_a_preview_costs_few_statements(office, record_property):
    many(office, 1_000)
    with counted(office.installation.engine) as statements:
        plan = planned(office)
    record_property("statements of a preview of 1,000 cases", len(statements))
    assert (plan.moves, plan.kept) == (750, 100)
    assert len(statements) < 100
    assert sum("FROM task" in s or "FROM case" in s or 'FROM "case"' in s for s in statements) < 20


@on_a_drawn_database
@pytest.mark.exhaustive
def test_killed_again_and_again_it_ends_as_the_preview_said(
    office, database_url, tmp_path, random, record_property
):
    n = count(600, exhaustive=120_000)
    made = many(office, n)
    began = time.monotonic()
    plan = planned(office)
    counting = time.monotonic() - began
    expected = previewed(office, plan)
    assert len(expected) == plan.moves > n * 0.7
    assert plan.kept

    began, kills = time.monotonic(), 0
    for share in sorted(random.uniform(0, 0.8) for _ in range(KILLS)):
        kills += _run_and_kill(office, database_url, tmp_path, plan, after=share * plan.moves)
    _run_and_kill(office, database_url, tmp_path, plan, after=None)
    applying = time.monotonic() - began

    done = plans.plan_named(office.uow(), plan.id)
    assert happened(office) == expected
    assert done.moved == plan.cases
    assert done.gone == done.total
    assert plans.failures_of(office.uow(), plan.id) == []
    with office.uow().reading() as connection:
        twice = select(EventRow.case_id).where(EventRow.kind == "deadline_recounted")
        twice = twice.group_by(EventRow.case_id).having(func.count() > 1)
        assert not connection.execute(twice).first()
    assert unsound(office, random) == []
    record_property(
        f"{plan.total:,} open deadlines, {plan.moves:,} moved",
        f"copied in {made:.0f} s, previewed in {counting:.1f} s,"
        f" applied in {applying:.0f} s through {kills} kills -9",
    )
    assert kills


def unsound(office, random):
    """Name whatever is not as histories tell: of all cases their ends and counts, of many all."""
    with observing(office.installation.engine, EVERYTHING) as connection:
        numbers = list(connection.execute(select(Case.number)).scalars())
        wrong = [*miscounted(connection), *mistallied(connection), *strays(connection)]
        wrong += connection.execute(_not_at_their_last_line()).scalars()
    looked_into = random.sample(numbers, min(len(numbers), LOOKED_INTO))
    verified = (verify(office.uow(), number) for number in looked_into)
    return [*wrong, *(found for found in verified if not found.is_sound)]


def _not_at_their_last_line():
    """Find the cases whose row does not say how many lines there are, or how the last is sealed."""
    lines = select(EventRow.case_id, func.max(EventRow.seq).label("seq"), func.count().label("n"))
    last = lines.group_by(EventRow.case_id).subquery()
    line = and_(EventRow.case_id == Case.id, EventRow.seq == last.c.seq)
    there = select(Case.number).outerjoin(last, last.c.case_id == Case.id).outerjoin(EventRow, line)
    as_told = and_(Case.seq == last.c.n, last.c.seq == last.c.n, Case.head == EventRow.hash)
    return there.where(case((as_told, 1), else_=0) == 0)


def _run_and_kill(office, database_url, tmp_path, plan, *, after):
    """Apply a plan in a process of its own, killed after so many cases; say whether it was."""
    environment = {
        "TRAMITA_DATABASE_URL": database_url,
        "TRAMITA_SECRET_KEY": "a secret of the tests, long enough for them",
        "TRAMITA_DOCUMENTS": str(tmp_path / "documents"),
        "TRAMITA_BASE_URL": "http://localhost",
        "TRAMITA_DEMO": "true",
        "TRAMITA_CLOCK_OFFSET": str(round((office.now - datetime.now(UTC)).total_seconds())),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "web.commands", "calendar", "apply", str(plan.id)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    while process.poll() is None:
        if after is not None and _recounted(office) > after:
            process.kill()
            process.wait(10)
            return 1
        time.sleep(0.02)
    assert process.returncode == 0
    return 0


def _recounted(office):
    wanted = select(func.count()).select_from(ActKey).where(ActKey.key.like("recount:%"))
    with office.uow().reading() as connection:
        return connection.execute(wanted).scalar_one()

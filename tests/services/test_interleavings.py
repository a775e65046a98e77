"""Many officers at once on the same few cases: nothing is lost, doubled, or left hanging."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from sqlalchemy import func, select

from tests.counts import count
from tests.installation import deploy
from tests.servers.installed import ZONE
from tests.services.rounds import ROUND, START, Tried, open_round, try_something
from tests.stories import case_now
from workflow.core.engine import settle
from workflow.core.moving import view_of
from workflow.core.timers import timers
from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import verify_all
from workflow.storage.case import ActKey, Case, EventRow, TaskRow
from workflow.storage.engine import make_engine, reading

THREADS = 8
CASES = 3
TIMES = 6
"""How often each of the eight acts in one interleaving."""


@pytest.fixture
def processes(installed_url):
    """The same installation in two processes, as far as a database can tell."""
    made = [Installation(make_engine(installed_url), ZONE) for _ in range(2)]
    deploy(UnitOfWork(made[0], now=START), [ROUND])
    yield made
    for installation in made:
        installation.engine.dispose()


@pytest.mark.exhaustive
def test_whatever_eight_do_at_once_happens_once_and_whole(processes, random, record_property):
    tries = count(20, exhaustive=200)
    first = processes[0]
    counts: Counter[str] = Counter()
    for n in range(tries):
        opened = [open_round(first, f"{n}:{c}", one_at_a_time=c % 2 == 1) for c in range(CASES)]
        with ThreadPoolExecutor(THREADS) as pool:
            tried = interleave(pool, processes, [o.number for o in opened], random, f"{n}")
        lines = {o.number: len(o.change.events) for o in opened}
        nothing_lost_nothing_doubled(first, tried, lines)
        for o in opened:
            nothing_hangs(first, o.number)
        counts.update(told(tried))

    audited = verify_all(UnitOfWork(first, now=START))
    assert audited.is_sound, audited
    assert audited.cases == tries * CASES
    came_of_it = ", ".join(f"{n} {what}" for what, n in counts.most_common())
    record_property(f"{tries} interleavings of {THREADS} threads", came_of_it)
    assert counts["done"] > tries * 15


def interleave(pool, processes, numbers, random: Random, name: str) -> list[Tried]:
    """Let eight threads act at once; some requests are sent twice, under the key they had."""
    start = threading.Barrier(THREADS)
    seeds = [random.random() for _ in range(THREADS)]
    where = {(t, step): random.choice(numbers) for t in range(THREADS) for step in range(TIMES)}

    def act(turn, step, drawn):
        whose = drawn.randrange(THREADS) if drawn.random() < 0.2 else turn
        installation, number = processes[turn % len(processes)], where[whose, step]
        key = f"{name}.{whose}.{step}"
        return try_something(installation, number, drawn, hours=20 * step, key=key)

    def begin(turn):
        drawn = Random(seeds[turn])
        start.wait()
        return [act(turn, step, drawn) for step in range(TIMES)]

    return [tried for all_of_one in pool.map(begin, range(THREADS)) for tried in all_of_one]


def told(tried: list[Tried]) -> Counter[str]:
    return Counter(
        t.refused or ("repeated" if t.done and t.done.repeated else "done") for t in tried
    )


def nothing_lost_nothing_doubled(installation, tried: list[Tried], opened: dict[str, int]) -> None:
    """Hold every acknowledged act against history: there, there once, and nothing beside it."""
    done = [t for t in tried if t.done and t.done.change]
    keys = [t.key for t in done]
    assert len(keys) == len(set(keys))
    lines = Counter(opened)
    with reading(installation.engine) as connection:
        for t in done:
            last = t.done.change.events[-1]
            kept = connection.execute(
                select(EventRow.hash, Case.number)
                .select_from(EventRow)
                .join(ActKey, (ActKey.case_id == EventRow.case_id) & (ActKey.seq == EventRow.seq))
                .join(Case, Case.id == EventRow.case_id)
                .where(ActKey.key == t.key)
            ).all()
            assert [tuple(row) for row in kept] == [(last.hash, t.number)]
            lines[t.number] += len(t.done.change.events)
        for number, expected in lines.items():
            assert connection.execute(length_of(number)).scalar_one() == expected
            assert connection.execute(doubled_tasks(number)).all() == []


def length_of(number):
    return (
        select(func.count())
        .select_from(EventRow)
        .join(Case, Case.id == EventRow.case_id)
        .where(Case.number == number)
    )


def doubled_tasks(number):
    """Select what was asked of the same agency twice in one visit to a state."""
    asked = (TaskRow.visit, TaskRow.key, TaskRow.slot)
    counted = select(*asked).join(Case, Case.id == TaskRow.case_id).where(Case.number == number)
    return counted.group_by(*asked).having(func.count() > 1)


def nothing_hangs(installation, number: str) -> None:
    """Hold that a case waits for somebody or for a day, and for nothing that has happened."""
    case = case_now(installation, number)
    if not case.is_open:
        assert case.tasks == ()
        return
    assert case.tasks or timers(case, installation.world())
    assert settle(case.definition, case.state, view_of(case)) is None

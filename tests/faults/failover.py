"""A cluster whose leader is killed and cut off, again and again, under officers at work.

Not among the tests of every run, by its name: it takes minutes, root and network namespaces.
`make faults` runs it.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from tests.faults.cluster import cluster, enter
from tests.installation import deploy, furnish
from tests.servers.installed import ZONE
from tests.services.rounds import ROUND, START, open_round, try_something
from tests.services.test_interleavings import doubled_tasks, nothing_hangs
from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import verify_all
from workflow.storage.case import ActKey, Case
from workflow.storage.engine import make_engine, reading
from workflow.storage.migrations import upgrade

OFFICERS = 8
CASES = 24
KILLS = CUTS = 5
CALM = 5.0
"""Seconds of work between two faults."""


@dataclass
class Work:
    """What officers do until they are told to stop, and what they were told came of it."""

    url: str
    numbers: list[str] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    repeated: int = 0
    gaps: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def officer(self, name: str, seed: float) -> None:
        """Act on one case after the other; ask again, under the same key, until answered."""
        installation, random = Installation(make_engine(self.url), ZONE), Random(seed)
        step, answered = 0, time.monotonic()
        while not self.over.is_set():
            key, number, drawn = f"{name}.{step}", random.choice(self.numbers), random.random()
            self.tried.add(key)
            if self._insist(installation, number, drawn, hours=step // 50, key=key):
                with self.lock:
                    self.gaps.append(time.monotonic() - answered)
                answered = time.monotonic()
            step += 1
        installation.engine.dispose()

    def _insist(
        self, installation: Installation, number: str, drawn: float, *, hours: int, key: str
    ) -> bool:
        again = False
        while not self.over.is_set():
            try:
                came = try_something(installation, number, Random(drawn), hours=hours, key=key)
            except DBAPIError:
                again = True
                time.sleep(0.2)
                continue
            with self.lock:
                if came.done and came.done.change:
                    self.done.add(key)
                elif came.done and again:  # done by then, or nothing was to be done
                    self.repeated += 1
            return True
        return False


def beside(work: Work, host, seed: float) -> None:
    """Work on the host that is cut off, with the leader that does not know yet."""
    enter(host)
    alone = Work(f"postgresql://postgres@{host.address}/postgres?connect_timeout=2", work.numbers)
    alone.over, alone.tried, alone.done, alone.lock = work.over, work.tried, work.done, work.lock
    alone.officer(f"beside.{seed}", seed)


@pytest.fixture(scope="module")
def hosts():
    with cluster() as made:
        yield made


def test_an_acknowledged_act_outlives_its_leader(hosts, random, record_property):
    upgrade(hosts.url)
    installation = Installation(make_engine(hosts.url), ZONE)
    furnish(UnitOfWork(installation, now=START), types=[])
    deploy(UnitOfWork(installation, now=START), [ROUND])
    work = Work(hosts.url)
    work.numbers = [open_round(installation, f"open.{n}").number for n in range(CASES)]
    faults = ["kill"] * KILLS + ["cut"] * CUTS
    random.shuffle(faults)
    with ThreadPoolExecutor(OFFICERS + CUTS) as pool:
        running = [pool.submit(work.officer, f"o{n}", random.random()) for n in range(OFFICERS)]
        try:
            taken = [befall(hosts, work, fault, pool, random) for fault in faults]
            time.sleep(CALM)
        finally:
            work.over.set()
        for officer in running:
            officer.result(60)
    record_property(
        "faults", ", ".join(f"{f}: {t:.0f} s" for f, t in zip(faults, taken, strict=True))
    )
    record_property("acts acknowledged", len(work.done))
    record_property("answered only when asked again", work.repeated)
    record_property("longest wait for an answer, s", round(max(work.gaps), 1))
    installation.engine.dispose()  # its connections led to whoever led then
    judge(installation, work)
    installation.engine.dispose()


def befall(hosts, work, fault, pool, random) -> float:
    """Let the leader die or be cut off; return how long nobody led."""
    time.sleep(CALM)
    leader = hosts.primary()
    if fault == "kill":
        hosts.kill(leader)
    else:
        hosts.cut(leader)
        pool.submit(beside, work, leader, random.random())
    taken = hosts.await_other(leader)
    time.sleep(CALM)
    hosts.start(leader) if fault == "kill" else hosts.heal(leader)
    hosts.await_whole()
    return taken


def judge(installation, work) -> None:
    """Hold what was acknowledged against what is there."""
    with reading(installation.engine) as connection:
        kept = Counter(connection.execute(select(ActKey.key)).scalars())
        doubled = [connection.execute(doubled_tasks(number)).all() for number in work.numbers]
        cases = connection.execute(select(func.count()).select_from(Case)).scalar_one()
    opened = {f"open.{n}" for n in range(CASES)}
    assert work.done
    assert work.done - set(kept) == set(), "acknowledged and lost"
    assert set(kept) <= work.tried | opened, "done by nobody"
    assert set(kept.values()) == {1}
    assert doubled == [[] for _ in work.numbers]
    assert cases == CASES
    for number in work.numbers:
        nothing_hangs(installation, number)
    audited = verify_all(UnitOfWork(installation, now=START))
    assert audited.is_sound, audited

"""A hundred who send the same at the same instant: done once, and the others are told why."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from tests.counts import count
from tests.faults.offices import CASES as UNDER_WAY
from tests.faults.offices import offices
from tests.installation import acting_as
from tests.servers.installed import ZONE
from tests.services.rounds import OPENER, START, open_round
from workflow.core.acts.answers import Answers
from workflow.core.errors import Refusal, TaskNotOpen, UnknownTask
from workflow.services import tasks
from workflow.services.installation import Installation
from workflow.services.notices import CLOCK_POWERS
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import verify_all
from workflow.storage.case import ActKey
from workflow.storage.engine import make_engine

CASES = count(2, exhaustive=50)
AT_ONCE = count(40, exhaustive=100)
THREADS = 16
"""How many requests one process works on at a time, as it is served."""


@pytest.fixture
def installations(installed_url):
    """The same installation in two processes, as far as a database can tell."""
    first = offices(installed_url, drafts=0).installation
    second = Installation(make_engine(installed_url), ZONE)
    yield first, second
    for installation in (first, second):
        installation.engine.dispose()


def test_the_same_sent_at_the_same_instant_is_done_once(installations, record_property):
    came = {name: Counter() for name in ("same key", "keys of their own")}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for n in range(CASES):
            for name in came:
                number = open_round(installations[0], f"at once {n} {name}").number
                key = f"{number} sent" if name == "same key" else ""
                answers = _all_at_once(pool, installations, number, key)
                assert answers["done"] == 1, answers
                came[name] += answers

    assert set(came["same key"]) <= {"done", "repeated"}
    assert set(came["keys of their own"]) <= {"done", TaskNotOpen.__name__, UnknownTask.__name__}
    clock = UnitOfWork(installations[0], now=START, powers=CLOCK_POWERS)
    with clock.reading() as connection:
        sent = select(func.count()).select_from(ActKey).where(ActKey.key.contains(" sent"))
        assert connection.execute(sent).scalar_one() == 2 * CASES + UNDER_WAY
    kept = verify_all(clock)
    assert kept.is_sound, kept
    for name, answers in came.items():
        record_property(f"{CASES} × {AT_ONCE} at once, {name}", dict(answers))


def _all_at_once(pool, installations, number, key):
    """Let everybody send the draft on; return what each was told."""
    start = threading.Barrier(AT_ONCE)
    threads = [threading.BoundedSemaphore(THREADS) for _ in installations]

    def send(n):
        uow = acting_as(installations[n % 2], OPENER, now=START)
        start.wait()
        own = key or f"{number} sent {n}"
        try:
            with threads[n % 2]:
                done = tasks.complete_task(uow, number, 1, "sent", answers=Answers(), key=own)
        except Refusal as refusal:
            return type(refusal).__name__
        return "repeated" if done.repeated else "done"

    return Counter(pool.map(send, range(AT_ONCE)))

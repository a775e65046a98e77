"""Twenty minutes of work on one installation, which at its end needs no more than at its beginning.

Not among the tests of every run, by its name: `make faults` runs it. TEST_SOAK_MINUTES makes it
shorter, and then it says less.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

from benchmarks.gauges import family_of, memory_of
from tests.faults.crowd import PEOPLE, Crowd, at_work, signed_in
from tests.faults.ledger import hold_against, lines_of_history
from tests.faults.offices import offices, settings_of
from tests.servers.clockwork import ticking
from tests.servers.supervised import supervised
from tests.web.site import address

MINUTES = float(os.environ.get("TEST_SOAK_MINUTES", "20"))
DRAFTS = 2_000
READERS = 2
REST = 0.2
"""Seconds a reader looks at a page."""
LOOKS = 120
"""How often the processes are looked at."""
LEAN = {"MALLOC_ARENA_MAX": "2"}
"""What leaves less to chance: glibc keeps memory apart for each thread, whenever it begins."""
NEVER_RENEWED = ("--max-requests", "0")
"""What keeps the same processes: a new one would hide what an old one has gathered."""
WARM = 0.4
"""The share of the time after which all is there that is kept: caches, pools, arenas."""
MOST_GROWTH = 1.05
MORE_FILES = 4
"""Files and connections that may happen to be open at one look and not at another."""
PAGES = ("/caixa/", "/caixa/?ver=done", "/pedidos/", "/pedidos/{}", "/busca?q=recado", "/prazos/")


class Look(NamedTuple):
    """What the processes of an installation hold at one moment."""

    memory: float
    """In MB."""
    files: int


def test_work_that_goes_on_needs_no_more_memory_and_no_more_files(
    installed_postgresql_url, tmp_path, random, record_property
):
    made = offices(installed_postgresql_url, drafts=DRAFTS)
    with made.installation.engine.connect() as connection:
        before = lines_of_history(connection)
    settings, log = settings_of(installed_postgresql_url, tmp_path), tmp_path / "gunicorn.log"
    with (
        supervised({**settings, **LEAN}, log=log, options=NEVER_RENEWED) as server,
        ticking(settings, log=tmp_path / "clock.log") as clock,
        at_work(server.url, made, random=random) as crowd,
        reading(crowd, made.numbers, random=random) as read,
    ):
        looks = {"pages": list[Look](), "clock": list[Look]()}
        for _ in range(LOOKS):
            time.sleep(MINUTES * 60 / LOOKS)
            assert crowd.ledger.shocks == []
            looks["pages"].append(look(server.process.pid))
            looks["clock"].append(look(clock.pid))

    record_property("acts acknowledged", len(crowd.ledger.acknowledged))
    record_property("pages read", sum(read))
    for name, seen in looks.items():
        early, late = parts(seen)
        record_property(
            f"{name}, MB, then and at the end", f"{early.memory:.0f}, {late.memory:.0f}"
        )
        record_property(f"{name}, open files, then and at the end", f"{early.files}, {late.files}")
    hold_against(crowd.ledger, made.installation, before=before)
    made.installation.engine.dispose()
    for name, seen in looks.items():
        early, late = parts(seen)
        assert late.memory < early.memory * MOST_GROWTH, (name, seen)
        assert late.files <= early.files + MORE_FILES, (name, seen)


@contextmanager
def reading(crowd: Crowd, numbers: tuple[str, ...], *, random: Random) -> Iterator[list[int]]:
    """Let some people look at pages until the block ends; tell how many each has looked at."""
    read = [0] * READERS

    def look_around(n: int, seed: float) -> None:
        drawn, browser = Random(seed), signed_in(crowd.url, address(*PEOPLE[n]))
        while not crowd.stopped.is_set() and not over.is_set():
            answer = browser.get(drawn.choice(PAGES).format(drawn.choice(numbers)))
            if answer.status_code != 200:
                crowd.ledger.shocks.append(f"{answer.url}: {answer.status_code}")
                return
            read[n] += 1
            time.sleep(REST)

    over = threading.Event()
    people = [
        threading.Thread(target=look_around, args=(n, random.random())) for n in range(READERS)
    ]
    for person in people:
        person.start()
    try:
        yield read
    finally:
        over.set()
        for person in people:
            person.join(60)


def look(process: int) -> Look:
    """Return what a process and all that come from it hold now."""
    family = [Path(f"/proc/{one}") for one in family_of(process)]
    return Look(
        sum(memory_of(int(one.name)) for one in family),
        sum(map(_files_of, family)),
    )


def _files_of(process: Path) -> int:
    try:
        return len(list((process / "fd").iterdir()))
    except OSError:
        return 0  # it ended at this moment


def parts(looks: list[Look]) -> tuple[Look, Look]:
    """Return what was held once all was warm, and at the end: the middle of several looks each."""
    several = max(len(looks) // 10, 1)
    begun = int(len(looks) * WARM)
    return _middle(looks[begun : begun + several]), _middle(looks[-several:])


def _middle(looks: list[Look]) -> Look:
    return Look(median(one.memory for one in looks), round(median(one.files for one in looks)))

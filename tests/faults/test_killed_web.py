"""Web processes killed at random under eight people: what they were told is so, and only once."""

from __future__ import annotations

import re
import time
from statistics import median

import pytest

from tests.counts import EXHAUSTIVE, count
from tests.faults.crowd import at_work
from tests.faults.ledger import hold_against, lines_of_history
from tests.faults.offices import offices, settings_of
from tests.servers.databases import KINDS
from tests.servers.supervised import supervised

KILLS = count(1, exhaustive=50)
BETWEEN = count(6, exhaustive=40)
"""How many acts are acknowledged, at most, between two kills."""
DRAFTS = count(6, exhaustive=300)


@pytest.mark.parametrize("kind", KINDS if EXHAUSTIVE else ["sqlite"])  # of the other, its server
def test_what_people_were_told_is_so_whoever_is_killed(
    request, kind, tmp_path, random, record_property
):
    installed_url = request.getfixturevalue(f"installed_{kind}_url")
    made = offices(installed_url, drafts=DRAFTS)
    with made.installation.engine.connect() as connection:
        before = lines_of_history(connection)
    killed, log = [], tmp_path / "gunicorn.log"
    with (
        supervised(settings_of(installed_url, tmp_path), log=log) as server,
        at_work(server.url, made, random=random) as crowd,
    ):
        ways = [server.kill_all, server.kill_worker, server.kill_master]
        random.shuffle(ways)
        for n in range(KILLS):
            crowd.await_acts(random.randint(3, BETWEEN))
            time.sleep(random.uniform(0, 0.2))
            killed.append(time.monotonic())
            ways[n % len(ways)]()
        crowd.await_acts(BETWEEN)

    ledger = crowd.ledger
    assert ledger.shocks == []
    untold = hold_against(ledger, made.installation, before=before)
    made.installation.engine.dispose()
    assert not re.search(r"Traceback|\"level\": \"(error|critical)\"", log.read_text())
    gaps = [gap for at in killed if (gap := ledger.first_after(at)) is not None]
    assert len(gaps) == KILLS
    record_property("kills", len(killed))
    record_property("acts acknowledged", len(ledger.acknowledged))
    record_property("acts acknowledged and lost", 0)
    record_property("acts done that nobody was told of", untold)
    record_property("connections lost", ledger.lost)
    record_property("refused, by status", dict(ledger.refused))
    record_property("first acknowledgement after a kill, seconds, median", round(median(gaps), 1))
    record_property("first acknowledgement after a kill, seconds, longest", round(max(gaps), 1))

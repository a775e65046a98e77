"""Whatever somebody does to history in the database is found, and told where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.counts import count
from tests.services.tampering import Intruder
from tests.stories import SCENARIOS, play_through
from workflow.catalogue.scenarios import read_scenario
from workflow.services.history_log import place_events
from workflow.services.proving import verify_log
from workflow.services.signing import make_key, signer_from
from workflow.services.tree_heads import Folder, publish_heads, sign_head
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import verify_all

NOW = datetime(2026, 4, 1, 15, 0, tzinfo=UTC)
STORIES = {path.stem: path for path in SCENARIOS}


def found_at(uow, keys, outside):
    """Return every place that is named as not being what it was."""
    cases, log = verify_all(uow), verify_log(uow, keys=keys, outside=outside)
    named = {(flaw.number, flaw.seq) for flaw in log.flaws} | {flaw.place for flaw in log.flaws}
    for case in cases.unsound:
        named.add((case.number, case.broken))
        named |= {(case.number, "private") for text in case.differs if "private_value" in text}
    return named


@pytest.mark.exhaustive
def test_every_manipulation_is_found_and_told_where(installed, tmp_path, random):
    make_key(tmp_path / "key", "log.example.org")
    signer, folder = signer_from(tmp_path / "key"), Folder(tmp_path / "heads")
    for minute, story in enumerate(("solved_by_another_unit", "acts_on_the_way")):
        uow = UnitOfWork(installed, now=NOW + timedelta(minutes=minute))
        play_through(read_scenario(STORIES[story], zone=installed.zone), installed)
        place_events(uow)
        sign_head(uow, signer)
        publish_heads(uow, [folder])
    keys, outside = [signer.public], list(folder.heads())
    assert found_at(uow, keys, outside) == set()

    with uow.writing() as connection:
        kept = Intruder(connection, random).kept
    for turn in range(count(19, exhaustive=10_000)):
        with uow.writing() as connection:
            ways = Intruder(connection, random, kept).ways()
            way = ways[turn % len(ways)]
            expected = way()
        assert expected in found_at(uow, keys, outside), (turn, way.__name__, expected)
        with uow.writing() as connection:
            Intruder(connection, random, kept).restore()
    assert found_at(uow, keys, outside) == set()

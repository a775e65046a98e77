"""Whole cases through the services: what is decided in memory is what a database holds."""

from __future__ import annotations

from dataclasses import fields

import pytest

from tests.servers.databases import drawn_kinds
from tests.stories import SCENARIOS, case_now, named, play_through
from workflow.catalogue.scenarios import read_scenario
from workflow.core.playing import play
from workflow.core.snapshot import CaseSnapshot
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import AllVerified, verify_all

pytestmark = pytest.mark.at_work

BESIDE_HISTORY = frozenset({"definition", "noticed_until"})


PLAYED = [
    pytest.param(path, kind, id=f"{kind}-{named(path)}")
    for path in SCENARIOS
    for kind in drawn_kinds(path.stem)
]
"""Each scenario on each database on demand, else on one of them that TEST_SEED draws."""


@pytest.mark.exhaustive
@pytest.mark.parametrize(("path", "installed_url"), PLAYED, indirect=["installed_url"])
def test_a_scenario_ends_on_a_database_as_in_memory_and_as_its_history_tells(path, installed):
    scenario = read_scenario(path, zone=installed.zone)
    number = play_through(scenario, installed)

    definition = installed.newest(scenario.definition)
    told = play(scenario, definition, installed.world()).case
    found = case_now(installed, number)
    parts = [f.name for f in fields(CaseSnapshot) if f.name not in BESIDE_HISTORY]
    assert {p: getattr(found, p) for p in parts} == {p: getattr(told, p) for p in parts}
    audited = verify_all(UnitOfWork(installed, now=scenario.opening.at))
    assert audited == AllVerified(cases=1, events=told.seq)

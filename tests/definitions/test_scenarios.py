"""Every shipped scenario is played to its end, and what it says must come true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import DEFINITIONS, loaded, shipped, world
from workflow.catalogue.scenarios import read_scenario
from workflow.core.history import broken_seal, rebuild
from workflow.core.playing import play

SCENARIOS = sorted((DEFINITIONS / "scenarios").rglob("*.yaml"))
AT_LEAST = 3


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_a_scenario_says_comes_true(path: Path):
    scenario = read_scenario(path, zone=world().zone)
    definition = loaded(DEFINITIONS / f"{scenario.definition}.yaml").definition

    played = play(scenario, definition, world())

    assert [f"{path.name}:{unmet.line}: {unmet.what}" for unmet in played.unmet] == []


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_is_rebuilt_from_its_events_alone(path: Path):
    scenario = read_scenario(path, zone=world().zone)
    definition = loaded(DEFINITIONS / f"{scenario.definition}.yaml").definition

    played = play(scenario, definition, world())

    events = [event for change in played.changes for event in change.events]
    again = rebuild(played.case.number, definition, events)
    assert broken_seal(played.case.number, events) is None
    for part in ("state", "visit", "data", "participants", "tasks", "ended", "latest", "clocks"):
        assert getattr(again, part) == getattr(played.case, part), part
    assert (again.seq, again.head, again.result) == (
        played.case.seq,
        played.case.head,
        played.case.result,
    )


@pytest.mark.parametrize("definition", [path.stem for path in shipped()])
def test_every_request_type_has_its_scenarios(definition: str):
    assert sum(path.parent.name == definition for path in SCENARIOS) >= AT_LEAST

"""Every service of the network: what serves it is shipped, and its story is played to the end."""

from __future__ import annotations

import pytest

from tests.world import DEFINITIONS, loaded, world
from workflow.catalogue.scenarios import read_scenario
from workflow.catalogue.service_rows import shipped_services
from workflow.core.playing import play

ROWS = (*(f"A{n}" for n in range(1, 22)), *(f"R{n}" for n in range(16, 27)))
UNPLAYED = frozenset({"R16"})
"""Its story is told below."""
SERVICES = shipped_services().services


def test_all_services_are_listed():
    assert tuple(one.row for one in SERVICES) == ROWS


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.row)
def test_a_service_is_served_and_its_story_played_to_the_end(service):
    for name in service.served_by:
        assert (DEFINITIONS / f"{name}.yaml").is_file(), name
    story = DEFINITIONS / f"{service.scenario}.yaml"
    if not story.exists():
        assert service.row in UNPLAYED
        return
    scenario = read_scenario(story, zone=world().zone)
    assert scenario.definition in service.served_by
    definition = loaded(DEFINITIONS / f"{scenario.definition}.yaml").definition

    played = play(scenario, definition, world())

    assert played.unmet == ()
    assert played.case.result == "completed"

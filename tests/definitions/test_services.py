"""Every service of the network: what serves it is shipped, and its story is played to the end."""

from __future__ import annotations

import pytest

from tests.world import DEFINITIONS, world
from workflow.catalogue.register_stories import read_story
from workflow.catalogue.registers import shipped_registers
from workflow.catalogue.service_rows import shipped_services
from workflow.core.registers.playing import play
from workflow.services.service_rows import walk

ROWS = (*(f"A{n}" for n in range(1, 22)), *(f"R{n}" for n in range(16, 27)))
SERVICES = shipped_services().services
STORIES = sorted((DEFINITIONS / "registers" / "scenarios").rglob("*.yaml"))


def test_all_services_are_listed():
    assert tuple(one.row for one in SERVICES) == ROWS


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.row)
def test_a_service_is_served_and_its_story_played_to_the_end(service):
    for name in service.served_by:
        assert (DEFINITIONS / f"{name}.yaml").is_file(), name

    walked = walk(service, world())

    assert walked.unmet == ()
    assert walked.served_by in service.served_by
    assert walked.result in ("completed", "ended")


@pytest.mark.parametrize("path", STORIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_a_story_of_a_register_says_comes_true(path):
    story = read_story(path)

    assert path.parent.name == story.register
    assert play(story, shipped_registers()[story.register], world()).unmet == ()

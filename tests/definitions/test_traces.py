"""The separate checker follows every trace of every story, as shipped and as the demo tells it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.stories import SCENARIOS, named
from tests.world import DEFINITIONS, loaded, world
from web.demo.stories import stories
from workflow.catalogue.scenarios import read_scenario
from workflow.core.clock_traces import trace_of
from workflow.core.deadlines.checker import rebuild
from workflow.core.moving import all_clocks
from workflow.core.playing import play
from workflow.core.snapshot import Clock, ClockStatus

TODAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DEMO = stories(TODAY, world().zone)


def clocks_of(scenario) -> list[Clock]:
    """Give every deadline as every act of a story left it."""
    definition = loaded(DEFINITIONS / f"{scenario.definition}.yaml").definition
    changes = play(scenario, definition, world()).changes
    return [clock for change in changes for clock in all_clocks(change.after)]


def follow(clocks: list[Clock]) -> int:
    """Hold each deadline that counts days to the day that its trace alone leads to."""
    followed = 0
    for clock in clocks:
        counted = trace_of(clock, world())
        if counted is None:
            assert clock.term is None or clock.status is ClockStatus.PAUSED
            counted = clock.term and trace_of(clock, world(), still_until=clock.still_since)
            if not counted:
                continue
        elif clock.status is not ClockStatus.PAUSED:
            assert counted.on == clock.due_on, clock
        assert rebuild(counted.trace) == counted.on, clock
        followed += 1
    return followed


@pytest.mark.parametrize("path", SCENARIOS, ids=named)
def test_every_trace_of_a_scenario_leads_to_its_day(path, record_property):
    followed = follow(clocks_of(read_scenario(path, zone=world().zone)))
    assert followed
    record_property("traces", followed)


@pytest.mark.parametrize("story", DEMO, ids=lambda story: story.name)
def test_every_trace_of_the_demo_leads_to_its_day(story, record_property):
    followed = follow(clocks_of(story.scenario))
    assert followed
    record_property("traces", followed)

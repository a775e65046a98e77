"""The proof against a second method: random officers play what it proved, and never contradict."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.soundness.drawn import drawn_definition
from tests.core.soundness.play import play
from tests.counts import count
from tests.world import facts, loaded, shipped
from workflow.core.errors import DefinitionRunsAway
from workflow.core.soundness.exploring import Exploration
from workflow.core.soundness.model import Model
from workflow.core.soundness.proof import prove
from workflow.core.soundness.replaying import replay
from workflow.core.soundness.sight import Sight
from workflow.core.soundness.stories import story_of
from workflow.core.soundness.tracing import Tracer
from workflow.core.soundness.verdict import FaultKind
from workflow.core.timers import timers

STUCK = {
    FaultKind.HANGS,
    FaultKind.GUARD_DEADLOCK,
    FaultKind.MANY_ROLE_OF_NONE,
    FaultKind.TIME_NEVER,
    FaultKind.DEAD_TASK,
}
PLAYS = 12


def sight_of(definition):
    return Sight(Exploration(Model(definition, facts())))


def contradictions(definition, sight, random):
    """Play a definition and return what the proof said could not be."""
    try:
        record, case, stuck = play(definition, facts(), random, steps=30)
    except DefinitionRunsAway:
        runs = any(position.runs_away for position in sight.exploration.reached)
        return [] if runs else ["it runs away"]
    pairs = {
        (definition.transitions[n].source, definition.transitions[n].target)
        for n in sight.transitions
    }
    found = [
        *(f"state {each}" for each in record.states - sight.states),
        *(f"task {each}" for each in record.tasks - sight.tasks),
        *(f"ending {each}" for each in record.endings - sight.endings),
        *(f"move {each}" for each in record.moves - pairs),
    ]
    if stuck and case.state not in {position.state for position in sight.stuck}:
        found.append(f"stuck in {case.state}")
    return found


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_play_never_contradicts_the_proof_of_a_shipped_definition(path, random):
    definition = loaded(path).definition
    sight = sight_of(definition)

    for _ in range(count(10, exhaustive=500)):
        assert contradictions(definition, sight, random) == []


@pytest.mark.exhaustive
@settings(max_examples=count(60, exhaustive=2000))
@given(st.integers(0, 2**32))
def test_play_never_contradicts_the_proof(seed):
    random = Random(seed)
    definition = drawn_definition(random)
    sight = sight_of(definition)

    for _ in range(PLAYS):
        assert contradictions(definition, sight, random) == []


@pytest.mark.exhaustive
@settings(max_examples=count(60, exhaustive=2000))
@given(st.integers(0, 2**32))
def test_every_story_of_a_stuck_case_is_real(seed):
    definition = drawn_definition(Random(seed))

    for fault in prove(definition, facts()).problems:
        if fault.kind in STUCK and fault.about.get("stuck"):
            case = replay(definition, fault.story, facts())
            assert case.is_open
            assert play(definition, facts(), Random(seed), steps=0)[2] is False
            assert timers(case, facts().world) == []


@pytest.mark.exhaustive
@settings(max_examples=count(40, exhaustive=2000))
@given(st.integers(0, 2**32))
def test_every_state_that_is_said_to_be_reached_can_be(seed):
    definition = drawn_definition(Random(seed))
    sight = sight_of(definition)
    reached = {
        position.state: (position, these)
        for position, these in sight.exploration.reached.items()
        if not position.runs_away
    }
    tracer = Tracer(sight.exploration, reached.values())

    for state, target in reached.items():
        story = story_of(sight.exploration, tracer.way_to(*target))
        assert replay(definition, story, facts()).state == state

"""The proof against a second method: random officers play what it proved, and never contradict."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.core.soundness.drawn import drawn_definition
from tests.core.soundness.play import Player, play
from tests.counts import count
from tests.world import facts, loaded, shipped
from workflow.core.errors import AnswersRefused, DefinitionRunsAway, OutcomeHeld
from workflow.core.soundness.exploring import Exploration
from workflow.core.soundness.model import Model
from workflow.core.soundness.proof import prove
from workflow.core.soundness.replaying import StoryDoesNotHold, replay
from workflow.core.soundness.sight import Sight
from workflow.core.soundness.stories import story_of
from workflow.core.soundness.tracing import Tracer
from workflow.core.soundness.verdict import FaultKind, StepKind

STUCK = {
    FaultKind.HANGS,
    FaultKind.GUARD_DEADLOCK,
    FaultKind.MANY_ROLE_OF_NONE,
    FaultKind.TIME_NEVER,
}
BY_TIME = {StepKind.LAPSED, StepKind.MOVED, StepKind.TASK_OPENED}
PLAYS = 8
FILLINGS = 100
BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))


def sight_of(definition):
    return Sight(Exploration(Model(definition, facts())))


def contradictions(definition, sight, random, *, in_turn=False):
    """Play a definition and return what the proof said could not be."""
    if sight.exploration.too_large:
        return []  # refused as unproven, so nothing was said
    try:
        record, case, stuck = play(definition, facts(), random, steps=30, in_turn=in_turn)
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

    for n in range(count(10, exhaustive=500)):
        assert contradictions(definition, sight, random, in_turn=n % 2 == 0) == []


@pytest.mark.exhaustive
@settings(max_examples=count(50, exhaustive=2000))
@given(st.integers(0, 2**32))
@example(1818)  # a guard on what follows from the form
def test_play_never_contradicts_the_proof(seed):
    random = Random(seed)
    definition = drawn_definition(random)
    sight = sight_of(definition)

    for _ in range(PLAYS):
        assert contradictions(definition, sight, random) == []


@settings(max_examples=count(25, exhaustive=2000), deadline=None)
@given(st.integers(0, 2**32))
def test_play_in_turn_reaches_nothing_that_the_proof_of_asking_at_once_rules_out(seed):
    random = Random(seed)
    definition = drawn_definition(random)
    sight = sight_of(definition)

    for _ in range(PLAYS):
        assert contradictions(definition, sight, random, in_turn=True) == []


def is_stuck(case):
    """Say whether nobody and nothing but an act can move a case."""
    player = Player(case.definition, facts(), Random(0))
    return case.is_open and all(
        is_held_with_its_form(player, case, *each) for each in player.possible(case)
    )


def is_held_with_its_form(player, case, what, task, outcome):
    """Say whether a guard holds an outcome back once its form is filled in, however it is.

    Before that nothing may hold it back: a guard also looks at what the form itself gives.
    """
    if what != "complete":
        return False
    held = False
    for _ in range(FILLINGS):
        try:
            player.do(case, what, task, outcome)
        except OutcomeHeld:
            held = True
        except AnswersRefused:
            continue
        else:
            return False
    return held


def replayed(definition, story):
    """Replay a story; None if it hangs on days that only delays and extensions would put so.

    The proof lets days come in any order, for any deadline can be extended and any case
    suspended; the replay lets them come as they are counted, and does at once what falls due at
    once, be it what the proof says runs away.
    """
    hangs_on_days = any(step.kind in BY_TIME for step in story)
    try:
        return replay(definition, story, facts())
    except StoryDoesNotHold:
        if hangs_on_days:
            return None
        raise
    except DefinitionRunsAway:
        problems = {fault.kind for fault in prove(definition, facts()).problems}
        if hangs_on_days and FaultKind.RUNS_AWAY in problems:
            return None
        raise


def runs_away(definition, story):
    try:
        return replayed(definition, story) is None
    except DefinitionRunsAway:
        return True


def check_stories(definition, faults):
    """Hold that each story can be replayed and ends as its fault says."""
    for fault in faults:
        if fault.kind is FaultKind.RUNS_AWAY:
            assert runs_away(definition, fault.story)
        elif fault.story:
            case = replayed(definition, fault.story)
            stuck = fault.kind in STUCK and fault.about.get("stuck")
            assert case is None or not stuck or is_stuck(case)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_the_story_of_a_faulty_definition_is_real(path):
    definition = loaded(path).definition

    check_stories(definition, prove(definition, facts()).problems)


@pytest.mark.exhaustive
@settings(max_examples=count(40, exhaustive=2000))
@given(st.integers(0, 2**32))
@example(92155)  # an act leads to a state that is left at once
def test_every_story_is_real(seed):
    definition = drawn_definition(Random(seed))

    check_stories(definition, prove(definition, facts()).problems)


@pytest.mark.exhaustive
@settings(max_examples=count(30, exhaustive=2000))
@given(st.integers(0, 2**32))
@example(1371)
@example(6441716)  # on the day on which a task opens, the case moves and runs away
def test_every_state_that_is_said_to_be_reached_is(seed):
    definition = drawn_definition(Random(seed))
    exploration = Exploration(Model(definition, facts()))
    reached = {
        position.state: (position, these)
        for position, these in exploration.reached.items()
        if not position.runs_away
    }
    tracer = Tracer(exploration, reached.values())

    for state, target in reached.items():
        case = replayed(definition, story_of(exploration, tracer.way_to(*target)))
        assert case is None or case.state == state

"""What a proof says of a definition, and how it says it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.world import facts, loaded
from workflow.core.soundness.proof import prove
from workflow.core.soundness.replaying import replay
from workflow.core.soundness.telling import describe, tell
from workflow.core.soundness.verdict import FaultKind, Severity

BROKEN = Path(__file__).parents[2] / "definitions" / "broken"


def proven(name, **known):
    definition = loaded(BROKEN / f"{name}.yaml").definition
    return definition, prove(definition, replace(facts(), **known))


def test_a_hanging_case_is_told_as_a_story_with_agencies_and_outcomes():
    definition, verdict = proven("opinions_that_differ")
    (fault,) = verdict.problems

    assert not verdict.sound
    assert tell(definition, fault.story) == [
        "GOV opens a case. The case is in 'Análise'.",
        "SEF ends 'Emitir parecer' with 'Favourable'. The case is in 'Análise'.",
        "SEPLAG ends 'Emitir parecer' with 'Contrary'. The case is in 'Análise'.",
    ]


def test_the_story_is_replayed_by_the_acts_that_move_real_cases():
    definition, verdict = proven("opinions_that_differ")
    case = replay(definition, verdict.problems[0].story, facts())

    assert case.is_open
    assert case.tasks == ()
    assert sorted(ended.outcome for ended in case.ended) == ["contrary", "favourable"]


def test_the_story_of_the_fewest_steps_is_told():
    _, verdict = proven("twenty_of_nineteen")

    assert [step.task for step in verdict.problems[0].story] == [None, "screen"]
    assert verdict.problems[0].story[1].roles == {"consulted": ()}


def test_a_fault_says_where_it_is_written_and_how_to_mend_it():
    path = BROKEN / "opinions_that_differ.yaml"
    (fault,) = proven("opinions_that_differ")[1].problems
    problem = loaded(path).marks.problem(fault.path, *describe(fault))

    assert str(problem).startswith(
        "opinions_that_differ.yaml:13: a case can hang in state 'review'"
    )


def test_terms_that_do_not_fit_are_a_warning():
    _, verdict = proven("opinion_longer_than_the_case")

    assert [fault.severity for fault in verdict.problems] == [Severity.WARNING]
    assert verdict.sound


def test_the_people_of_an_agency_decide_whether_duties_can_be_kept_apart():
    many = proven("three_duties_of_one_agency", officers={"SEF": 3})[1]
    few = proven("three_duties_of_one_agency", officers={"SEF": 1})[1]

    assert many.problems == ()
    assert {fault.kind for fault in few.problems} == {FaultKind.IMPOSSIBLE_DUTIES}


def test_every_kind_of_fault_has_its_sentence():
    for name in sorted(path.stem for path in BROKEN.glob("*.yaml")):
        for fault in proven(name)[1].problems:
            what, mend = describe(fault)
            assert what
            assert mend
            assert "{" not in what

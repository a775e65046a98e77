"""Stories of registers as files tell them, and what turns out otherwise."""

from __future__ import annotations

import pytest

from tests.world import world
from workflow.catalogue.problems import Refused
from workflow.catalogue.register_stories import read_story
from workflow.catalogue.registers import shipped_registers
from workflow.core.registers.playing import play

PORTO = "values: {name: Porto, kind: university, country: PT}"
CREATED = f"- {{on: 2026-03-02, by: SEDE, do: create, {PORTO}}}"


@pytest.fixture
def told(tmp_path):
    def write(*steps):
        path = tmp_path / "story.yaml"
        lines = "\n".join(f"  {step}" for step in steps)
        path.write_text(f"register: partner\ntitle: Told\nsteps:\n{lines}\n", encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("step", "what"),
    [
        ("- {on: 2026-02-30, by: SEDE, do: look}", "no calendar has 2026-02-30"),
        ("- {on: 2026-03-01, by: SEDE, do: look}", "this step comes before the one above"),
        ("- {on: 2026-03-03, by: SEDE, do: lok}", "'lok' is not among what may stand here"),
    ],
)
def test_what_cannot_be_played_is_refused_with_its_line(told, step, what):
    with pytest.raises(Refused) as refused:
        read_story(told(CREATED, step))

    assert [(problem.line, problem.what) for problem in refused.value.problems] == [(5, what)]


@pytest.mark.parametrize(
    ("step", "what"),
    [
        ("do: look, expect: {standing: stale}", "standing is current, not stale"),
        ("do: end", "refused with ReasonMissing"),
        ("do: renew, refused: EntryEnded", "should have been refused with EntryEnded"),
        ("do: look, expect: {values: {kind: ngo}}", "values is {'kind': 'university'}"),
    ],
)
def test_what_turns_out_otherwise_is_told_with_its_line(told, step, what):
    story = read_story(told(CREATED, f"- {{on: 2026-03-03, by: SEDE, {step}}}"))

    [unmet] = play(story, shipped_registers()["partner"], world()).unmet

    assert unmet.line == 5
    assert unmet.what.startswith(what)

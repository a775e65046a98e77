"""Stories in YAML: what is wrong in one is told on its line, and so is what does not come true."""

from __future__ import annotations

import pytest

from tests.services.errands import ERRAND
from tests.world import world
from workflow.catalogue.loader import load_definition
from workflow.catalogue.problems import Refused
from workflow.catalogue.scenarios import read_scenario
from workflow.core.playing import play

STORY = """
definition: errand
title: An errand that rests
opened: {by: SEDE, on: 2026-03-02, data: {subject: Um quadro, description: Um quadro.}}
steps:
  - {on: 2026-03-12, act: suspend, agency: SEDE, since: 2026-03-06, review_on: 2026-03-20,
     ground: force_majeure, reason: Enchente.}
  - {on: 2026-03-16, act: resume, agency: SCC, since: 2026-03-11, expect: {due: {run: 2026-03-19}}}
  - {on: 2026-03-18, act: receive, agency: SEF, task: run}
"""


@pytest.fixture
def played(tmp_path):
    def read_and_play(text):
        path = tmp_path / "story.yaml"
        path.write_text(text, encoding="utf-8")
        scenario = read_scenario(path, zone=world().zone)
        return play(scenario, load_definition(ERRAND).definition, world())

    return read_and_play


def test_a_good_story_comes_true(played):
    assert played(STORY).unmet == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("act: suspend", "act: suspends", "did you mean 'suspend'?"),
        (", review_on: 2026-03-20", "", "suspend needs 'review_on'; add review_on"),
        ("since: 2026-03-06", "since: early", "'early' is no day"),
        ("review_on: 2026-03-20", "review_on: 2026-03-32", "'2026-03-32' is no day"),
        ("ground: force_majeure", "ground: force_major", "did you mean 'force_majeure'?"),
        ("on: 2026-03-12, ", "", "the day is missing"),
        ("since: 2026-03-11", "sinces: 2026-03-11", "did you mean 'since'?"),
        ("{due: {run", "{dues: {run", "did you mean 'due'?"),
    ],
)
def test_what_is_wrong_in_a_story_is_told_on_its_line(played, old, new, said):
    assert old in STORY
    line = STORY[: STORY.index(old)].count("\n") + 1
    with pytest.raises(Refused) as refused:
        played(STORY.replace(old, new, 1))
    told = [(p.line, f"{p.what}; {p.mend}") for p in refused.value.problems]
    assert any(number == line and said in text for number, text in told), told


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("{due: {run: 2026-03-18}}", "{'run': '2026-03-19'}"),
        ("{due: {run: {SEF: 2026-03-18}}}", "{'run': {'SEF': '2026-03-19'}}"),
        ("{due: {whole: 2026-03-18}}", "{'whole': None}"),
        ("{target: {run: 2026-03-18}}", "{'run': None}"),
        ("{warned: {run: {2026-03-19: [holder]}}}", "{'run': {'2026-03-19': ['holder', 'head']}}"),
        ("{warned: {run: {2026-03-20: []}}}", "{'run': {'2026-03-20': ['holder', 'head']}}"),
    ],
)
def test_what_does_not_come_true_is_said_with_what_is_so(played, wanted, found):
    [unmet] = played(STORY.replace("{due: {run: 2026-03-19}}", wanted)).unmet
    assert (unmet.line, unmet.what.partition(", found ")[2]) == (8, found)


def test_a_start_that_was_recorded_late_is_corrected_in_a_story(played):
    move = (
        "{on: 2026-03-05, act: move_start, agency: SCC, task: run, since: 2026-02-25, "
        "reason: Chegou antes., expect: {due: {run: 2026-03-11}}}"
    )
    steps = STORY.index("steps:")
    assert played(f"{STORY[:steps]}steps:\n  - {move}\n").unmet == ()

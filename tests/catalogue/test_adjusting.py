"""What a coordinator adjusts in the text of a type, and that nothing else of it changes."""

from __future__ import annotations

import re

import pytest

from tests.world import shipped
from workflow.catalogue.adjusting import AdjustableKind, adjust, adjustables
from workflow.catalogue.difference import differences
from workflow.catalogue.ladders import Rung, parse_ladder, read_ladder, spell_ladder
from workflow.catalogue.loader import load_definition

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in shipped()}
AWKWARD = 'Um "texto": com # sinais, \\ barras e\nlinhas'


def changed(one):
    if one.kind is AdjustableKind.LADDER:
        return one.value  # the tests below change these
    if one.kind is AdjustableKind.TERM:
        return "77 days before" if one.value.endswith("before") else "77 days"
    return "SES" if one.kind is AdjustableKind.AGENCY else AWKWARD


def test_without_changes_only_the_version_is_raised():
    for text in TEXTS.values():
        newer = re.sub(
            r"(?<=\nversion: )\d+(?=\n)", lambda found: str(int(found[0]) + 1), text, count=1
        )
        assert adjust(text, {}) == newer
        assert adjust(text, {one.key: one.value for one in adjustables(text)}) == newer


@pytest.mark.parametrize("name", TEXTS)
def test_every_adjustable_changes_just_itself(name):
    text = TEXTS[name]
    found = [one for one in adjustables(text) if one.kind is not AdjustableKind.LADDER]
    new = {one.key: changed(one) for one in found}
    before = load_definition(text).normal_form
    after = load_definition(adjust(text, new)).normal_form

    told = differences(before, after)
    assert {one.after for one in told} <= set(new.values())
    assert len(told) >= len(found)
    assert {one.value for one in found} & {one.after for one in told} == set()


def test_terms_that_a_norm_gives_and_what_is_no_adjustable_stay():
    text = TEXTS["opinion_request"]
    found = {one.key: one for one in adjustables(text)}
    terms = [one for one in found.values() if one.kind is AdjustableKind.TERM]

    assert "states.0.tasks.0.deadline.term" not in found
    assert all(load_definition(text) and one.value for one in terms)
    sneaked = {"states.0.tasks.0.deadline.term": "1 day", "owner": "SES", "nothing": "x"}
    assert adjust(text, sneaked) == adjust(text, {})


REMIND = "[7 days before, {when: 1 working day before, to: [holder, head]}, due day]"
ESCALATE = "[{when: 1 working day after, to: [coordinator]}, every 7 days after]"


def at(normal, path):
    for step in path:
        normal = normal[step]
    return normal


@pytest.mark.parametrize("name", TEXTS)
def test_the_warnings_of_every_deadline_are_changed_alone_and_back_again(name):
    text = TEXTS[name]
    ladders = [one for one in adjustables(text) if one.kind is AdjustableKind.LADDER]
    new = {one.key: REMIND if one.name == "remind" else ESCALATE for one in ladders}
    newer = adjust(text, new)
    after = load_definition(newer).normal_form
    told = differences(load_definition(text).normal_form, after)
    assert all({"remind", "escalate"} & {place.name for place in one.places} for one in told)
    for one in ladders:
        assert spell_ladder(read_ladder(at(after, one.path))) == new[one.key]
    back = adjust(newer, {one.key: one.value for one in ladders})
    assert differences(load_definition(text).normal_form, load_definition(back).normal_form) == []
    assert {one.key: one.value for one in adjustables(newer)}.items() >= new.items()
    assert text.count("#") == back.count("#")


def test_warnings_are_read_and_written_alike():
    for text in (REMIND, ESCALATE, "standard", "none"):
        assert spell_ladder(parse_ladder(text)) == text
    assert parse_ladder("[]") == "none"
    assert parse_ladder("[{when: due day, to: head}]") == (Rung("due", to=("head",)),)


BLOCKS = """
key: blocks
version: 1
title: Blocos
summary: Um tipo escrito em blocos.
owner: SCC
roles:
  proponent: {title: Quem pede, bind: opener}
  doer: {title: Quem faz, bind: SEF}
states:
  - key: doing
    title: Em análise
    tasks:
      - key: run
        title: Fazer
        role: doer
        outcomes: [completed]
        deadline:
          term: 10 working days  # da casa
          remind:  # antes
            - 5 working days before
            - when: due day
              to: [head]
          # depois
          rule: house
  - {key: done, title: Concluído, final: completed}
transitions:
  - {source: doing, target: done, when: any completed}
"""


def test_warnings_written_in_blocks_are_changed_and_what_follows_stays():
    remind, escalate = (o for o in adjustables(BLOCKS) if o.kind is AdjustableKind.LADDER)
    assert remind.value == "[5 working days before, {when: due day, to: [head]}]"
    newer = adjust(BLOCKS, {remind.key: REMIND, escalate.key: ESCALATE})
    assert f"remind: {REMIND}\n          # depois" in newer
    assert f"escalate: {ESCALATE}\n          term: 10 working days  # da casa" in newer
    assert load_definition(newer).normal_form["version"] == 2

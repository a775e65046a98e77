"""What a coordinator adjusts in the text of a type, and that nothing else of it changes."""

from __future__ import annotations

import pytest

from tests.world import shipped
from workflow.catalogue.adjusting import AdjustableKind, adjust, adjustables
from workflow.catalogue.difference import differences
from workflow.catalogue.loader import load_definition

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in shipped()}
AWKWARD = 'Um "texto": com # sinais, \\ barras e\nlinhas'


def changed(one):
    if one.kind is AdjustableKind.TERM:
        return "77 days before" if one.value.endswith("before") else "77 days"
    return "SES" if one.kind is AdjustableKind.AGENCY else AWKWARD


def test_without_changes_only_the_version_is_raised():
    for text in TEXTS.values():
        newer = text.replace("\nversion: 1\n", "\nversion: 2\n")
        assert adjust(text, {}) == newer
        assert adjust(text, {one.key: one.value for one in adjustables(text)}) == newer


@pytest.mark.parametrize("name", TEXTS)
def test_every_adjustable_changes_just_itself(name):
    text = TEXTS[name]
    found = adjustables(text)
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

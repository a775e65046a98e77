"""Counting rules as files tell them."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from workflow.catalogue.problems import Refused
from workflow.catalogue.rules import read_rules, rules_from
from workflow.core.deadlines.rules import HOUSE, Ground, Roll, StartMoves, StartsOn
from workflow.core.deadlines.spelling import read_rule, spell_rule
from workflow.core.terms import parse_term

FILE = Path(__file__).parents[2] / "definitions" / "rules.yaml"
TITLE = "title: {pt-BR: Prazo, en: Term, es: Plazo}"
EXPECTED = {
    "lei_9784",
    "lei_14184",
    "lei_9784_42",
    "lai",
    "lei_14133_internet",
    "segov_convenio",
    "publication_extract",
    "fapemig_appeal",
    "contract_term",
    "house",
}


@pytest.fixture(scope="module")
def rules():
    return read_rules(FILE)


def test_the_rules_that_definitions_name_are_shipped(rules):
    assert set(rules) >= EXPECTED
    assert all(set(rule.title) == {"pt-BR", "en", "es"} for rule in rules.values())


def test_a_rule_without_a_source_is_a_house_rule_that_cites_nothing(rules):
    assert rules["house"].house
    assert not rules["lei_9784_42"].house
    assert rules["lei_9784_42"].source == "Lei 9.784/1999, art. 42"


def test_what_is_left_open_by_the_sources_is_said(rules):
    assert all(rule.settled or set(rule.note) == set(rule.title) for rule in rules.values())
    assert not rules["lei_14184"].settled


def test_words_become_what_the_count_needs(rules):
    opinion, internet = rules["lei_9784_42"], rules["lei_14133_internet"]

    assert opinion.term == parse_term("15 days")
    assert opinion.starts_on is StartsOn.OPENING
    assert Ground.INFORMATION in opinion.suspended_by
    assert internet.start_moves is StartMoves.INTERNET_PUBLICATION
    assert rules["contract_term"].roll is Roll.NONE
    assert rules["lai"].longest_extension == parse_term("10 days")


def test_the_ground_that_interrupts_stops_the_clock_too(rules):
    assert rules["decreto_49013"].stops_for(Ground.INFORMATION)
    assert not rules["lei_14184"].stops_for(Ground.INFORMATION)
    assert rules["lei_14184"].stops_for(None)


def test_a_rule_without_more_counts_as_the_house_does():
    [rule] = rules_from(f"rules: [{{key: house, version: 1, {TITLE}}}]").values()

    assert rule == rule_like_house(rule)
    assert rules_from(f'rules: [{{key: x, version: 1, {TITLE}, due_time: "18:00"}}]')[
        "x"
    ].due_time == time(18)


def rule_like_house(rule):
    return type(HOUSE)("house", title=rule.title)


def test_a_rule_is_stored_and_read_back_the_same(rules):
    assert all(read_rule(spell_rule(rule)) == rule for rule in rules.values())


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("rules: []", "the list has 0 items"),
        ("other: 1", "'rules' is missing"),
        ("- a", "the file is not a mapping"),
        (f"rules: [{{key: x, {TITLE}}}]", "'version' is missing"),
        (f"rules: [{{key: x, version: 1, {TITLE}, rolls: next}}]", "did you mean 'roll'?"),
        (f"rules: [{{key: x, version: 1, {TITLE}, roll: nxt}}]", "did you mean 'next'?"),
        (f"rules: [{{key: x, version: 1, {TITLE}, term: soon}}]", "'soon' is not a length"),
        (f"rules: [{{key: x, version: 1, {TITLE}, term: 5 days before}}]", "not a length"),
        (f"rules: [{{key: x, version: 1, {TITLE}, due_time: late}}]", "not a time of day"),
        (f"rules: [{{key: x, version: 1, {TITLE}, suspended_by: [rain]}}]", "'rain'"),
        (f"rules: [{{key: x, version: 1, {TITLE}, settled: false}}]", "needs a note"),
        ("rules: [{key: x, version: 1, title: {en: Term}}]", "missing in pt-BR, es"),
        (
            f"rules: [{{key: x, version: 1, {TITLE}, longest_extension: 5 days,"
            " extension_within_term: true}]",
            "given twice",
        ),
    ],
)
def test_a_faulty_rule_is_refused_with_its_line(written, complaint):
    with pytest.raises(Refused, match=r"^rules\.yaml:1: ") as refused:
        rules_from(written)
    assert complaint in str(refused.value)


def test_every_problem_is_told_at_once():
    text = f"rules:\n- {{key: x, version: 1, {TITLE}, roll: up}}\n- {{key: X y, version: 1}}\n"

    with pytest.raises(Refused) as refused:
        rules_from(text)
    assert [problem.line for problem in refused.value.problems] == [2, 3, 3]


def test_two_rules_of_one_name_are_refused():
    text = f"rules:\n- {{key: x, version: 1, {TITLE}}}\n- {{key: x, version: 2, {TITLE}}}\n"

    with pytest.raises(Refused, match=r"rules\.yaml:3: two rules are called 'x'"):
        rules_from(text)

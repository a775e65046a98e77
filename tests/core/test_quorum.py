"""What a round waits for, as its page says it: quorum, veto and silence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.desk import LOAN, Desk
from workflow.core.quorum import Needs, quorums, silences, vetoes

JOINED = (
    "{source: opinions, target: packing, when: all favourable or contrary or silent or approve}"
)
ALL = "all favourable or contrary or silent or approve or contrary"


def round_of(*joins: str, asked=("SEF", "SEPLAG", "SEE"), **named) -> Desk:
    """Open a round that goes on by other joins than the usual one."""
    if not joins:
        return Desk(asked=asked, **named).drafted()
    written = [f"{{source: opinions, target: packing, when: {join}}}" for join in joins]
    text = LOAN.replace(f"- {JOINED}", "\n  ".join(f"- {one}" for one in written))
    assert text != LOAN
    return Desk(text, asked=asked, **named).drafted()


def told(desk: Desk) -> list[tuple]:
    return [
        (q.needs, q.needed, q.asked, q.given, q.missing, q.possible) for q in quorums(desk.case)
    ]


def test_a_round_that_waits_for_everybody_says_so():
    desk = round_of()
    assert told(desk) == [(Needs.EVERYBODY, 4, 4, 0, 4, True)]
    assert quorums(desk.case)[0].outcomes == ()
    desk.complete("opinion", "contrary")
    assert told(desk) == [(Needs.EVERYBODY, 4, 4, 1, 3, True)]


@pytest.mark.parametrize(
    ("join", "expected"),
    [
        ("at least 2 answered of opinion", (Needs.SOME, 2, 3, 0, 2, True)),
        ("majority favourable of opinion", (Needs.MAJORITY, 2, 3, 0, 2, True)),
        ("any contrary", (Needs.ONE, 1, 4, 0, 1, True)),
        ("all favourable of opinion", (Needs.ALL, 3, 3, 0, 3, True)),
        ("at least 5 favourable", (Needs.SOME, 5, 4, 0, 5, False)),
    ],
)
def test_each_join_is_told_with_what_is_missing(join, expected):
    assert told(round_of(join, ALL))[0] == expected


@pytest.mark.parametrize("join", ["any contrary of legal_opinion", "all contrary of legal_opinion"])
def test_what_others_say_does_not_count_for_a_group(join):
    desk = round_of(join, ALL).opined("contrary", "favourable")
    assert desk.case.state == "opinions"
    desk.examined("contrary")
    assert desk.case.state == "packing"


def test_what_can_no_longer_come_about_is_told_as_such():
    desk = round_of("all favourable of opinion", ALL)
    desk.complete("opinion", "contrary")
    first, last = quorums(desk.case)
    assert (first.possible, last.possible) == (False, True)
    assert first.outcomes == (("opinion", "favourable"),)


def test_an_answer_that_counts_is_silence_only_where_the_join_names_it():
    desk = round_of("at least 2 answered of opinion", ALL).on(3, 30)
    ended = desk.case.visit_tasks()[0]._replace(outcome="silent", lapsed=True)
    case = replace(desk.case, ended=(ended,), tasks=desk.case.tasks[1:])
    assert (quorums(case)[0].given, quorums(case)[1].given) == (0, 1)


def test_those_whose_turn_has_not_come_count_among_those_asked():
    desk = round_of("at least 2 answered of opinion", ALL, in_turn=True)
    assert told(desk)[0] == (Needs.SOME, 2, 3, 0, 2, True)
    assert [one.agencies for one in silences(desk.case)] == [("SEF",), ("AGE",)]


def test_a_binding_opinion_forbids_once_it_is_contrary():
    desk = round_of()
    (veto,) = vetoes(desk.case)
    assert (veto.answers, veto.binding, veto.stands) == (
        (("legal_opinion", "contrary"),),
        True,
        False,
    )
    desk.examined("contrary")
    assert next(vetoes(desk.case)).stands


def test_silence_is_told_by_day_and_by_what_it_is_taken_for():
    found = [(s.task, s.outcome, str(s.due_on), s.agencies) for s in silences(round_of().case)]
    assert found == [
        ("opinion", "silent", "2026-03-16", ("SEF", "SEPLAG", "SEE")),
        ("legal_opinion", None, "None", ("AGE",)),
    ]

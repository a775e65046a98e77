"""Answers that depart from what was asked for, kept while the case goes on."""

from __future__ import annotations

from tests.core.desk import LOAN, Desk
from tests.core.test_track import lines
from tests.world import loaded, shipped
from workflow.core.acts.routing import send_back
from workflow.core.dissent import dissents

ASKED = LOAN.replace(
    "outcomes: [favourable, contrary]",
    "outcomes: {favourable: Favorável, contrary: {title: Contrário, asks: reason}}",
)
WHY = {"reason": "Não cabe."}


def told(desk: Desk) -> list[tuple[str, int, str]]:
    found = dissents(desk.case.definition, lines(tuple(desk.changes)))
    return [
        (one.task.slot, one.task.visit, one.overtaken_by.outcome if one.overtaken_by else "")
        for one in found
    ]


def test_a_contrary_answer_stays_after_its_round():
    desk = Desk(ASKED).drafted().examined()
    desk.complete("opinion", "contrary", by="SEF", **WHY)
    desk.complete("opinion", "favourable", by="SEPLAG")
    assert desk.case.state == "packing"
    assert told(desk) == [("SEF", 2, "")]


def test_an_answer_that_was_overtaken_is_told_apart_and_comes_last():
    desk = Desk(ASKED).drafted()
    desk.complete("opinion", "contrary", by="SEF", **WHY)
    desk.complete("opinion", "contrary", by="SEPLAG", **WHY)
    desk.do(send_back, "drafting", "Falta tudo.", by="SCC")
    desk.drafted()
    assert told(desk) == [("SEPLAG", 2, ""), ("SEF", 2, "")]
    desk.complete("opinion", "favourable", by="SEF")
    assert told(desk) == [("SEPLAG", 2, ""), ("SEF", 2, "favourable")]


def test_the_decision_of_one_who_is_asked_alone_is_no_dissent():
    desk = Desk()
    desk.complete("draft", "refused", reason="Desistimos.")
    assert told(desk) == []


def test_whoever_answers_contrary_in_a_shipped_request_type_says_why():
    contrary = ("contrary", "with_changes", "approve_with_remarks", "correct", "deny")
    silent = [
        f"{path.stem}: {spec.key} {outcome.key}"
        for path in shipped()
        for state in loaded(path).definition.states.values()
        for spec in state.tasks.values()
        for outcome in spec.outcomes.values()
        if outcome.key in contrary and not outcome.asks_reason and not spec.child
    ]
    assert silent == []

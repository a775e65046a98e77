"""Deadlines whose start was recorded wrongly, and internal targets beside the limit."""

from __future__ import annotations

from datetime import date

import pytest

from tests.core.desk import LOAN, Desk
from tests.world import world
from workflow.catalogue.loader import load_definition
from workflow.catalogue.problems import Refused
from workflow.core.acts.information import answer_information, ask_information
from workflow.core.acts.record import correct_data
from workflow.core.acts.standing_still import extend_deadline, suspend
from workflow.core.acts.starts import move_start
from workflow.core.acts.tasks import receive
from workflow.core.acts.time import wake
from workflow.core.clock_moves import clock_moves
from workflow.core.clock_traces import trace_of
from workflow.core.deadlines.checker import rebuild
from workflow.core.errors import ActNotAllowed, NotAssigned, ReasonMissing
from workflow.core.ladder import warnings
from workflow.core.powers import Powers
from workflow.core.targets import target_of
from workflow.core.terms import parse_term

TERM = "        deadline: {term: 10 working days, rule: house}\n"
AIMED = LOAN.replace(TERM, TERM.replace("}", ", target: 5 working days}"), 1)


@pytest.fixture
def desk():
    """Opened on Monday the second of March; the draft is due on Monday the sixteenth."""
    return Desk()


def due(desk, key="draft"):
    return desk.task(key).clock.due_on


# --- Starts ---------------------------------------------------------------------------------------


def test_a_deadline_counts_from_the_day_on_which_it_really_began(desk):
    change = desk.on(3, 10).do(move_start, "task:1", date(2026, 2, 25), "Chegou antes.", by="SCC")
    clock = desk.task("draft").clock
    assert (clock.start, clock.due_on) == (date(2026, 2, 25), date(2026, 3, 11))
    assert clock.generation == 2
    assert clock.start_moved.was == date(2026, 3, 2)
    assert (clock.start_moved.by, clock.start_moved.recorded_on) == ("SCC", date(2026, 3, 10))
    assert change.events[0].body["from"] == "2026-03-16"
    assert rebuild(trace_of(clock, world()).trace) == clock.due_on


@pytest.mark.parametrize(("year", "provisional"), [(2026, False), (2096, True)])
def test_a_deadline_says_from_its_start_whether_the_holidays_of_its_year_are_known(
    year, provisional
):
    desk = Desk(day=date(year, 3, 2))
    assert desk.clock().provisional is desk.task("draft").clock.provisional is provisional


def test_a_corrected_start_outlives_what_moves_others():
    desk = Desk(LOAN.replace(TERM, TERM.replace("}", ", from: received}"), 1))
    desk.on(3, 10).do(move_start, "task:1", date(2026, 3, 6), "Chegou em papel.", by="SCC")
    desk.on(3, 12).do(receive, 1)
    assert desk.task("draft").clock.start == date(2026, 3, 6)


def test_a_start_is_corrected_by_whoever_corrects_data_with_a_reason(desk):
    with pytest.raises(NotAssigned):
        desk.on(3, 10).do(move_start, "task:1", date(2026, 2, 25), "Chegou antes.")
    with pytest.raises(ReasonMissing):
        desk.do(move_start, "task:1", date(2026, 2, 25), " ", by="SCC")


@pytest.mark.parametrize("day", [date(2026, 3, 11), date(2026, 3, 2), date(2024, 12, 31)])
def test_a_start_is_another_day_that_has_passed_not_long_ago(desk, day):
    with pytest.raises(ActNotAllowed):
        desk.on(3, 10).do(move_start, "task:1", day, "Chegou antes.", by="SCC")


def test_a_deadline_that_hangs_on_a_date_has_no_start_of_its_own(desk):
    desk.drafted().examined().opined()
    no = desk.task("pack").no
    with pytest.raises(ActNotAllowed):
        desk.do(move_start, f"task:{no}", date(2026, 3, 1), "Foi antes.", by="SCC")


def test_what_silence_has_answered_is_not_asked_again_by_a_later_start(desk):
    desk.drafted().examined()
    desk.on(3, 17).take(wake(desk.case, now=desk.now(Powers())))
    assert desk.case.state == "packing"
    desk.do(move_start, "case:whole", date(2026, 3, 4), "Chegou depois.", by="SCC")
    assert desk.case.state == "packing"


# --- Targets --------------------------------------------------------------------------------------


def test_a_target_falls_before_the_limit_and_is_warned_of():
    desk = Desk(AIMED)
    clock = desk.task("draft").clock
    assert (target_of(desk.case, clock, world()), clock.due_on) == (
        date(2026, 3, 9),
        date(2026, 3, 16),
    )
    aims = [w for w in warnings(desk.case, world()) if w.rung.name == "target"]
    assert [w.rung.at.date() for w in aims] == [date(2026, 3, 9)]
    assert target_of(desk.case, desk.clock(), world()) is None


def test_a_target_on_a_day_of_a_warning_is_not_told_twice():
    desk = Desk(LOAN.replace(TERM, TERM.replace("}", ", target: 2 working days before}"), 1))
    aim = target_of(desk.case, desk.task("draft").clock, world())
    told = [w.rung for w in warnings(desk.case, world()) if w.rung.at.date() == aim and w.task]
    assert [rung.name for rung in told] == ["target"]


def test_a_target_rests_with_the_limit_but_is_not_extended_with_it():
    desk = Desk(AIMED)
    desk.on(3, 4).do(ask_information, 1, "Que seguro?", of="SEF")
    assert target_of(desk.case, desk.task("draft").clock, world()) is None
    desk.on(3, 6).do(answer_information, 1, "O de sempre.", by="SEF")
    desk.do(extend_deadline, "task:1", parse_term("5 working days"), "Falta o laudo.", by="SCC")
    clock = desk.task("draft").clock
    assert target_of(desk.case, clock, world()) == date(2026, 3, 11)
    assert clock.due_on == date(2026, 3, 25)


def test_a_target_so_long_before_the_limit_moves_with_it():
    desk = Desk(
        LOAN.replace(TERM, "        deadline: {term: 10 working days, target: 2 days before}\n")
    )
    assert target_of(desk.case, desk.task("draft").clock, world()) == date(2026, 3, 13)
    desk.on(3, 4).do(ask_information, 1, "Que seguro?", of="SEF")
    assert target_of(desk.case, desk.task("draft").clock, world()) is None
    desk.on(3, 6).do(answer_information, 1, "O de sempre.", by="SEF")
    desk.do(extend_deadline, "task:1", parse_term("5 working days"), "Falta o laudo.", by="SCC")
    clock = desk.task("draft").clock
    assert target_of(desk.case, clock, world()) == date(2026, 3, 23)
    assert clock.due_on == date(2026, 3, 25)


def test_a_date_that_is_the_limit_itself_may_have_a_target_before_it():
    dated = "        deadline: {due: data.shown_on, target: 1 working day before}\n"
    desk = Desk(LOAN.replace(TERM, dated, 1))
    clock = desk.task("draft").clock
    assert clock.due_on == date(2026, 6, 1)
    assert target_of(desk.case, clock, world()) == date(2026, 5, 29)
    desk.do(correct_data, {"shown_on": "2026-06-10"}, "Adiada.", by="SCC")
    assert target_of(desk.case, desk.task("draft").clock, world()) == date(2026, 6, 9)


@pytest.mark.parametrize(
    "deadline",
    [
        "{term: 10 working days, target: 12 working days}",
        "{term: 10 working days, target: 15 days before}",
        "{due: data.shown_on, target: 5 days}",
        "{term: 10 working days, target: soon}",
    ],
)
def test_a_target_lies_within_a_term(deadline):
    with pytest.raises(Refused, match=r"target|term"):
        load_definition(LOAN.replace(TERM, f"        deadline: {deadline}\n", 1))


# --- Foreseen -------------------------------------------------------------------------------------


def test_an_act_tells_where_it_moves_each_deadline(desk):
    change = desk.on(3, 4).do(suspend, "Enchente.", review_on=date(2026, 3, 11))
    moves = {move.key: move for move in clock_moves(change, world(), goes_on=date(2026, 3, 11))}
    draft = moves["task:1"]
    assert (draft.was, draft.becomes, draft.stands_still) == (
        date(2026, 3, 16),
        date(2026, 3, 23),
        True,
    )
    assert moves["case:whole"].becomes == date(2026, 5, 8)
    assert all(move.moves for move in moves.values())

"""Deadlines whose start moves, by receipt or by a date of the case: what was granted stays."""

from __future__ import annotations

from datetime import date

import pytest

from tests.core.desk import LOAN, Desk
from workflow.core.acts.information import answer_information, ask_information
from workflow.core.acts.record import correct_data
from workflow.core.acts.standing_still import extend_deadline, resume_case, suspend
from workflow.core.acts.tasks import claim, receive, release
from workflow.core.snapshot import ClockStatus
from workflow.core.terms import parse_term

TERM = "        deadline: {term: 10 working days, rule: house}\n"
ON_RECEIPT = LOAN.replace(TERM, TERM.replace("}", ", from: received}"), 1)
SIGNED = "term: 60 days, rule: house, from: data.price_on"
FROM_A_DAY = LOAN.replace(TERM, TERM.replace("}", ", from: data.shown_on}"), 1)


@pytest.fixture
def desk():
    """Opened on Monday the second of March, with a draft that is due from its receipt."""
    return Desk(ON_RECEIPT)


def start(desk):
    return desk.task("draft").clock.start


def test_a_task_given_back_and_taken_again_has_no_more_time(desk):
    desk.on(3, 4).do(receive, 1)
    desk.on(3, 6).do(claim, 1)
    assert start(desk) == date(2026, 3, 4)
    desk.do(release, 1)
    desk.on(3, 10).do(claim, 1)
    assert start(desk) == date(2026, 3, 4)
    assert desk.task("draft").clock.due_on == date(2026, 3, 18)


def test_receipt_sets_no_clock_going_that_waits_for_an_answer(desk):
    desk.on(3, 4).do(ask_information, 1, "Que seguro?", of="SEF")
    desk.on(3, 5).do(receive, 1)
    assert desk.task("draft").clock.status is ClockStatus.PAUSED
    desk.on(3, 9).do(answer_information, 1, "O de sempre.", by="SEF")
    clock = desk.task("draft").clock
    assert (clock.status, clock.due_on) == (ClockStatus.RUNNING, date(2026, 3, 20))


def test_a_clock_that_starts_while_its_case_rests_rests_too():
    dated = "  - {key: price_on, title: Preço em, type: date}\nopening:"
    hung = LOAN.replace("term: 60 days, rule: house, from: opened", SIGNED)
    hung = hung.replace("opening:", dated)
    desk = Desk(hung)
    assert desk.case.clocks == ()
    desk.on(3, 4).do(suspend, "Obras.", review_on=date(2026, 3, 20))
    desk.do(correct_data, {"price_on": "2026-03-04"}, "Faltava.", by="SCC")
    assert desk.clock().status is ClockStatus.PAUSED
    desk.on(3, 9).do(resume_case)
    assert desk.clock().status is ClockStatus.RUNNING


def test_time_that_was_granted_stays_when_a_date_moves():
    desk = Desk(FROM_A_DAY)
    desk.do(extend_deadline, "task:1", parse_term("5 working days"), "Falta o laudo.", by="SCC")
    desk.do(correct_data, {"shown_on": "2026-06-08"}, "Adiada.", by="SCC")
    clock = desk.task("draft").clock
    assert clock.start == date(2026, 6, 8)
    assert [(e.term, e.by, e.note) for e in clock.extensions] == [
        ("5 working days", "SCC", "Falta o laudo.")
    ]
    assert clock.due_on == date(2026, 6, 29)

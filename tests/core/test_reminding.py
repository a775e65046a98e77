"""Reminding whoever is waited for: who may, how often, and that no deadline moves by it."""

from __future__ import annotations

import pytest

from tests.core.desk import Desk
from workflow.core.acts.information import answer_information, ask_information
from workflow.core.acts.reminding import remind
from workflow.core.acts.routing import reassign
from workflow.core.acts.standing_still import suspend
from workflow.core.errors import AlreadyReminded, CaseSuspended, NotAssigned, UnknownTask
from workflow.core.events import Kind


@pytest.fixture
def desk():
    """Open a case in which SEF, SEPLAG and AGE are asked."""
    return Desk().drafted()


def reminded(change) -> list[str]:
    return [e.body["agency"] for e in change.events if e.kind is Kind.REMINDER_SENT]


def test_one_who_is_waited_for_is_reminded_and_no_deadline_moves(desk):
    clocks = [task.clock for task in desk.case.tasks]
    no = desk.task("opinion", of="SEF").no

    change = desk.on(3, 5).do(remind, [no], by="SCC")

    assert reminded(change) == ["SEF"]
    assert [task.clock for task in desk.case.tasks] == clocks
    assert desk.case.reminded[f"task:{no}"].agency == "SCC"


def test_all_who_are_waited_for_are_reminded_by_one_act(desk):
    desk.do(remind, [desk.task("opinion", of="SEF").no], by="SCC")
    change = desk.do(remind, None, by="SCC")

    assert reminded(change) == ["SEPLAG", "AGE"]
    assert len({event.at for event in change.events}) == 1
    with pytest.raises(AlreadyReminded):
        desk.do(remind, None, by="SCC")


def test_nobody_is_reminded_twice_on_a_working_day(desk):
    no = desk.task("opinion", of="SEF").no
    desk.on(3, 6).do(remind, [no], by="SCC")
    for day in (6, 7, 8):  # a Friday and its weekend
        with pytest.raises(AlreadyReminded) as refused:
            desk.on(3, day).do(remind, [no], by="SEDE")
        assert refused.value.particulars["by"] == "SCC"
    assert reminded(desk.on(3, 9).do(remind, [no], by="SEDE")) == ["SEF"]


def test_only_who_asked_may_remind_and_nobody_themselves(desk):
    no = desk.task("opinion", of="SEF").no
    for agency in ("SEPLAG", "SEE", "SEF"):
        with pytest.raises(NotAssigned):
            desk.do(remind, [no], by=agency)
    with pytest.raises(UnknownTask):
        desk.do(remind, [77], by="SCC")


def test_whoever_is_to_answer_a_question_is_reminded_instead(desk):
    no = desk.task("opinion", of="SEF").no
    desk.do(ask_information, no, "Qual o valor?", of="SEE", by="SEF")
    assert reminded(desk.do(remind, [no], by="SEF")) == ["SEE"]
    desk.do(answer_information, no, "Nenhum.", by="SEE")
    assert reminded(desk.do(remind, [no], by="SCC")) == ["SEF"]


def test_an_agency_that_has_just_got_a_task_has_not_been_reminded(desk):
    no = desk.task("opinion", of="SEF").no
    desk.do(remind, [no], by="SCC")
    desk.do(reassign, no, "SEE", "É da educação.", by="SEF")
    assert reminded(desk.do(remind, [no], by="SCC")) == ["SEE"]


def test_nobody_is_reminded_while_a_case_rests_or_for_those_whose_turn_has_not_come():
    desk = Desk(asked=("SEF", "SEPLAG"), in_turn=True).drafted()
    assert reminded(desk.do(remind, None, by="SCC")) == ["SEF", "AGE"]
    review = desk.at.date().replace(day=20)
    desk.on(3, 10).do(suspend, "Falta um papel.", review_on=review)
    with pytest.raises(CaseSuspended):
        desk.do(remind, None, by="SCC")

"""Every open case can be moved by somebody, a day or another case; which cannot is found."""

from __future__ import annotations

from datetime import date

import pytest

from tests.counts import count
from tests.installation import acting_for, furnish
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.services.planted import (
    APART,
    ELSEWHERE,
    LATER,
    PLANTED,
    RELEASED,
    change,
    leave,
    no_officer,
    officer_left,
    review_passed,
    step_failed,
)
from tests.storage.copying import copy_cases
from tests.storage.counting import counted
from workflow.core.acts.answers import Answers
from workflow.core.errors import NotAssigned, ReasonMissing
from workflow.core.liveness import FaultKind, Mend
from workflow.services import cases, liveness, tasks
from workflow.services.stuck import NothingStuck, Wanted, mend, stuck_page
from workflow.storage.people import Membership


@pytest.fixture
def office(installation):
    made = Office(installation, NOON)
    furnish(made.uow(), types=[APART, RELEASED, ELSEWHERE])
    made.turn()
    return made


def coordinating(office):
    return acting_for(office.uow(), office.coordinator, "SCC")


def found(office):
    return {
        (stuck.number, fault.kind): fault
        for stuck in liveness.all_stuck(office.uow())
        for fault in stuck.faults
    }


def test_every_sort_of_fault_is_planted():
    assert set(PLANTED) == set(FaultKind)
    assert len(PLANTED) >= 12


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_fault_is_found_told_once_and_mended_in_one_act(office, kind):
    plant, expected = PLANTED[kind]
    healthy = office.open("elsewhere")
    office.turn()
    number = plant(office)
    if kind is not FaultKind.NOT_WOKEN:
        office.now += LATER
    assert {where for where, _ in found(office)} == {number} != {healthy}
    fault = found(office)[number, kind]
    assert fault.mend is expected
    assert kind is FaultKind.STEP_FAILED or fault.since <= office.now

    assert liveness.look(office.uow()).new >= 1
    assert liveness.look(office.uow()).new == 0
    assert office.told().count(("case_stuck", office.coordinator)) >= 1
    (line,) = stuck_page(coordinating(office), everything=False).cases
    assert line.number == number
    wanted = Wanted(number, kind, fault.task_no, "Para o pedido andar.")
    assert mend(coordinating(office), wanted, key=office.key()) is expected
    assert (number, kind) not in found(office)
    assert kind not in {f.kind for c in page_of(office) for f in c.faults}
    with pytest.raises(NothingStuck):
        mend(coordinating(office), wanted, key=office.key())


def page_of(office):
    return stuck_page(coordinating(office), everything=False).cases


def test_the_mended_case_goes_on_to_its_end(office):
    number = no_officer(office)
    wanted = Wanted(number, FaultKind.NO_OFFICER, 1, "SEF ficou sem gente.")
    mend(coordinating(office), wanted, key=office.key())
    heir = office.case(number).tasks[0].agency
    assert heir == "SCC"
    tasks.complete_task(
        coordinating(office), number, 1, "completed", answers=Answers(), key=office.key()
    )
    assert not office.case(number).is_open


def test_a_task_whose_holder_is_gone_goes_to_a_colleague(office):
    number = officer_left(office)
    office.now += LATER
    wanted = Wanted(number, FaultKind.OFFICER_LEFT, 1, "Saiu.", officer=office.head)
    mend(coordinating(office), wanted, key=office.key())
    assert office.case(number).tasks[0].assignee == office.head


def test_a_suspension_is_given_another_review_instead(office):
    number = review_passed(office)
    wanted = Wanted(number, FaultKind.REVIEW_PASSED, reason="x", review_on=date(2026, 3, 20))
    mend(coordinating(office), wanted, key=office.key())
    assert office.case(number).suspension.review_on == date(2026, 3, 20)
    assert found(office) == {}


def test_only_who_coordinates_the_type_mends_and_says_why(office):
    number = no_officer(office)
    wanted = Wanted(number, FaultKind.NO_OFFICER, 1, "x")
    opener = acting_for(office.uow(), office.opener, "SEDE")
    for technical in (False, True):
        with pytest.raises(NotAssigned):
            mend(opener, wanted, key=office.key(), technical=technical)
    with pytest.raises(ReasonMissing):
        mend(coordinating(office), Wanted(number, FaultKind.NO_OFFICER, 1), key=office.key())


def test_who_keeps_the_installation_mends_what_decides_nothing(office):
    number = step_failed(office)
    wanted = Wanted(number, FaultKind.STEP_FAILED)
    keeper = office.uow()
    assert mend(keeper, wanted, key=office.key(), technical=True) is Mend.RETRY


def test_what_goes_on_again_is_forgotten_and_its_notice_taken_back(office):
    no_officer(office)
    liveness.look(office.uow())
    assert ("case_stuck", office.coordinator) in office.told()
    change(office, Membership, valid_to=None)
    assert liveness.look(office.uow()).gone == 1
    assert ("case_stuck", office.coordinator) not in office.told()


def test_where_nobody_is_left_the_mend_is_to_employ_somebody(office):
    number = no_officer(office)
    leave(office, "SCC")
    assert found(office)[number, FaultKind.NO_OFFICER].mend is Mend.EMPLOY


def test_silence_that_will_answer_moves_a_case_that_nobody_can(office):
    office.open("silence")
    leave(office, "SEF")
    assert found(office) == {}


def test_once_an_hour_one_of_many_clocks_looks(office):
    assert liveness.watch(office.uow) is not None
    assert liveness.watch(office.uow) is None
    office.now += liveness.EVERY
    assert liveness.watch(office.uow) is not None


@pytest.mark.exhaustive
def test_healthy_cases_give_no_alarm_and_are_read_a_page_at_a_time(office, installation):
    for key in ("errand", "silence", "household", "apart", "released", "errand"):
        office.open(key)
    office.turn()
    office.claim("2026-000001-16")
    number = office.open()
    opener = acting_for(office.uow(), office.opener, "SEDE")
    cases.suspend(opener, number, "x", review_on=date(2026, 3, 20), key=office.key())
    office.turn(NOON + LATER)
    many = count(400, exhaustive=10_000)
    copy_cases(installation.engine, many, year=2026)

    with counted(installation.engine) as statements:
        looked = liveness.look(office.uow())
    assert (looked.stuck, looked.new) == (0, 0)
    assert looked.cases >= many * 0.9
    assert not any(s.startswith(("INSERT", "UPDATE", "DELETE")) for s in statements)
    assert len(statements) <= 5 + 6 * (1 + many // liveness.PAGE)

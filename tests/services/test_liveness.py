"""Every open case can be moved by somebody, a day or another case; which cannot is named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from tests.installation import furnish
from tests.services.conftest import NOON
from tests.services.errands import ERRAND, Office
from workflow.services.liveness import stranded, watch
from workflow.storage.case import TaskRow
from workflow.storage.people import Membership

UNTIMED = ERRAND.replace("key: errand", "key: untimed").replace(
    "        deadline: {term: 10 working days, rule: house}\n", ""
)

A_MONTH_ON = NOON + timedelta(days=30)
"""All that the clock says of a task that nobody takes up has been said."""


@pytest.fixture
def office(installation):
    made = Office(installation, NOON)
    furnish(made.uow(), types=[UNTIMED])
    return made


def everybody_leaves(office, *agencies):
    with office.uow().writing() as connection:
        gone = update(Membership).where(Membership.agency.in_(agencies))
        connection.execute(gone.values(valid_to=date(2026, 3, 1)))


def test_cases_that_somebody_or_a_day_moves_are_not_named(office):
    office.open("untimed")
    office.open("household")
    office.turn(A_MONTH_ON)
    assert stranded(office.uow()) == []

    everybody_leaves(office, "SEF")
    timed = office.open("errand")
    assert timed not in {case.number for case in stranded(office.uow())}


def test_a_case_whose_agency_has_lost_its_people_is_named_with_it(office, caplog):
    number = office.open("untimed")
    office.turn(A_MONTH_ON)
    everybody_leaves(office, "SEF")

    assert [(c.number, c.agencies) for c in stranded(office.uow())] == [(number, ("SEF",))]
    assert watch(office.uow()) == 1
    assert f"case {number} stands still: its tasks wait for SEF" in caplog.text


def test_a_head_above_an_agency_still_moves_its_cases(office):
    number = office.open("untimed")
    office.turn(A_MONTH_ON)
    change_tasks(office, agency="SEF/AEST")

    assert stranded(office.uow()) == []
    everybody_leaves(office, "SEF")
    assert [c.number for c in stranded(office.uow())] == [number]


def test_a_closed_case_waits_for_nobody(office):
    number = office.open("untimed")
    office.complete(number)
    everybody_leaves(office, "SEF")
    assert stranded(office.uow()) == []


def test_a_case_with_nothing_to_do_and_no_day_to_come_is_named(office):
    number = office.open("untimed")
    office.turn(A_MONTH_ON)
    change_tasks(office, status="cancelled")

    assert [(c.number, c.agencies) for c in stranded(office.uow())] == [(number, ())]


def change_tasks(office, **values):
    """Damage every task, as no act ever would."""
    with office.uow().writing() as connection:
        connection.execute(update(TaskRow).values(**values))

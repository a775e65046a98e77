"""Work reaches an inbox where somebody is, however the agencies and their people change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.installation import acting_for
from tests.services.errands import Office
from workflow.services.installation import Installation
from workflow.services.network import replace_network
from workflow.services.tasks import reassign
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.officers import change_membership, change_officer, memberships

ENDED = date(2026, 1, 31)


@pytest.fixture
def office(installation, uow):
    return Office(installation, uow.now)


def agency_of(office, number):
    return office.case(number).tasks[0].agency


def leave(office, officer):
    """End what an officer is anywhere."""
    with office.uow().writing() as connection:
        for held in memberships(connection):
            if held["officer_id"] == officer:
                begun = held["valid_from"]
                change_membership(connection, held["id"], valid_from=begun, valid_to=ENDED)


def test_a_task_goes_to_the_coordinator_from_the_day_nobody_is_left(office):
    assert agency_of(office, office.open()) == "SEF"
    leave(office, office.doer)
    assert agency_of(office, office.open()) == "SEF"
    leave(office, office.head)
    assert agency_of(office, office.open()) == "SCC"


def test_an_account_that_is_closed_acts_for_nobody(office):
    for officer in (office.doer, office.head):
        with office.uow().writing() as connection:
            change_officer(connection, officer, active=False)
    assert agency_of(office, office.open()) == "SCC"


def test_another_process_sees_at_its_next_act_who_has_come(office):
    leave(office, office.doer)
    leave(office, office.head)
    other = Installation(office.installation.engine, office.installation.zone)
    before = UnitOfWork(other, now=office.now)
    assert before.world().network.heir("SEF", owner="SCC", day=before.today) == "SCC"
    with office.uow().writing() as connection:
        for held in memberships(connection):
            change_membership(connection, held["id"], valid_from=held["valid_from"], valid_to=None)
    again = UnitOfWork(other, now=office.now)
    assert again.world().network.heir("SEF", owner="SCC", day=again.today) == "SEF"


def test_what_an_agency_had_open_when_it_ended_is_the_coordinators_to_move(office):
    number = office.open()
    uow = office.uow()
    ended = replace(uow.world().network.agency("SEF"), valid_to=ENDED)
    assert replace_network(uow, [ended]).ended == ("SEF",)
    assert agency_of(office, number) == "SEF"
    from_scc = acting_for(uow, office.coordinator, "SCC")
    reassign(from_scc, number, 1, "SEPLAG", "A SEF foi extinta.", key=office.key())
    assert agency_of(office, number) == "SEPLAG"

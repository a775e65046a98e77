"""Leaving an agency: what is open is handed on in one act, and only then the doors are closed."""

from __future__ import annotations

from datetime import date

import pytest

from tests.installation import acting_for, employ
from tests.services.conftest import NOON
from tests.services.errands import Office as Errands
from workflow.core.offices import NotInCharge, Office
from workflow.core.powers import Powers, Standing
from workflow.services import absence, leaving, tasks
from workflow.services.absence import Wish
from workflow.services.leaving import HeirMissing, UnknownDeparture
from workflow.storage.officers import add_memberships
from workflow.storage.queries.events import case_id_of, events_of
from workflow.storage.queries.people import officers_of
from workflow.storage.queries.staff import person


@pytest.fixture
def office(installation):
    office = Errands(installation, NOON)
    office.colleague = employ(office.uow(), "caio@example.org", SEF="officer")
    return office


def head(office, officer=None, **more):
    standing = Standing(frozenset({"SEF"}), frozenset({"SEF"}))
    return office.uow().as_powers(
        Powers(officer=officer or office.head, agency="SEF", own=standing, **more)
    )


def run_of(uow):
    return Office(uow.powers, uow.world().network)


def left(office, officer=None, uow=None):
    uow = uow or head(office)
    return leaving.estate(uow, officer or office.doer, "SEF", office=run_of(uow))


def holders(office, *numbers):
    return [office.case(number).tasks[0].assignee for number in numbers]


def in_service(office):
    with office.uow().reading() as connection:
        here = {row.id for row in officers_of(connection, "SEF", today=office.uow().today)}
        return office.doer in here, person(connection, office.doer).active


def held(office, n=3):
    numbers = [office.open() for _ in range(n)]
    for number in numbers:
        office.claim(number)
    return numbers


def choose(estate, *heirs):
    return {(t.case_id, t.no): heir for t, heir in zip(estate.tasks, heirs, strict=True)}


def test_each_task_goes_where_it_was_sent_and_then_the_account_is_closed(office):
    numbers = held(office)
    estate = left(office)
    assert [task.number for task in estate.tasks] == numbers
    assert office.colleague in estate.heirs

    to = choose(estate, office.colleague, None, office.head)
    made = leaving.begin(head(office), estate, to, reason="aposentadoria", key="k")
    assert in_service(office) == (True, True)
    office.turn()

    assert holders(office, *numbers) == [office.colleague, None, office.head]
    assert in_service(office) == (False, False)
    assert leaving.departure(office.uow(), made)["ended_at"]
    assert ("task_assigned", office.colleague) in office.told()
    with office.uow().reading() as connection:
        last = events_of(connection, case_id_of(connection, numbers[0]))[-1]
    assert (last.kind, last.by.officer) == ("task_assigned", office.head)


def test_a_form_sent_twice_and_a_clock_that_died_hand_on_once(office):
    numbers = held(office, 2)
    estate = left(office)
    to = choose(estate, office.colleague, office.colleague)
    first, second = (leaving.begin(head(office), estate, to, reason="", key="k") for _ in range(2))
    assert first == second
    leaving.advance(office.uow(), first, limit=1)
    assert holders(office, *numbers) == [office.colleague, office.doer]
    assert left(office).under_way == first
    office.turn()
    assert holders(office, *numbers) == [office.colleague] * 2
    assert in_service(office) == (False, False)


def test_what_came_meanwhile_goes_to_the_queue(office):
    (early,) = held(office, 1)
    estate = left(office)
    leaving.begin(head(office), estate, choose(estate, office.colleague), reason="", key="k")
    (late,) = held(office, 1)
    tasks.assign(head(office, office.colleague), early, 1, office.doer, key="back")
    office.turn()
    assert holders(office, early, late) == [office.colleague, None]
    assert in_service(office) == (False, False)


def test_nobody_inherits_who_does_not_work_there(office):
    held(office, 1)
    estate = left(office)
    for stranger in (office.opener, office.doer):
        with pytest.raises(HeirMissing):
            leaving.begin(head(office), estate, choose(estate, stranger), reason="", key="k")


def test_only_who_is_in_charge_lets_somebody_go_and_nobody_themselves(office):
    uow = acting_for(office.uow(), office.colleague, "SEF")
    with pytest.raises(UnknownDeparture):
        left(office, uow=uow)
    with pytest.raises(UnknownDeparture):
        left(office, office.opener)
    with pytest.raises(NotInCharge):
        left(office, office.head)


def test_what_was_lent_ends_with_whoever_leaves_and_the_other_is_told(office):
    uow = office.uow()
    wish = Wish(office.colleague, office.doer, uow.today, uow.today)
    absence.arrange(uow, wish, office=None, key="lent")
    assert len(left(office).substitutions) == 1
    leaving.begin(head(office), left(office), {}, reason="", key="k")
    office.turn()
    assert ("substitution_ended", office.colleague) in office.told()
    assert left(office, office.colleague).substitutions == ()


def test_who_works_elsewhere_too_keeps_the_account(office):
    with office.uow().writing() as connection:
        place = {"officer_id": office.doer, "agency": "SEDE", "role": "officer"}
        add_memberships(connection, [{**place, "valid_from": date(2026, 1, 1), "valid_to": None}])
    estate = left(office)
    leaving.begin(head(office), estate, {}, reason="mudança", key="k")
    office.turn()
    assert in_service(office) == (False, True)


def test_the_coordinator_of_the_network_sees_that_there_is_a_task_not_of_what(office):
    held(office, 1)
    root = office.uow().world().network.root
    chief = office.uow().as_powers(Powers(officer=9, coordinates=frozenset({root})))
    with office.uow().writing() as connection:
        connection.exec_driver_sql("update \"case\" set access = 'restricted'")
    (task,) = left(office, uow=chief).tasks
    assert not task.readable

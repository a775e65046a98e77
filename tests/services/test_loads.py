"""What each officer of an agency has to do, counted for its head without reading a task."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.installation import acting_for, employ
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.storage.counting import counted
from workflow.core.errors import NotAssigned
from workflow.core.offices import Office as Reach
from workflow.services import absence, snoozing, tasks
from workflow.services.absence import Wish
from workflow.services.bulk import assign_colleague
from workflow.services.loads import Work, loads_of, tasks_of_officer
from workflow.storage.base import NOBODY
from workflow.storage.engine import writing
from workflow.storage.officers import change_membership
from workflow.storage.queries.staff import memberships_listed


@pytest.fixture
def office(installation):
    made = Office(installation, NOON)
    made.colleague = employ(made.uow(), "caio@example.org", SEF="officer")
    return made


def as_head(office):
    return acting_for(office.uow(), office.head, "SEF", head=True)


def works(office):
    """Return what each officer has to do, by name, and what nobody has taken."""
    loads = loads_of(as_head(office), "SEF")
    return {one.name: one.work for one in loads.officers}, loads.free


def test_a_head_sees_what_each_officer_has_to_do(office):
    for _ in range(3):
        office.claim(office.open())
    office.open()
    held, free = works(office)
    assert held == {"Dario": Work(3, 0, 0, 30), "Caio": Work(), "Helena": Work()}
    assert free == Work(1, 0, 0, 10)

    office.now = NOON + timedelta(days=10)
    office.open()
    held, free = works(office)
    assert held["Dario"].soon == 3
    assert 3 <= held["Dario"].days < 30
    assert (free.tasks, free.soon) == (2, 1)

    office.now = NOON + timedelta(days=30)
    held, free = works(office)
    assert held["Dario"] == Work(3, 3, 0, 3)
    assert free == Work(2, 2, 0, 2)


def test_what_is_due_today_counts_as_a_day_and_is_not_late(office):
    number = office.open()
    office.claim(number)
    (task,) = tasks_of_officer(as_head(office), "SEF", office.doer, after=None, limit=9)
    office.now = NOON + (task.due_on - NOON.date())
    assert works(office)[0]["Dario"] == Work(1, 0, 1, 1)


def test_what_was_put_aside_counts_and_is_listed(office):
    number = office.open()
    office.claim(number)
    snoozing.snooze(office.as_doer(), number, 1, NOON.date() + timedelta(days=1))
    assert works(office)[0]["Dario"].tasks == 1
    listed = tasks_of_officer(as_head(office), "SEF", office.doer, after=None, limit=9)
    assert [item.number for item in listed] == [number]
    assert tasks_of_officer(as_head(office), "SEF", NOBODY, after=None, limit=9) == []


def test_who_heads_nothing_sees_no_load(office):
    with pytest.raises(NotAssigned):
        loads_of(office.as_doer(), "SEF")
    with pytest.raises(NotAssigned):
        loads_of(acting_for(office.uow(), office.head, "SEE", head=True), "SEF")
    with pytest.raises(NotAssigned):
        tasks_of_officer(office.as_doer(), "SEF", office.head, after=None, limit=9)


def test_work_that_is_moved_is_counted_where_it_went(office):
    number = office.open()
    office.claim(number)
    assign_colleague(as_head(office), number, 1, office.colleague, key=office.key())
    held, _ = works(office)
    assert (held["Caio"].tasks, held["Dario"].tasks) == (1, 0)


def test_who_is_away_is_shown_until_when(office):
    away = Wish(
        absent=office.doer,
        substitute=office.colleague,
        first=NOON.date(),
        last=NOON.date() + timedelta(days=4),
    )
    reach = Reach(office.as_doer().powers, office.uow().world().network)
    absence.arrange(office.as_doer(), away, office=reach, key=office.key())

    found = {one.name: one.absent_until for one in loads_of(as_head(office), "SEF").officers}
    assert found == {"Dario": NOON.date() + timedelta(days=4), "Caio": None, "Helena": None}
    office.now = NOON + timedelta(days=5)
    assert {one.absent_until for one in loads_of(as_head(office), "SEF").officers} == {None}


def test_tasks_of_who_is_gone_do_not_disappear(office):
    office.claim(office.open())
    with writing(office.installation.engine) as connection:
        (held,) = memberships_listed(connection, office.doer)
        yesterday = NOON.date() - timedelta(days=1)
        change_membership(connection, held.id, valid_from=held.valid_from, valid_to=yesterday)
    loads = loads_of(as_head(office), "SEF").officers
    assert {one.name: one.works_here for one in loads} == {
        "Dario": False,
        "Caio": True,
        "Helena": True,
    }


def test_a_load_is_two_statements_and_no_task(office):
    for _ in range(3):
        office.claim(office.open())
    head = as_head(office)
    head.world()
    with counted(office.installation.engine) as few:
        loads_of(head, "SEF")
    for _ in range(10):
        tasks.assign(as_head(office), office.open(), 1, office.colleague, key=office.key())
    head = as_head(office)
    with counted(office.installation.engine) as many:
        loads_of(head, "SEF")
    sent = [one for one in many if "queue_count" in one or "membership" in one]
    assert len(sent) == 2
    assert len(few) == len(many)
    assert not any("FROM task" in one for one in many)

"""A reform of agencies does to every open case what its preview said, whatever stops it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.installation import acting_for
from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.core.acts.answers import Answers
from workflow.core.reform import Create, End, Ending, Reform
from workflow.services import recounting, reforms, tasks
from workflow.services.verification import verify_all
from workflow.storage.queries.plans import Phase

ANSWERS = Answers()
TODAY = date(2026, 3, 2)
ALONG = {"units_along": True}


@pytest.fixture
def office(installation):
    return Office(installation, NOON)


def merged(*codes, into="NOVA", **more):
    return [End(code, Ending.MERGED, into, **{**ALONG, **more}) for code in codes]


def planned(office, *steps, day=TODAY, key="plan"):
    plan = reforms.plan_reform(
        office.uow(), Reform(day, tuple(steps)), key=key, source="Lei 25.000/2026"
    )
    return recounting.finish(office.uow, plan)


def applied(office, plan, limit=500):
    begun = reforms.apply_reform(office.uow(), plan.id)
    return recounting.finish(office.uow, begun, limit=limit)


def lines(office, plan, *kinds):
    return [
        (line.kind, line.number, line.key, line.agency, line.heir, line.due_from, line.due_to)
        for line in reforms.lines_of(office.uow(), plan.id)
        if (line.kind in kinds if kinds else line.case_id)
    ]


NEW = Create("NOVA", "Secretaria Nova", "secretaria", parent="GOV", calendar="BH")


def test_the_work_of_a_merged_agency_goes_to_who_comes_after_it(office):
    one, other = office.open(), office.open()
    office.claim(one)
    plan = planned(office, NEW, *merged("SEF"))
    assert (plan.phase, plan.cases, plan.moves) == (Phase.COUNTED, 2, 4)
    before = office.case(one).tasks[0].clock.due_on
    assert lines(office, plan, "task") == [
        ("task", number, "1", "SEF", "NOVA", before, before) for number in (one, other)
    ]
    assert office.case(one).tasks[0].agency == "SEF"

    done = applied(office, plan)
    assert (done.phase, done.moved) == (Phase.DONE, 2)
    task = office.case(one).tasks[0]
    assert (task.agency, task.slot, task.assignee) == ("NOVA", "NOVA", office.doer)
    assert office.case(one).participants["doer"] == ("NOVA",)
    assert office.case(other).tasks[0].assignee is None
    assert verify_all(office.uow()).is_sound
    doer = acting_for(office.uow(), office.doer, "NOVA")
    tasks.complete_task(doer, one, 1, "completed", answers=ANSWERS, key="end")
    assert not office.case(one).is_open

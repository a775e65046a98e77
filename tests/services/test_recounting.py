"""A changed calendar or rule moves open deadlines as its preview said, whatever stops it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.core.deadlines.calendar import CalendarDay, Closes, DayKind
from workflow.services import planning, plans, recounting
from workflow.services.plans import NothingChanges, PlanOutdated, PlanRunning
from workflow.services.verification import verify_all
from workflow.storage.case import Case, EventRow
from workflow.storage.plans import RecountMove
from workflow.storage.queries.plans import Phase

HOLIDAY = CalendarDay(
    "MG-EXEC", date(2026, 3, 10), DayKind.OPTIONAL_HOLIDAY, "Luto oficial", "Decreto 1/2026"
)


@pytest.fixture
def office(installation):
    return Office(installation, NOON)


def days(first, last, kind, name="Greve", source="Decreto 2/2026"):
    span = range((last - first).days + 1)
    return [
        CalendarDay("MG-EXEC", first + timedelta(days=n), kind, name, source, closes=Closes.NOTHING)
        for n in span
    ]


def planned(office, *, key="plan", added=(), removed=()):
    plan = planning.plan_days(
        office.uow(), key=key, source="Decreto 1/2026", added=added, removed=removed
    )
    return recounting.finish(office.uow, plan)


def applied(office, plan, limit=500):
    begun = plans.apply_plan(office.uow(), plan.id)
    return recounting.finish(office.uow, begun, limit=limit)


def preview(office, plan):
    row = RecountMove
    wanted = select(row.number, row.clock_key, row.due_from, row.due_to).where(
        row.plan_id == plan.id, row.kept.is_(None)
    )
    with office.uow().reading() as connection:
        return sorted(tuple(line) for line in connection.execute(wanted))


def kept(office, plan):
    row = RecountMove
    wanted = select(row.number, row.kept).where(row.plan_id == plan.id, row.kept.is_not(None))
    with office.uow().reading() as connection:
        return sorted(tuple(line) for line in connection.execute(wanted))


def events(office, plan):
    row = EventRow
    wanted = (
        select(Case.number, row.body)
        .join(Case, Case.id == row.case_id)
        .where(row.kind == "deadline_recounted")
    )
    with office.uow().reading() as connection:
        told = [(n, body) for n, body in connection.execute(wanted)]
    return sorted(
        (
            number,
            body["clock"]["key"],
            date.fromisoformat(body["from"]),
            date.fromisoformat(body["to"]),
        )
        for number, body in told
        if body["because"]["plan"] == plan.id
    )


def due(office, number):
    return office.case(number).tasks[0].clock.due_on


def test_a_new_holiday_moves_what_it_lies_in_and_tells_its_owner(office):
    number = office.open()
    office.turn()
    before = due(office, number)
    plan = planned(office, added=[HOLIDAY])
    assert (plan.phase, plan.total, plan.cases, plan.moves) == (Phase.COUNTED, 1, 1, 1)
    assert due(office, number) == before

    done = applied(office, plan)
    assert (done.phase, done.moved, done.gone) == (Phase.DONE, 1, 1)
    assert preview(office, plan) == events(office, plan)
    assert due(office, number) == before + timedelta(days=1)
    office.work()
    assert ("deadline_recounted", office.doer) in office.told()
    assert verify_all(office.uow()).is_sound


def test_the_case_is_woken_for_the_new_day(office):
    number = office.open("silence")
    done = applied(office, planned(office, added=[HOLIDAY]))
    assert done.moved == 1
    clock = office.case(number).tasks[0].clock
    office.turn(clock.due_at - timedelta(days=1))
    assert office.case(number).is_open
    office.turn(clock.due_at + timedelta(seconds=2))
    assert not office.case(number).is_open


def test_a_decree_that_suspends_terms_stops_the_days_it_names(office):
    number = office.open()
    before = due(office, number)
    strike = days(date(2026, 3, 9), date(2026, 3, 11), DayKind.SUSPENSION)
    applied(office, planned(office, added=strike))
    assert due(office, number) == before + timedelta(days=3)


def test_what_has_passed_is_not_revived_and_nobody_is_made_late(office):
    late = office.open()
    office.now = office.case(late).tasks[0].clock.due_at + timedelta(days=1)
    plan = planned(office, added=[HOLIDAY])
    assert (plan.moves, plan.kept) == (0, 1)
    assert kept(office, plan) == [(late, "passed")]
    before = due(office, late)
    assert applied(office, plan).moved == 0
    assert due(office, late) == before
    office.now = NOON
    number = office.open()
    office.now = office.case(number).tasks[0].clock.due_at - timedelta(hours=1)
    undone = planned(office, key="undo", removed=[HOLIDAY])
    assert (number, "late") in kept(office, undone)


def test_taking_the_day_back_is_a_plan_of_its_own(office):
    number = office.open()
    before = due(office, number)
    done = applied(office, planned(office, added=[HOLIDAY]))
    undoing = planning.plan_undoing(office.uow(), done.id, key="undo", source="Erro")
    undoing = recounting.finish(office.uow, undoing)
    assert undoing.moves == 1
    applied(office, undoing)
    assert due(office, number) == before
    with pytest.raises(NothingChanges):
        planned(office, key="again", removed=[HOLIDAY])


def test_the_same_act_makes_one_plan(office):
    office.open()
    assert planned(office, added=[HOLIDAY]).id == planned(office, added=[HOLIDAY]).id


def test_a_preview_of_yesterdays_calendar_is_not_applied(office):
    first = planned(office, key="one", added=[HOLIDAY])
    other = planned(
        office, key="two", added=days(date(2026, 3, 12), date(2026, 3, 12), DayKind.OUTAGE)
    )
    office.open()
    plans.apply_plan(office.uow(), first.id)
    with pytest.raises(PlanRunning):
        plans.apply_plan(office.uow(), other.id)
    recounting.finish(office.uow, plans.plan_named(office.uow(), first.id))
    with pytest.raises(PlanOutdated):
        plans.apply_plan(office.uow(), other.id)
    again = recounting.finish(office.uow, plans.preview_anew(office.uow(), other.id))
    assert applied(office, again).phase is Phase.DONE


def test_a_case_that_changed_since_the_preview_is_recounted_as_it_is(office):
    one, other = office.open(), office.open()
    plan = planned(office, added=[HOLIDAY])
    office.complete(one)
    new = office.open()
    done = applied(office, plan)
    assert {number for number, *_ in events(office, done)} == {other, new}


def test_the_clock_process_goes_on_with_what_was_begun(office):
    number = office.open()
    plan = planning.plan_days(office.uow(), key="p", source="Decreto", added=[HOLIDAY])
    plans.leave_to_clock(office.uow(), plan)
    office.work()
    plan = plans.plan_named(office.uow(), plan.id)
    assert (plan.phase, plan.moves) == (Phase.COUNTED, 1)
    before = due(office, number)
    plans.leave_to_clock(office.uow(), plans.apply_plan(office.uow(), plan.id))
    office.work()
    assert plans.plan_named(office.uow(), plan.id).phase is Phase.DONE
    assert due(office, number) == before + timedelta(days=1)


def test_the_clock_process_counts_a_preview_again_on_the_same_calendar(office):
    office.open()
    plan = planning.plan_days(office.uow(), key="p", source="Decreto", added=[HOLIDAY])
    for _ in range(2):
        plans.leave_to_clock(office.uow(), plan)
        office.work()
        office.now += timedelta(seconds=1)
        assert plans.plan_named(office.uow(), plan.id).phase is Phase.COUNTED
        plan = plans.preview_anew(office.uow(), plan.id)

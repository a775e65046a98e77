"""Priority, putting aside and acts on many tasks: what lists show, and what stays untouched."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.installation import acting_for, employ
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.services.test_inbox import counts, numbers
from workflow.core.acts.answers import Answers
from workflow.core.errors import ActNotAllowed, NotAssigned, ReasonMissing, TaskNotOpen
from workflow.core.events import Kind
from workflow.services import bulk, cases, snoozing, tasks
from workflow.services.bulk import Item
from workflow.services.inbox import View, Wanted
from workflow.services.snoozing import SnoozeOutOfReach
from workflow.services.verification import verify_all
from workflow.storage.queries.events import events_of

AGENCY, MINE, ASIDE = Wanted(View.AGENCY), Wanted(View.MINE), Wanted(View.ASIDE)
TOMORROW = NOON.date() + timedelta(days=1)
DUE = date(2026, 3, 16)


@pytest.fixture
def office(installation):
    return Office(installation, NOON)


def kinds(office, number):
    loaded = office.as_doer().load(number)
    with office.uow().reading() as connection:
        return [event.kind for event in events_of(connection, loaded.case_id)]


def test_priority_is_an_act_of_the_case_and_comes_first_in_its_group(office):
    first, second, third = office.open(), office.open(), office.open()
    assert numbers(office, AGENCY) == [first, second, third]

    tasks.prioritise(office.as_doer(), third, 1, " Pedido do gabinete ", key=office.key())

    assert numbers(office, AGENCY, limit=1) == [third, first, second]
    assert office.case(third).task(1).priority == "Pedido do gabinete"
    assert kinds(office, third)[-1] is Kind.TASK_PRIORITISED
    again = tasks.prioritise(office.as_doer(), third, 1, "Pedido do gabinete", key=office.key())
    assert again.repeated
    tasks.drop_priority(office.as_doer(), third, 1, key=office.key())
    assert numbers(office, AGENCY) == [first, second, third]
    assert verify_all(office.uow()).is_sound


def test_priority_asks_why_and_is_of_the_agency(office):
    number = office.open()
    with pytest.raises(ReasonMissing):
        tasks.prioritise(office.as_doer(), number, 1, " ", key=office.key())
    stranger = acting_for(office.uow(), office.opener, "SEDE")
    with pytest.raises(NotAssigned):
        tasks.prioritise(stranger, number, 1, "Urgente", key=office.key())


def test_the_agency_that_a_task_is_handed_to_has_its_own_priorities(office):
    number = office.open()
    tasks.prioritise(office.as_doer(), number, 1, "Pedido do gabinete", key=office.key())
    tasks.reassign(office.as_doer(), number, 1, "SEE", "É dela.", key=office.key())
    assert office.case(number).task(1).priority == ""
    assert verify_all(office.uow()).is_sound


def test_what_is_put_aside_leaves_the_lists_until_its_day_and_keeps_its_deadline(office):
    number, other = office.open(), office.open()
    before = office.case(number)

    snoozing.snooze(office.as_doer(), number, 1, TOMORROW)

    assert numbers(office, AGENCY) == [other]
    assert numbers(office, ASIDE) == [number]
    assert counts(office, AGENCY, Wanted(View.UNASSIGNED), ASIDE) == [1, 1, 1]
    assert counts(office, Wanted(View.AGENCY, type="errand", group="later")) == [1]
    after = office.case(number)
    assert (after.seq, after.task(1).clock) == (before.seq, before.task(1).clock)

    office.now = NOON + timedelta(days=1)
    assert numbers(office, AGENCY) == [number, other]
    assert counts(office, AGENCY, ASIDE) == [2, 0]


def test_a_task_in_other_hands_is_in_sight_again(office):
    number = office.open()
    snoozing.snooze(office.as_doer(), number, 1, TOMORROW)
    office.claim(number)
    assert numbers(office, MINE) == [number]
    assert counts(office, MINE, AGENCY, ASIDE) == [1, 1, 0]


def test_nothing_is_put_aside_beyond_its_deadline_or_for_no_day(office):
    number = office.open()
    for until in (NOON.date(), DUE + timedelta(days=1)):
        with pytest.raises(SnoozeOutOfReach) as refused:
            snoozing.snooze(office.as_doer(), number, 1, until)
        assert refused.value.particulars["last"] == DUE
    snoozing.snooze(office.as_doer(), number, 1, DUE)

    assert counts(office, AGENCY) == [0]
    assert snoozing.wake(office.as_doer(), number, 1)
    assert not snoozing.wake(office.as_doer(), number, 1)
    assert counts(office, AGENCY) == [1]


def test_only_its_holder_or_the_head_puts_a_held_task_aside(office):
    number = office.open()
    office.claim(number)
    colleague = employ(office.uow(), "carla@example.org", SEF="officer")
    with pytest.raises(ActNotAllowed):
        snoozing.snooze(acting_for(office.uow(), colleague, "SEF"), number, 1, TOMORROW)
    with pytest.raises(NotAssigned):
        snoozing.snooze(acting_for(office.uow(), office.opener, "SEDE"), number, 1, TOMORROW)
    head = acting_for(office.uow(), office.head, "SEF", head=True)
    snoozing.snooze(head, number, 1, TOMORROW)
    assert counts(office, MINE, ASIDE) == [0, 1]


def test_an_act_on_many_does_what_it_can_and_says_of_each_what_it_could_not(office):
    free, held, gone = office.open(), office.open(), office.open()
    office.complete(gone)
    colleague = acting_for(
        office.uow(), employ(office.uow(), "carla@example.org", SEF="officer"), "SEF"
    )
    tasks.claim(colleague, held, 1, key=office.key())
    items = [Item(free, 1), Item(held, 1), Item(gone, 1), Item("2026-999999-00", 1), Item(free, 1)]
    uow = office.as_doer()

    def claim(number, no, key):
        tasks.claim(uow, number, no, key=key)

    results = bulk.do_each(items, claim, key="once")
    refused = [type(result.refusal).__name__ for result in results]
    assert refused == ["NoneType", "TaskNotOpen", "CaseClosed", "UnknownCase"]
    assert results[1].refusal.particulars["why"] == "claimed"
    assert isinstance(results[1].refusal, TaskNotOpen)
    assert office.case(free).task(1).assignee == office.doer

    assert [r.refusal for r in bulk.do_each(items[:1], claim, key="once")] == [None]
    cases.undo(uow, free, key=office.key())
    assert office.case(free).task(1).assignee is None


def test_many_tasks_end_alike_where_all_offer_that_outcome(office):
    items = [Item(office.open(), 1), Item(office.open("silence"), 1)]
    uow = office.as_doer()
    assert set(bulk.outcomes_of_all(uow, items)) == {"completed", "refused"}
    delegated = Item(office.open("household"), 1)
    assert bulk.outcomes_of_all(uow, [*items, delegated]) == {}

    def complete(number, no, key):
        tasks.complete_task(uow, number, no, "completed", answers=Answers(), key=key)

    results = bulk.do_each([*items, delegated], complete, key="many")
    assert [result.refusal is None for result in results] == [True, True, False]
    assert verify_all(office.uow()).is_sound

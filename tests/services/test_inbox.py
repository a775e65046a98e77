"""The inbox shows what is there, under every view, and at the same cost for fifty as for many."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from tests.installation import acting_for
from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.core.acts.answers import Answers
from workflow.core.powers import Powers
from workflow.services import following, inbox, tasks
from workflow.services.inbox import Counted, Reader, View, Wanted
from workflow.storage.case import Case
from workflow.storage.queries.desk import Back


@pytest.fixture
def office(installation):
    return Office(installation, NOON)


def sef(office):
    """Return whose inbox it is: that of whoever runs errands."""
    return Reader(office.doer, "SEF")


def numbers(office, wanted, *, limit=3):
    """List the numbers of a view, page by page."""
    uow, found, after = office.as_doer(), [], None
    while page := inbox.task_page(uow, sef(office), wanted, after=after, limit=limit):
        found += [item.number for item in page]
        after = page[-1].cursor
    return found


def counts(office, *wanted):
    found = inbox.count_all(office.as_doer(), sef(office), wanted)
    return [found[one].n for one in wanted]


def test_every_view_counts_what_it_lists(office):
    mine, asked, free = office.open(), office.open("silence"), office.open()
    office.open("household")
    office.claim(mine)
    tasks.ask_information(office.as_doer(), asked, 1, "Qual quadro?", of="SEDE", key=office.key())
    office.complete(office.open())
    office.turn()

    views = [*inbox.OF_TASKS, View.DONE]
    narrowings = [{}, {"type": "errand"}, {"opener": "SEDE"}, {"type": "silence", "opener": "SEF"}]
    narrowings += [{"group": "later"}, {"text": "quadro"}, {"text": "nada disso"}]
    for view, to in product(views, narrowings):
        wanted = Wanted(view, **to)
        if view is View.DONE:
            listed = inbox.done_tasks(office.as_doer(), sef(office), wanted, after=None, limit=9)
        else:
            listed = numbers(office, wanted)
        assert counts(office, wanted) == [len(listed)], wanted
    assert numbers(office, Wanted(View.MINE)) == [mine]
    assert asked in numbers(office, Wanted(View.WAITING))
    assert free in numbers(office, Wanted(View.UNASSIGNED))
    assert len(numbers(office, Wanted(View.WAITING))) == 2


def test_what_is_done_is_listed_the_latest_first(office):
    done = []
    for minutes in range(5):
        office.now = NOON + timedelta(minutes=minutes)
        done.append(office.open())
        office.complete(done[-1])
    office.now = NOON + timedelta(hours=1)

    found, after = [], None
    wanted = Wanted(View.DONE, own=True)
    while page := inbox.done_tasks(office.as_doer(), sef(office), wanted, after=after, limit=2):
        found += [row.number for row in page]
        after = Back(page[-1].ended_at, page[-1].case_id, page[-1].no)
    assert found == done[::-1]
    assert counts(office, wanted, Wanted(View.DONE)) == [5, 5]


def test_following_is_of_a_person_and_tells_them_how_it_ends(office):
    number, other = office.open(), office.open()
    uow = office.as_doer()
    assert following.follow(uow, number)
    assert not following.follow(uow, number)
    following.follow(uow, other)
    assert following.unfollow(uow, other)

    (row,) = inbox.followed_cases(uow, sef(office), after=None, limit=9)
    assert row.number == number
    assert counts(office, Wanted(View.FOLLOWING)) == [1]
    office.turn()
    tasks.complete_task(
        as_head(office), number, 1, "completed", answers=Answers(), key=office.key()
    )
    office.turn()
    assert ("case_closed", office.doer) in office.told()


def as_head(office):
    return acting_for(office.uow(), office.head, "SEF", head=True)


def test_whoever_may_not_know_of_a_case_any_more_follows_it_no_further(office):
    number = office.open()
    following.follow(office.as_doer(), number)
    stranger = Reader(office.doer, "SEE")
    with office.uow().writing() as connection:
        connection.execute(Case.__table__.update().values(access="restricted"))

    unable = office.uow().as_powers(Powers(officer=office.doer))
    assert inbox.followed_cases(unable, stranger, after=None, limit=9) == []
    asked = Wanted(View.FOLLOWING)
    assert inbox.count_all(unable, stranger, [asked])[asked] == Counted(0)

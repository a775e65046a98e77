"""Private calendars: what they tell of a deadline, until some weeks after it is over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update

from tests.installation import acting_for, deploy, employ
from tests.services.errands import Office
from tests.services.test_falling_due import START, WHOLE
from tests.storage.counting import counted
from workflow.core.errors import NotAssigned
from workflow.services import cases, feeds, tasks
from workflow.services.feeds import OWN, FeedLine
from workflow.services.throttle import TooManyAttempts
from workflow.storage.feeds import Feed
from workflow.storage.officers import change_officer
from workflow.storage.people import Membership

DUE = date(2026, 3, 16)


@pytest.fixture
def desk(installation):
    made = Office(installation, START)
    deploy(made.uow(), [WHOLE])
    return made


def subscribe(desk, officer=None, agency=OWN):
    uow = acting_for(desk.uow(), officer or desk.doer, agency or "SEF")
    return feeds.give_address(uow, agency)


def fetch(desk, token, address="10.0.0.1"):
    return feeds.fetch(desk.uow(), token, address=address)


def told(desk, token):
    """List (number, key, sequence, whether it still runs)."""
    found = fetch(desk, token).entries
    return [(one.number, one.key, one.sequence, one.item is not None) for one in found]


def test_a_calendar_tells_the_officers_own_deadlines(desk):
    number, other = desk.open(), desk.open("whole_errand")
    token = subscribe(desk)
    found = fetch(desk, token)

    assert {(one.number, one.key, one.sequence) for one in found.entries} == {
        (number, "task:1", 0),
        (other, "task:1", 0),
    }
    assert {one.due_on for one in found.entries} == {DUE}
    assert found.owner.officer_id == desk.doer


def test_the_calendar_of_an_agency_tells_of_the_cases_it_answers_for(desk):
    number = desk.open("whole_errand")

    assert told(desk, subscribe(desk, desk.coordinator, "SCC")) == [(number, "case:whole", 0, True)]


def test_nothing_changes_while_nothing_happens(desk):
    desk.open()
    token = subscribe(desk)
    first = fetch(desk, token)
    desk.now += timedelta(minutes=30)
    again = fetch(desk, token)

    assert (again.entries, again.changed_at) == (first.entries, first.changed_at)


def test_a_deadline_that_moves_is_told_anew_under_the_same_name(desk):
    number = desk.open()
    token = subscribe(desk)
    assert told(desk, token) == [(number, "task:1", 0, True)]
    desk.now += timedelta(hours=2)
    more = ("5 working days", "Faltam dados.")
    cases.extend(desk.as_doer(), number, "task:1", *more, key="more")
    [moved] = fetch(desk, token).entries

    assert (moved.sequence, moved.due_on, moved.changed_at) == (1, date(2026, 3, 23), desk.now)


def test_a_deadline_that_stands_still_keeps_its_last_day_and_says_so(desk):
    number = desk.open()
    token = subscribe(desk)
    fetch(desk, token)
    opener = acting_for(desk.uow(), desk.opener, "SEDE")
    cases.suspend(opener, number, "Espera-se.", review_on=date(2026, 3, 20), key="rest")
    [paused] = fetch(desk, token).entries

    assert (paused.is_paused, paused.due_on, paused.sequence) == (True, DUE, 1)


def test_what_is_done_is_called_off_for_some_weeks_and_then_forgotten(desk):
    number = desk.open()
    token = subscribe(desk)
    fetch(desk, token)
    desk.complete(number)

    assert told(desk, token) == [(number, "task:1", 1, False)]
    desk.now += feeds.TOLD_FOR - timedelta(days=1)
    assert told(desk, token) == [(number, "task:1", 1, False)]
    desk.now += timedelta(days=2)
    fetch(desk, token)
    assert told(desk, token) == []


def test_what_a_colleague_takes_is_called_off_and_comes_back_when_released(desk):
    number = desk.open()
    token = subscribe(desk)
    fetch(desk, token)
    colleague = employ(desk.uow(), "carla@example.org", SEF="officer")
    acting = acting_for(desk.uow(), colleague, "SEF")
    tasks.claim(acting, number, 1, key="taken")

    assert told(desk, token) == [(number, "task:1", 1, False)]
    tasks.release(acting, number, 1, key="released")
    assert told(desk, token) == [(number, "task:1", 2, True)]


def test_a_case_that_may_no_longer_be_known_is_called_off_without_a_word(desk):
    desk.open("whole_errand")
    token = subscribe(desk, desk.coordinator, "SCC")
    fetch(desk, token)
    with desk.uow().writing() as connection:
        connection.execute(text("UPDATE \"case\" SET access = 'restricted'"))
        connection.execute(text("DELETE FROM case_agency WHERE agency = 'SCC'"))
    [entry] = fetch(desk, token).entries

    assert (entry.item, entry.known, entry.sequence) == (None, False, 1)


def test_an_address_that_is_renewed_or_revoked_answers_nobody(desk):
    number = desk.open()
    first = subscribe(desk)
    fetch(desk, first)
    second = subscribe(desk)

    assert fetch(desk, first) is None
    assert told(desk, second) == [(number, "task:1", 0, True)]
    feeds.revoke_address(desk.as_doer(), OWN)
    assert fetch(desk, second) is None
    assert fetch(desk, "guessed") is None


def test_only_a_hash_of_the_address_is_kept(desk):
    token = subscribe(desk)
    with desk.uow().reading() as connection:
        kept = connection.execute(select(Feed.token_hash)).scalar_one()

    assert token not in kept
    assert len(token) >= 43


def test_whoever_leaves_has_no_calendar_any_more(desk):
    desk.open()
    own, agencys = subscribe(desk), subscribe(desk, agency="SEF")
    with desk.uow().writing() as connection:
        last = date(2026, 3, 1)
        gone = update(Membership).where(Membership.officer_id == desk.doer)
        connection.execute(gone.values(valid_to=last))
    assert fetch(desk, agencys) is None
    assert fetch(desk, own).entries == ()
    with desk.uow().writing() as connection:
        change_officer(connection, desk.doer, active=False)
    assert fetch(desk, own) is None


def test_nobody_subscribes_to_an_agency_they_do_not_act_for(desk):
    with pytest.raises(NotAssigned):
        feeds.give_address(desk.as_doer(), "AGE")


def test_the_page_of_an_officer_lists_their_calendars(desk):
    token = subscribe(desk)
    fetch(desk, token)

    own, agencys = feeds.feed_lines(desk.as_doer(), ["SEF"])
    assert own == FeedLine(OWN, True, START, START)
    assert agencys == FeedLine("SEF", False)


def test_fetching_too_often_has_to_wait(desk):
    token = subscribe(desk)
    for _ in range(feeds.FETCHES):
        fetch(desk, token)
    with pytest.raises(TooManyAttempts):
        fetch(desk, token)
    desk.now += feeds.WINDOW
    assert fetch(desk, token)


def test_guessing_addresses_has_to_wait(desk):
    for n in range(feeds.FETCHES):
        assert fetch(desk, f"guess {n}") is None
    with pytest.raises(TooManyAttempts):
        fetch(desk, "one more")
    assert fetch(desk, "elsewhere", address="10.0.0.2") is None


def test_a_fetch_costs_the_same_however_many_deadlines_there_are(desk, installation):
    token = subscribe(desk)
    costs = []
    for _ in range(2):
        for _ in range(3):
            desk.open()
        with counted(installation.engine) as sent:
            fetch(desk, token)
        costs.append(len(sent))

    assert costs[0] == costs[1] <= 20

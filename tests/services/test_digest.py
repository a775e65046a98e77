"""What is not urgent: one mail a day for each person, in the morning, once, if there is anything.

The errand of every test is opened on Monday 2 March 2026 at noon and is due on Monday 16 March.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.installation import acting_for, employ
from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.core.audience import Audience
from workflow.core.story import Readers
from workflow.core.topics import Topic, Way
from workflow.services import cases, notices, tasks
from workflow.services.climbing import let_climb
from workflow.services.mail import Urgency
from workflow.services.ways import choose_ways

NEXT_MORNING = datetime(2026, 3, 3, 11, 15, tzinfo=UTC)
FIVE_BEFORE = datetime(2026, 3, 9, 11, 0, tzinfo=UTC)
A_QUARTER = timedelta(minutes=15)
OVERDUE = datetime(2026, 3, 17, 11, 0, tzinfo=UTC)
CARNIVAL_EVE = datetime(2026, 2, 13, 20, 0, tzinfo=UTC)


@pytest.fixture
def office(installation):
    return Office(installation, NOON)


def claimed(office, type_key="errand"):
    number = office.open(type_key)
    tasks.claim(office.as_doer(), number, 1, key=office.key())
    return number


def say(office, number, text="Há pressa"):
    opener = acting_for(office.uow(), office.opener, "SEDE")
    cases.comment(opener, number, text, readers=Readers.AGENCIES, key=office.key())


def test_comments_of_a_day_are_told_together_the_next_morning(office):
    number = claimed(office)
    for text in ("Um", "Dois"):
        say(office, number, text)
    office.turn()
    assert office.courier.letters == []
    office.turn(NEXT_MORNING - timedelta(seconds=1))
    assert office.courier.digests == []

    office.turn(NEXT_MORNING)
    office.turn()
    (digest,) = office.courier.digests
    assert (digest.address, len(digest.lines)) == ("dario@example.org", 2)
    assert [kind for kind, _ in digest.parts()] == [Urgency.NEWS]
    assert office.deliveries() == ["sent", "sent"]

    office.turn(NEXT_MORNING + timedelta(days=1))
    assert len(office.courier.digests) == 1


def test_a_reminder_of_the_morning_is_in_the_mail_of_that_morning(office):
    claimed(office)
    office.turn(FIVE_BEFORE)
    assert office.courier.letters == []
    office.turn(FIVE_BEFORE + A_QUARTER)

    (digest,) = office.courier.digests
    assert [(u, line.kind) for u, lines in digest.parts() for line in lines] == [
        (Urgency.SOON, "reminder")
    ]


def test_what_was_read_on_the_pages_is_not_mailed_and_an_empty_mail_is_not_sent(office):
    number = claimed(office)
    say(office, number)
    office.turn()
    notices.mark_read(office.uow(), office.doer)
    office.turn(NEXT_MORNING)

    assert office.courier.digests == []
    assert office.waiting() == []


def test_what_is_no_longer_true_is_left_out(office):
    number = claimed(office)
    office.turn(FIVE_BEFORE)
    office.now += timedelta(minutes=5)
    cases.extend(office.as_doer(), number, "task:1", "10 days", "Falta um dado", key="more")
    office.turn(FIVE_BEFORE + A_QUARTER)

    assert office.courier.digests == []


def test_whoever_wishes_is_told_at_once_or_on_the_pages_alone(office):
    number = claimed(office)
    choose_ways(office.uow(), office.doer, {Topic.COMMENTS: Way.AT_ONCE})
    say(office, number)
    office.turn()
    assert [letter.kind for letter in office.courier.letters] == ["comment_added"]

    choose_ways(office.uow(), office.doer, {Topic.COMMENTS: Way.PAGES})
    say(office, number)
    office.turn()
    office.turn(NEXT_MORNING)
    assert len(office.courier.letters) == 1
    assert office.courier.digests == []
    assert office.told().count(("comment_added", office.doer)) == 2


def test_nobody_is_mailed_the_day_on_a_holiday(installation):
    office = Office(installation, CARNIVAL_EVE)
    say(office, claimed(office))
    office.turn()
    office.turn(datetime(2026, 2, 18, 12, 0, tzinfo=UTC))
    assert office.courier.digests == []

    office.turn(datetime(2026, 2, 19, 11, 15, tzinfo=UTC))
    assert len(office.courier.digests) == 1


def test_two_clocks_at_once_send_the_mail_of_a_day_once(office):
    for _ in range(3):
        say(office, claimed(office))
    office.turn()
    office.now = NEXT_MORNING
    with ThreadPoolExecutor(2) as clocks:
        list(clocks.map(lambda _: office.sweep(), range(2)))
        list(clocks.map(office.work, ("one", "two")))

    (digest,) = office.courier.digests
    assert len(digest.lines) == 3


def test_a_server_that_is_down_delays_the_mail_and_what_comes_meanwhile_goes_with_it(office):
    number = claimed(office)
    say(office, number)
    office.turn()
    office.courier.fail(times=1)
    office.turn(NEXT_MORNING)
    assert office.deliveries() == ["delayed"]

    say(office, number, "Ainda")
    office.work()
    office.hurry()
    office.work()
    (digest,) = office.courier.digests
    assert len(digest.lines) == 2
    office.turn(NEXT_MORNING + timedelta(days=1))
    assert len(office.courier.digests) == 1


def test_what_comes_after_the_mail_of_a_day_waits_for_the_next(office):
    number = claimed(office)
    say(office, number)
    office.turn()
    office.turn(NEXT_MORNING)
    say(office, number, "Mais")
    office.turn()
    office.turn(NEXT_MORNING + timedelta(hours=6))
    assert len(office.courier.digests) == 1

    office.turn(NEXT_MORNING + timedelta(days=1))
    assert [len(digest.lines) for digest in office.courier.digests] == [1, 1]


def test_a_clock_that_dies_after_the_sweep_is_caught_up(office):
    say(office, claimed(office))
    office.turn()
    office.now = NEXT_MORNING
    office.sweep()  # and dies here
    assert office.courier.digests == []

    office.work(owner="next")
    assert len(office.courier.digests) == 1


# --- Heads, and whoever is above them ------------------------------------------------------------


def test_the_head_is_told_what_nobody_takes_up_until_somebody_does(office):
    number = office.open()
    office.turn()
    office.turn(datetime(2026, 3, 4, 11, 0, tzinfo=UTC))
    assert ("unassigned", office.head) in office.told()
    office.turn(datetime(2026, 3, 5, 11, 0, tzinfo=UTC))
    assert ("unreceived", office.head) in office.told()

    tasks.claim(office.as_doer(), number, 1, key="mine")
    office.turn()
    assert not {"unassigned", "unreceived"} & {kind for kind, _ in office.told()}


def test_delays_climb_only_in_types_whose_coordinator_lets_them(office):
    claimed(office)
    office.turn(OVERDUE)
    three_after = OVERDUE + timedelta(days=2)
    office.turn(three_after)
    assert {who for kind, who in office.told() if kind == "overdue"} == {office.doer, office.head}

    let_climb(office.uow(), office.coordinator, "errand", [Audience.COORDINATOR])
    office.turn(datetime(2026, 3, 23, 11, 0, tzinfo=UTC))
    assert ("overdue", office.coordinator) in office.told()


@pytest.mark.parametrize(
    ("audience", "day", "role"),
    [
        (Audience.FOCAL_POINT, 19, "focal_point"),
        (Audience.COORDINATOR, 23, "coordinator"),
        (Audience.CABINET, 30, "cabinet"),
    ],
)
def test_each_above_the_head_hears_on_its_own_day(office, audience, day, role):
    focal = employ(office.uow(), "fabio@example.org", SEF="focal_point")
    who = {"focal_point": focal, "coordinator": office.coordinator, "cabinet": office.coordinator}
    claimed(office)
    office.turn(OVERDUE)
    let_climb(office.uow(), office.coordinator, "errand", [audience])
    at = datetime(2026, 3, day, 11, 0, tzinfo=UTC)
    office.turn(at - timedelta(seconds=1))
    assert ("overdue", who[role]) not in office.told()

    office.turn(at)
    assert office.told().count(("overdue", who[role])) == 1


def test_a_clock_that_was_away_warns_nobody_in_the_night(office):
    claimed(office)
    office.turn()
    office.turn(datetime(2026, 3, 14, 3, 0, tzinfo=UTC))  # a Saturday
    assert [kind for kind, _ in office.told()] == []
    assert office.sweep().cases == 0

    office.turn(datetime(2026, 3, 16, 11, 0, tzinfo=UTC))
    assert office.told() == [("due_today", office.doer), ("due_today", office.head)]


def test_what_time_does_at_night_is_mailed_in_the_morning(office):
    number = office.open("silence")
    office.turn()
    due_at = office.case(number).tasks[0].clock.due_at
    office.courier.letters.clear()
    office.turn(due_at + timedelta(seconds=1))
    assert ("task_lapsed", office.doer) in office.told()
    assert "task_lapsed" not in {letter.kind for letter in office.courier.letters}

    office.hurry()
    office.work()
    assert "task_lapsed" in {letter.kind for letter in office.courier.letters}


# --- What silence means --------------------------------------------------------------------------


def test_who_is_called_and_warned_is_told_what_silence_will_mean(office):
    office.open("silence")
    office.turn()
    office.turn(FIVE_BEFORE)
    warned = [letter for letter in office.courier.letters if letter.kind == "reminder"]
    called = [letter for letter in office.courier.letters if letter.kind == "task_opened"]

    assert {letter.facts["silence"]["pt-BR"] for letter in warned + called} == {"Sem resposta"}
    assert len(warned) == len(called) == 2

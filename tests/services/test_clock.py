"""What time does by itself: warnings, lapses and child cases, each once however often it is tried.

The errand of every test is opened on Monday 2 March 2026 and is due on Monday 16 March.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from tests.installation import acting_for
from tests.services.conftest import NOON
from tests.services.errands import DATA, Office
from workflow.core.acts.answers import Answers
from workflow.services import cases, clock, tasks
from workflow.services.history_log import place_events
from workflow.services.purging import purge_daily
from workflow.storage.absences import add_substitution
from workflow.storage.audit import miscounted, mistallied
from workflow.storage.case import CaseNumber
from workflow.storage.projections import QUEUE_MOVE, QueueTally
from workflow.storage.queries.due import due_cases
from workflow.storage.work import JobRow

pytestmark = pytest.mark.at_work

FIVE_BEFORE = datetime(2026, 3, 9, 11, 0, tzinfo=UTC)
TWO_BEFORE = datetime(2026, 3, 12, 11, 0, tzinfo=UTC)
DUE_DAY = datetime(2026, 3, 16, 11, 0, tzinfo=UTC)
DAY_AFTER = datetime(2026, 3, 17, 11, 0, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def office(installation):
    return Office(installation, NOON)


def warned(office):
    return [told for told in office.told() if told[0] in {"reminder", "due_today", "overdue"}]


def test_a_task_is_due_as_these_tests_say(office):
    task = office.case(office.open()).tasks[0]

    assert task.clock.due_on == date(2026, 3, 16)


def test_reminders_come_when_they_are_due_and_only_once(office):
    office.open()
    office.turn()
    everybody = [office.doer, office.head]

    office.turn(FIVE_BEFORE - A_SECOND)
    assert warned(office) == []

    office.turn(FIVE_BEFORE)
    office.turn()
    assert warned(office) == [("reminder", officer) for officer in everybody]

    office.turn(DUE_DAY)
    assert [kind for kind, _ in warned(office)].count("due_today") == 2
    assert [letter.kind for letter in office.courier.letters].count("due_today") == 2

    office.turn(DAY_AFTER)
    assert [kind for kind, _ in warned(office)].count("overdue") == 2


def test_warnings_that_were_missed_become_the_last_of_them(office):
    office.open()
    office.turn()
    office.turn(DUE_DAY + timedelta(hours=1))

    assert [kind for kind, _ in warned(office)] == ["due_today", "due_today"]


def test_a_sweep_looks_at_nothing_that_is_not_due(office):
    office.open()
    office.turn()

    assert office.sweep().cases == 0
    office.now = FIVE_BEFORE
    assert office.sweep().cases == 1
    assert office.sweep().cases == 0


def test_what_is_due_is_read_page_by_page_the_longest_due_first(office):
    for _ in range(3):
        office.now += A_SECOND
        office.open("silence")
    office.turn()
    with office.uow().reading() as connection:
        everything = due_cases(connection, DUE_DAY)
        pages, last = [], None
        while page := due_cases(connection, DUE_DAY, after=last, limit=2):
            pages.append(len(page))
            last = page[-1]

    assert pages == [2, 1]
    assert last == everything[-1]
    assert everything == sorted(everything)


def test_the_clock_tells_how_far_behind_it_is(office):
    tasks.claim(office.as_doer(), office.open(), 1, key="mine")
    office.turn()
    seen = clock.health(office.uow())
    assert (seen.swept_at, seen.lag, seen.backlog.jobs) == (NOON, timedelta(), 0)

    office.now = FIVE_BEFORE + timedelta(hours=2)
    assert clock.health(office.uow()).lag == timedelta(hours=2)


def test_two_clocks_at_once_issue_and_send_each_warning_once(office):
    numbers = [office.open() for _ in range(5)]
    office.turn()
    office.courier.letters.clear()
    office.now = TWO_BEFORE
    with ThreadPoolExecutor(2) as clocks:
        list(clocks.map(lambda _: office.sweep(), range(2)))
        list(clocks.map(office.work, ("one", "two")))

    assert len(warned(office)) == 2 * len(numbers)
    assert len(office.courier.letters) == 2 * len(numbers)


def test_a_clock_killed_between_issuing_and_sending_is_caught_up(office):
    office.open()
    office.turn()
    office.courier.letters.clear()
    office.now = TWO_BEFORE
    office.sweep()  # and dies here

    assert office.courier.letters == []
    office.work(owner="next")
    assert [letter.address for letter in office.courier.letters] == [
        "dario@example.org",
        "helena@example.org",
    ]


def test_a_clock_killed_between_waking_and_warning_is_caught_up(office):
    number = office.open("silence")
    office.turn()
    lapse = office.case(number).tasks[0].clock.due_at + A_SECOND
    office.now = lapse
    uow = office.uow().as_powers(clock.CLOCK_POWERS)
    wake_at = uow.load(number).wake_at
    assert wake_at is not None
    assert wake_at <= lapse
    uow.act(number, lambda case, now: clock.wake(case, now=now), key="half a sweep")

    assert office.turn().failed == 0
    assert not office.case(number).is_open


def test_silence_is_taken_for_an_answer_when_the_term_is_over(office):
    number = office.open("silence")
    due_at = office.case(number).tasks[0].clock.due_at
    office.turn()
    office.turn(due_at)
    assert office.case(number).is_open

    office.turn(due_at + A_SECOND)
    assert office.case(number).result == "refused"
    assert ("task_lapsed", office.doer) in office.told()
    assert ("case_closed", office.opener) in office.told()


def test_a_warning_of_a_date_that_moved_is_withdrawn_and_not_sent(office):
    number = office.open()
    office.turn()
    office.courier.letters.clear()
    office.now = TWO_BEFORE
    office.sweep()
    cases.extend(office.as_doer(), number, "task:1", "10 days", "Falta um dado", key="more")
    office.work()

    assert warned(office) == []
    assert office.courier.letters == []
    assert office.waiting() == []


def test_whoever_claimed_a_task_is_warned_alone_and_the_absent_by_the_substitute(office):
    claimed, absent = office.open(), office.open()
    office.turn()
    for number in (claimed, absent):
        tasks.claim(office.as_doer(), number, 1, key=f"claim {number}")
    office.turn(FIVE_BEFORE)
    assert warned(office) == [("reminder", office.doer)] * 2

    uow = office.uow()
    with uow.writing() as connection:
        add_substitution(
            connection,
            absent_id=office.doer,
            substitute_id=office.coordinator,
            agency="SEF",
            valid_from=date(2026, 3, 10),
            valid_to=date(2026, 3, 20),
            reason="férias",
            created_by=office.head,
        )
    office.turn(TWO_BEFORE)
    assert warned(office)[2:] == [("reminder", office.coordinator)] * 2


def test_a_suspended_case_is_silent_until_its_review(office):
    number = office.open()
    office.turn()
    opener = acting_for(office.uow(), office.opener, "SEDE")
    cases.suspend(opener, number, "Aguarda o parceiro", review_on=date(2026, 3, 20), key="rest")
    office.turn(DAY_AFTER)
    assert warned(office) == []

    office.turn(datetime(2026, 3, 20, 11, 0, tzinfo=UTC))
    assert office.told()[-1] == ("review_due", office.opener)
    assert office.sweep().cases == 0


def test_a_child_is_opened_and_its_end_ends_the_task_of_its_parent(office):
    parent = office.open("household")
    office.turn()
    child = office.case(parent).tasks[0].child
    assert child is not None
    assert office.case(child).data["subject"] == office.case(parent).data["subject"]

    office.complete(child)
    office.turn()
    assert office.case(parent).result == "completed"


def test_a_child_that_ended_before_its_parent_knew_of_it_ends_the_task_all_the_same(office):
    parent = office.open("household")
    with office.uow().reading() as connection:
        asked = select(JobRow.key).where(JobRow.kind == "open_child")
        key = connection.execute(asked).scalar_one()
    # The worker opened the child and died; somebody was quick; then the job is done again.
    child = cases.open_case(
        office.uow().as_powers(clock.CLOCK_POWERS),
        "errand",
        opener="SEF",
        answers=Answers(data=DATA),
        key=key,
        parent=parent,
    ).number
    office.complete(child, outcome="refused")
    office.turn()

    assert office.case(parent).result == "refused"
    assert office.how_many_cases() == 2


def test_a_case_that_fails_stops_no_other(office):
    broken, whole = office.open("silence"), office.open("silence")
    office.turn()
    office.now = DAY_AFTER + timedelta(days=1)
    uow = office.uow()
    with uow.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE \"case\" SET definition_version = 9 WHERE number = '%s'" % broken  # noqa: UP031
        )
    swept = office.sweep()

    assert (swept.cases, swept.failed) == (2, 1)
    assert not office.case(whole).is_open


def test_what_no_longer_matters_is_forgotten_once_a_day(office):
    office.open()
    place_events(office.uow())
    office.work()
    office.now = datetime.now(UTC) + timedelta(days=100)  # the database wrote the key today

    assert purge_daily(office.uow) == 1
    assert purge_daily(office.uow) is None
    office.now += timedelta(days=1)
    assert purge_daily(office.uow) == 0
    office.now -= timedelta(days=1)  # the clock was set back
    assert purge_daily(office.uow) is None


def test_a_task_that_has_ended_calls_nobody(office):
    number = office.open()
    office.complete(number)
    office.turn()

    assert office.told() == [("case_closed", office.opener)]


def _moves_and_counts(office):
    with office.uow().reading() as connection:
        moves = connection.execute(select(func.count()).select_from(QUEUE_MOVE)).scalar_one()
        kept = connection.execute(select(func.sum(QueueTally.n))).scalar_one()
        assert (miscounted(connection), mistallied(connection)) == ([], [])
    return moves, kept or 0


def test_what_acts_moved_in_inboxes_is_counted_in_by_the_clock(office):
    office.open()
    office.claim(office.open())
    moves, kept = _moves_and_counts(office)
    assert (moves > 0, kept) == (True, 0)

    office.turn()
    moves, kept = _moves_and_counts(office)
    assert (moves, kept > 0) == (0, True)


def test_without_a_clock_who_opens_every_so_many_requests_counts_in_what_moved(office):
    office.open()
    with office.uow().writing() as connection:
        connection.execute(update(CaseNumber).values(last=cases.COUNTED_IN - 2))
    office.open()
    assert _moves_and_counts(office)[0] > 0

    office.open()
    assert _moves_and_counts(office)[0] == 0

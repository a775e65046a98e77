"""People are told of each act once, however many clocks there are, and whatever fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import insert, literal_column, or_, select

from tests.installation import acting_for
from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.core.story import Readers
from workflow.services import cases, notices
from workflow.services.clock import health
from workflow.services.untold import Aside, Worked
from workflow.storage import jobs
from workflow.storage.case import ActKey, Case
from workflow.storage.dialect import database_now
from workflow.storage.jobs import LONGEST_WAIT, told_briefly
from workflow.storage.untold import note_told, untold_keys
from workflow.storage.work import JobRow

pytestmark = pytest.mark.at_work

FORBIDDING = {
    "sqlite": [
        "CREATE TRIGGER forbid BEFORE INSERT ON job WHEN NEW.kind = 'tell'"
        " BEGIN SELECT RAISE(ABORT, 'no such job here'); END",
    ],
    "postgresql": [
        "SET ROLE NONE",
        "ALTER TABLE job ADD CONSTRAINT forbid CHECK (kind <> 'tell')",
        "RESET ROLE",
    ],
}
"""What lets nobody write a job that tells of an act."""


@pytest.fixture
def office(installation):
    office = Office(installation, NOON)
    yield office
    with office.uow().reading() as connection:
        waits = or_(~ActKey.logged, ActKey.tell_from.is_not(None))
        assert connection.execute(select(ActKey.key).where(ActKey.waits != waits)).all() == []


def untold(office):
    with office.uow().reading() as connection:
        return untold_keys(connection, limit=100)


def test_an_act_is_told_of_by_its_key_and_writes_no_job(office):
    office.open()

    assert (len(untold(office)), office.waiting()) == (1, [])
    assert health(office.uow()).backlog.jobs == 1

    office.work()
    assert (untold(office), health(office.uow()).backlog.jobs) == ([], 0)
    assert office.told() == [("task_opened", office.doer), ("task_opened", office.head)]


def test_clocks_at_once_tell_of_each_act_once(office):
    for _ in range(4):
        office.open()
    with ThreadPoolExecutor(4) as clocks:
        list(clocks.map(office.work, "abcd"))

    assert untold(office) == []
    assert len(office.told()) == 2 * 4


def test_a_clock_that_comes_late_tells_nobody_again(office):
    office.open()
    (key,) = untold(office)

    assert notices.tell_act(office.uow(), key, mails=True)
    assert not notices.tell_act(office.uow(), key, mails=True)
    assert len(office.told()) == 2


def test_an_act_that_cannot_be_told_becomes_a_job_that_is_tried_again(office):
    number = office.open()
    office.work()
    plant(office, "lost", case_id=999_999)
    office.claim(number)

    assert office.work() == Worked(done=1, failed=1)
    assert (untold(office), office.waiting()) == ([], ["tell"])
    with office.uow().reading() as connection:
        job = connection.execute(select(JobRow.__table__)).mappings().all()[-1]
    assert (job["case_id"], job["payload"], job["attempt"]) == (
        999_999,
        {"from_seq": 1, "to_seq": 2},
        1,
    )
    assert "no case 999999" in job["last_error"]
    assert health(office.uow()).backlog.failing == 1

    assert office.work() == Worked()  # it is put off
    office.hurry()
    assert office.work() == Worked(failed=1)


def test_the_key_of_an_act_that_became_a_job_waits_for_nothing_more(office):
    plant(office, "lost", case_id=999_999, logged=True)

    assert office.work() == Worked(failed=1)
    with office.uow().reading() as connection:
        assert connection.execute(select(ActKey.key).where(ActKey.waits)).all() == []


def test_an_act_of_which_not_all_can_be_read_keeps_no_other_waiting(office):
    """It is told by the job that it becomes, which needs no more than its lines."""
    of = office.case(office.open())
    office.work()
    told = office.told()
    unreadable = {"sqlite": "'rubbish'", "postgresql": "'-infinity'"}
    with office.uow().writing() as connection:
        asked_at = literal_column(unreadable[connection.dialect.name])
        case_id = connection.execute(select(Case.id).where(Case.number == of.number)).scalar_one()
    plant(office, "torn", case_id=case_id, asked_at=asked_at)
    office.open()

    assert office.work() == Worked(done=3, failed=1)  # two mails
    assert (untold(office), office.waiting()) == ([], ["tell"])
    assert len(office.told()) == 2 * len(told)

    office.hurry()
    assert office.work() == Worked(done=1)
    assert office.waiting() == []


@pytest.fixture
def no_jobs(office):
    """Let nobody write a job that tells of an act."""
    with office.installation.engine.connect() as connection:
        for line in FORBIDDING[connection.dialect.name]:
            connection.exec_driver_sql(line)
        connection.commit()


@pytest.mark.usefixtures("no_jobs")
def test_acts_that_can_neither_be_told_nor_left_to_a_job_keep_no_other_waiting(office, caplog):
    for n in range(25):
        plant(office, f"lost {n}", case_id=999_999, seq=n)
    for _ in range(3):
        office.open()

    assert office.work() == Worked(done=3 * 3, failed=25)  # two mails of each
    assert len(office.told()) == 2 * 3
    assert len(untold(office)) == 25
    assert caplog.text.count("is put aside for 10 seconds") == 25
    assert health(office.uow()).backlog.jobs == 25

    assert office.work() == Worked(failed=25), "a clock that begins anew tries them at once"


@pytest.mark.usefixtures("no_jobs")
def test_an_act_that_is_put_aside_is_tried_more_and_more_seldom(office, caplog):
    plant(office, "lost", case_id=999_999)
    aside, begun = Aside(), office.now
    tried = []
    for seconds in range(0, 4 * 3600, 5):
        office.now = begun + timedelta(seconds=seconds)
        tried += [seconds] * office.work(aside=aside).failed

    assert tried[:6] == [0, 10, 30, 70, 150, 310]
    assert tried[-1] - tried[-2] == LONGEST_WAIT.total_seconds()
    assert len(tried) == caplog.text.count("is put aside for") == 12

    office.now = begun - timedelta(days=1)
    assert office.work(aside=aside).failed == 1, "nor does it wait for a clock that was set back"


@pytest.mark.usefixtures("no_jobs")
def test_an_act_that_is_put_aside_is_forgotten_once_another_clock_told_of_it(office):
    plant(office, "lost", case_id=999_999)
    aside = Aside()
    assert office.work(aside=aside) == Worked(failed=1)
    assert len(aside) == 1
    with office.uow().writing() as connection:
        note_told(connection, "lost")

    assert office.work(aside=aside) == Worked()
    assert len(aside) == 0


def test_what_went_wrong_is_kept_whatever_it_quotes(office):
    """A torn text is in an error that quotes it, too."""
    assert told_briefly("a\0b \ud800" + "é" * 3000)[:20] == "a\\0b \\ud800" + "é" * 9
    with office.uow().writing() as connection:
        jobs.enqueue(connection, "tell", key="torn", payload={})
        (job,) = jobs.claim(connection, "a clock")
        assert jobs.fail(connection, job, error="a\0b \ud800")


def test_the_acts_that_have_waited_longest_are_told_first(office):
    for key, waited in {"a": 1, "b": 3, "c": 2}.items():
        plant(office, key, case_id=ord(key), asked_at=database_now(-60 * waited))
    with office.uow().reading() as connection:
        assert untold_keys(connection, limit=2) == ["b", "c"]


def plant(office, key, *, case_id, seq=2, asked_at=None, logged=False):
    """Write the key of an act that people are to be told of, a line of which may be missing."""
    act = {"key": key, "case_id": case_id, "seq": seq, "at": NOON, "tell_from": seq - 1}
    act["logged"] = logged
    asked_at = database_now() if asked_at is None else asked_at
    with office.uow().writing() as connection:
        connection.execute(insert(ActKey).values(**act, asked_at=asked_at))


def test_acts_on_a_case_are_told_of_in_their_order(office):
    """Their keys are drawn, and may lie in any order."""
    number = office.open()
    office.work()
    office.claim(number)
    office.work()
    for key in "dcba":
        requester = acting_for(office.page(), office.opener, "SEDE")
        cases.comment(requester, number, f"line {key}", readers=Readers.AGENCIES, key=key)

    assert untold(office) == list("dcba")

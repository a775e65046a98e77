"""People are told of each act once, however many clocks there are, and whatever fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select

from tests.installation import acting_for
from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.core.story import Readers
from workflow.services import cases, notices
from workflow.services.clock import Worked, health
from workflow.storage.case import ActKey
from workflow.storage.dialect import database_now
from workflow.storage.untold import untold_keys
from workflow.storage.work import JobRow

pytestmark = pytest.mark.at_work


@pytest.fixture
def office(installation):
    return Office(installation, NOON)


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
    lost = {"key": "lost", "case_id": 999_999, "seq": 2, "at": NOON, "tell_from": 1}
    with office.uow().writing() as connection:
        connection.execute(insert(ActKey).values(**lost, asked_at=database_now()))
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

    assert office.work() == Worked()  # it is put off
    office.hurry()
    assert office.work() == Worked(failed=1)


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

"""A notice is issued once by its key, and only on the case it was decided on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, insert, select

from tests.storage.cases import NOW, change, claiming, entering, load, opening, opening_task
from workflow.core.change import Job, JobKind
from workflow.storage.apply import write
from workflow.storage.engine import acting, reading, writing
from workflow.storage.notices import (
    Notice,
    issue,
    log_delivery,
    mark_read,
    record_notices,
)
from workflow.storage.people import Officer
from workflow.storage.work import Delivery, JobRow, NoticeRow

ONE = Notice("task:1", 1, "due_day", 1, 7, "app", "due_today", {"number": "x"}, NOW, task_no=1)
MAIL = replace(ONE, channel="email")


@pytest.fixture
def case(engine):
    with writing(engine) as connection:
        person = {"id": 7, "name": "Ada", "email": "ada@example.org", "created_at": NOW}
        connection.execute(insert(Officer).values(person))
    with acting(engine) as connection:
        steps = (opening(), entering(), opening_task(1))
        assert write(connection, change(None, *steps), case_id=None, key="k1")
    with reading(engine) as connection:
        return load(connection)


def record(engine, case, *notices, **more):
    given = {"revision": case.snapshot.revision, "noticed_until": NOW, "wake_at": None, **more}
    job = Job(JobKind.TELL, "mail:1", {})
    with writing(engine) as connection:
        return record_notices(connection, case.case_id, notices=notices, jobs=[job], **given)


def how_many(engine, table):
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_notices_are_issued_once_and_move_the_case_on(engine, case):
    assert record(engine, case, ONE, MAIL)
    assert record(engine, case, ONE, MAIL, replace(ONE, generation=2))
    assert how_many(engine, NoticeRow) == 3
    assert how_many(engine, JobRow) == 2
    with reading(engine) as connection:
        now = load(connection)
    assert (now.snapshot.noticed_until, now.wake_at) == (NOW, None)
    assert now.snapshot.revision == case.snapshot.revision


def test_nothing_is_issued_on_a_case_that_moved(engine, case):
    with acting(engine) as connection:
        moved = change(case.snapshot, claiming(1))
        assert write(connection, moved, case_id=case.case_id, key="k2")
    assert not record(engine, case, ONE)
    assert how_many(engine, NoticeRow) == 0


def test_notices_are_read_and_sent(engine, case):
    with writing(engine) as connection:
        assert issue(connection, case.case_id, notices=[ONE, MAIL, ONE]) == 2
        assert mark_read(connection, 8, at=NOW) == 0
        assert mark_read(connection, 7, at=NOW) == 1
        assert mark_read(connection, 7, at=NOW) == 0
        log_delivery(connection, notice_id=1, job_id=None, attempt=1, at=NOW, result="sent")
    assert how_many(engine, Delivery) == 1

"""What happens when no clock ran for days, or no mail server: all of it, in order, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from tests.installation import deploy
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.services.test_clock import DUE_DAY
from workflow.core.events import Kind
from workflow.services import cases, clock, purging
from workflow.services.purging import purge_daily
from workflow.storage.case import ActKey, Case
from workflow.storage.dialect import database_now
from workflow.storage.jobs import LONGEST_WAIT
from workflow.storage.queries.events import events_of
from workflow.storage.work import Delivery, JobRow

A_DAY = timedelta(days=1)
IN_TURN = """
key: in_turn
version: 1
title: Um depois do outro
summary: Prazos que vencem em dias diferentes, e outro que só começa depois deles.
owner: SCC
roles:
  proponent: {title: Órgão, bind: opener}
  doer: {title: Quem faz, bind: SEF}
states:
  - key: first
    title: Em análise
    tasks:
      - key: slow
        title: Devagar
        role: doer
        outcomes: [completed]
        deadline: {term: 10 working days, rule: house}
        lapse: {outcome: silent, title: Sem resposta}
      - key: quick
        title: Depressa
        role: doer
        outcomes: [completed]
        deadline: {term: 5 working days, rule: house}
        lapse: {outcome: silent, title: Sem resposta}
  - key: second
    title: De novo
    tasks:
      - key: again
        title: Outra vez
        role: doer
        outcomes: [completed]
        deadline: {term: 2 working days, rule: house}
        lapse: {outcome: silent, title: Sem resposta}
  - {key: done, title: Concluído, final: completed}
transitions:
  - {source: first, target: second, when: all silent or completed}
  - {source: second, target: done, when: all silent or completed}
"""


@pytest.fixture
def office(installation):
    made = Office(installation, NOON)
    deploy(made.uow(), [IN_TURN])
    return made


def history(office, number):
    """List what has happened in a case since it was opened: kind, task, instant."""
    with office.uow().reading() as connection:
        case_id = office.uow().as_powers(clock.CLOCK_POWERS).load(number).case_id
        events = events_of(connection, case_id, from_seq=1)
    return [(event.kind, event.body.get("task"), event.at) for event in events]


# --- No clock for days ---------------------------------------------------------------------------


def test_what_time_did_in_a_case_is_done_in_its_order_and_each_term_begins_when_it_can(office):
    number = office.open("in_turn")
    office.turn()
    before = len(history(office, number))
    monday = datetime(2026, 3, 30, 15, 0, tzinfo=NOON.tzinfo)  # two weeks after the last term
    assert office.turn(monday).failed == 0
    office.sweep()

    # Nobody could do the third task before the clock was back, so its days begin now.
    assert history(office, number)[before:] == [
        (Kind.TASK_LAPSED, "quick", monday),
        (Kind.TASK_LAPSED, "slow", monday),
        (Kind.STATE_ENTERED, None, monday),
        (Kind.TASK_OPENED, "again", monday),
    ]
    (task,) = office.case(number).tasks
    assert (task.clock.start, task.clock.due_on) == (date(2026, 3, 30), date(2026, 4, 1))

    office.turn(task.clock.due_at + timedelta(seconds=1))
    assert office.case(number).result == "completed"


def test_the_cases_that_were_due_come_one_after_another_the_longest_due_first(office):
    late, middle, early = (office.open("silence") for _ in range(3))
    for number, days in ((late, 30), (middle, 5)):
        cases.extend(office.as_doer(), number, "task:1", f"{days} days", "Falta", key=number)
    office.turn(DUE_DAY)
    office.turn(NOON + 60 * A_DAY)

    with office.uow().reading() as connection:
        acts = select(Case.number).join(ActKey, ActKey.case_id == Case.id)
        told = list(connection.execute(acts.order_by(ActKey.asked_at)).scalars())
    assert told[-3:] == [early, middle, late]
    assert not any(office.case(number).is_open for number in told[-3:])


# --- No mail server for hours --------------------------------------------------------------------


def test_mail_that_a_server_takes_after_days_was_put_off_longer_each_time_and_is_sent_once(office):
    office.open()
    office.courier.fail(times=2 * 13)
    office.turn()
    waits = [longest_wait(office)]
    for _ in range(12):
        put_forward(office, timedelta(hours=8))
        office.work()
        waits.append(longest_wait(office))

    assert waits == sorted(waits)
    assert waits[:4] == [10, 20, 40, 80]
    assert waits[-1] == LONGEST_WAIT.total_seconds()
    seen = clock.health(office.uow())
    assert (seen.backlog.mails, seen.backlog.delayed_mails, seen.failed) == (2, 2, 0)

    put_forward(office, timedelta(hours=8))
    office.work()
    office.work()
    assert sorted(letter.address for letter in office.courier.letters) == [
        "dario@example.org",
        "helena@example.org",
    ]
    assert clock.health(office.uow()).backlog.mails == 0


def longest_wait(office):
    """Return in how many seconds the mail that waits longest is tried again."""
    with office.uow().reading() as connection:
        now = connection.execute(select(database_now())).scalar_one()
        last = connection.execute(select(func.max(JobRow.run_at))).scalar_one()
    return round((last - now).total_seconds(), -1)


def put_forward(office, by):
    """Let so much time pass for the work that waits."""
    uow = office.uow()
    with uow.writing() as connection:
        rows = connection.execute(select(JobRow.id, JobRow.run_at, JobRow.created_at)).all()
        for row in rows:
            moved = {"run_at": row.run_at - by, "created_at": row.created_at - by}
            connection.execute(update(JobRow).where(JobRow.id == row.id).values(**moved))


# --- What no longer matters ----------------------------------------------------------------------


def test_ended_work_and_old_logs_are_forgotten_in_small_parts_and_the_rest_is_kept(office):
    number = office.open()
    office.turn()
    uow = office.uow()
    case_id = uow.as_powers(clock.CLOCK_POWERS).load(number).case_id
    many = purging.BATCH + 1
    long_ago = NOON - 6 * 366 * A_DAY
    with uow.writing() as connection:
        connection.execute(update(JobRow).values(done_at=long_ago))
        connection.execute(update(Delivery).values(at=long_ago))
        keys = [
            {"key": f"old {n}", "case_id": case_id, "seq": 1, "at": long_ago, "logged": True}
            for n in range(many)
        ]
        written = {"asked_at": long_ago, "waits": False}
        connection.execute(insert(ActKey), [key | written for key in keys])
    office.open()
    office.turn()

    # Two jobs, two deliveries, and the keys; what the second errand left is young.
    assert purge_daily(office.uow) == 2 + 2 + many
    with office.uow().reading() as connection:
        left = [count(connection, row) for row in (JobRow, Delivery, ActKey)]
    assert left == [2, 2, 2]
    assert purge_daily(office.uow) is None


def count(connection, row):
    return connection.execute(select(func.count()).select_from(row)).scalar_one()

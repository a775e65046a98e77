"""What a sweep costs follows from what is due, not from what is open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, String, cast, func, insert, literal, select

from tests.counts import count
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.services.test_clock import FIVE_BEFORE
from tests.storage.metering import metered
from workflow.services import clock
from workflow.storage.case import Case, TaskRow
from workflow.storage.dialect import is_sqlite

FEW, MANY = 1_000, count(20_000, exhaustive=1_000_000)
DUE = 10
ANCHORS = 20
"""Cases opened as people open them, of which the crowd is made; none of them is due yet."""
SMALL_TABLES = 1_000
"""Of tables read whole, what the first turn has made longer; a crowd read once is many times it."""
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
SPREAD = 1_000
"""How far apart the copies of a case are numbered."""


@pytest.fixture
def office(installation):
    """Give an office with as many cases due on one day as on the next, and others due later."""
    made = Office(installation, NOON)
    for day in (0, 1):
        made.now = NOON + day * A_DAY
        for _ in range(DUE):
            made.claim(made.open())  # so that nothing is told of them but their deadlines
    for minutes in range(ANCHORS):
        made.now = NOON + timedelta(days=2, minutes=minutes)
        made.claim(made.open())
    made.turn(FIVE_BEFORE - timedelta(seconds=1))
    return made


def crowd(connection: Connection, *, upto: int) -> None:
    """Copy the cases that are due later, with their tasks, until there are so many in all."""
    have = connection.execute(select(func.count()).select_from(Case)).scalar_one()
    done = (have - 2 * DUE) // ANCHORS
    copies = (upto - 2 * DUE) // ANCHORS
    number = select(literal(done).label("n")).cte("copy", recursive=True)
    number = number.union_all(select(number.c.n + 1).where(number.c.n < copies - 1))
    later = select(Case.id).where(Case.id < SPREAD, Case.opened_at > NOON + 1.5 * A_DAY)
    for row, key in ((Case, Case.id), (TaskRow, TaskRow.case_id)):
        columns = {column.name: column for column in row.__table__.columns}
        columns[key.name] = key + number.c.n * SPREAD
        if row is Case:
            columns["number"] = Case.number + "/" + cast(number.c.n, String)
        each = select(*columns.values()).join_from(row, number, key < SPREAD)
        copied = each.where(key.in_(later))
        connection.execute(insert(row).from_select(list(columns), copied))


def turn(office, engine, url):
    """Let the clock do what is due and tell how it is; return what that has read."""
    with metered(engine, url) as reading:
        swept = office.sweep()
        worked = office.work()
        health = clock.health(office.uow())
    assert (swept.cases, swept.notices, swept.failed) == (DUE, 2 * DUE, 0)
    assert worked.failed == 0
    assert (health.lag, health.backlog.jobs) == (timedelta(), 0)
    return reading.amount


@pytest.mark.exhaustive
def test_a_sweep_reads_no_more_where_a_thousand_times_as_much_is_open(
    office, engine, database_url, record_property
):
    read = {}
    for day, upto in enumerate((FEW, MANY)):
        with engine.begin() as connection:
            crowd(connection, upto=upto)
        if not is_sqlite(engine):
            with engine.connect() as connection:
                raw = connection.execution_options(isolation_level="AUTOCOMMIT")
                raw.exec_driver_sql("VACUUM ANALYZE")  # as the server does by itself
        office.now = FIVE_BEFORE + day * A_DAY
        read[upto] = turn(office, engine, database_url)
        office.turn(office.now + AN_HOUR)  # the mail of the day is out before the next turn

    unit = "steps" if is_sqlite(engine) else "rows"
    for upto, amount in read.items():
        record_property(f"{unit} read for {DUE} due of {upto:,} open", amount)
    assert read[MANY] <= read[FEW] + SMALL_TABLES

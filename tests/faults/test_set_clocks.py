"""Clocks set forward and back, on the odd days of the calendar: each thing is due once.

The days are those on which summer time began and ended in São Paulo in 2018 and 2019, a leap day
and the end of a year. Deadlines end on each, and it is looked at every so often.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, select, update

from tests.counts import EXHAUSTIVE, count
from tests.installation import deploy
from tests.servers.databases import KINDS
from tests.servers.installed import ZONE
from tests.services.errands import SILENCE, Office
from workflow.core.events import Kind
from workflow.services import clock
from workflow.services.installation import Installation
from workflow.services.purging import purge_daily
from workflow.storage.case import Case, EventRow
from workflow.storage.engine import make_engine
from workflow.storage.people import Membership
from workflow.storage.work import NoticeRow

ODD_DAYS = (
    date(2018, 2, 18),  # summer time ends: the last hour of the 17th comes twice
    date(2018, 11, 4),  # it begins: the day has no first hour
    date(2019, 2, 17),
    date(2020, 2, 29),
    date(2026, 12, 31),
)
EVERY = timedelta(minutes=count(480, exhaustive=15))
CASES = count(1, exhaustive=4)
A_DAY = timedelta(days=1)
HOURLY = SILENCE.replace("key: silence", "key: hourly").replace("10 working days", "36 hours")
"""A silence whose term ends at any hour of the night."""


@pytest.fixture(params=KINDS if EXHAUSTIVE else ["sqlite"])  # time is the same on both
def office(request):
    engine = make_engine(request.getfixturevalue(f"{request.param}_url"))
    made = Office(Installation(engine, ZONE), midnight(ODD_DAYS[0]) - 30 * A_DAY)
    with made.uow().writing() as connection:
        connection.execute(update(Membership).values(valid_from=date(2017, 1, 1)))
    deploy(made.uow(), [HOURLY])
    yield made
    engine.dispose()


def midnight(day):
    """Return when a day begins at three hours from Greenwich."""
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


def instants(day, random: Random):
    """Yield when the clock looks, from days before an odd day to days after, now and then set."""
    now, end = midnight(day) - A_DAY - timedelta(hours=12), midnight(day) + 6 * A_DAY
    while now < end:
        yield now
        if random.random() < 0.05:
            shift = timedelta(hours=random.choice((1, 3, -1, -2)))
            yield now + shift
            if shift > timedelta() and random.random() < 0.5:
                yield now  # and set right again
        now += EVERY


def test_whatever_the_clock_is_set_to_each_thing_happens_once(office, random, record_property):
    purged: Counter[date] = Counter()
    looks = 0
    numbers = []
    for day in ODD_DAYS:
        office.now = midnight(day) - 14 * A_DAY + timedelta(hours=15)
        for n in range(CASES * 3):
            office.now += timedelta(hours=n % 3 * 24)
            numbers.append(office.open("silence" if n % 2 else "errand"))
        office.now = midnight(day) - timedelta(hours=36, minutes=30)
        numbers += [office.open("hourly") for _ in range(CASES)]
        for now in instants(day, random):
            office.now, looks = now, looks + 1
            office.turn()
            office.hurry()
            office.work()
            if purge_daily(office.uow) is not None:
                purged[office.uow().today] += 1

    office.turn(midnight(ODD_DAYS[-1]) + 60 * A_DAY)
    office.hurry()
    office.work()

    each_once(office)
    assert max(purged.values()) == 1
    record_property("looks of the clock", looks)
    record_property("cases", len(numbers))
    record_property("days purged", len(purged))


def each_once(office):
    """Hold that nothing was told, mailed or done twice, and nothing left out."""
    with office.uow().reading() as connection:
        told = connection.execute(
            select(func.count())
            .where(NoticeRow.channel == "app", NoticeRow.clock_key.like("task:%"))
            .group_by(
                *(NoticeRow.case_id, NoticeRow.officer_id, NoticeRow.kind),
                *(NoticeRow.clock_key, NoticeRow.generation, NoticeRow.rung, NoticeRow.occurrence),
            )
        ).scalars()
        lapsed = connection.execute(
            select(func.count()).where(EventRow.kind == Kind.TASK_LAPSED).group_by(EventRow.case_id)
        ).scalars()
        silent = connection.execute(
            select(func.count()).select_from(Case).where(Case.definition_key != "errand")
        ).scalar_one()
        assert set(told) == {1}
        assert list(lapsed) == [1] * silent
    days = Counter((letter.officer_id, letter.day) for letter in office.courier.digests)
    mails = Counter(letter.reference for letter in office.courier.letters)
    assert max(days.values(), default=1) == 1
    assert max(mails.values()) == 1
    assert office.waiting() == []
    assert clock.health(office.uow()).failed == 0

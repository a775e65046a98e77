"""Whatever people do and whenever clocks run, exactly the notices that are due are issued."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from tests.counts import count
from tests.installation import acting_for, employ
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.services.reckoning import DEADLINE, Reckoning
from workflow.core.errors import Refusal
from workflow.services import cases, tasks
from workflow.storage.absences import add_substitution
from workflow.storage.case import Case
from workflow.storage.people import Substitution
from workflow.storage.work import JobRow, NoticeRow

TOLD = (*DEADLINE, "unassigned", "unreceived")


@pytest.fixture
def office(installation):
    office = Office(installation, NOON)
    office.sara = employ(office.uow(), "sara@example.org", SEF="officer")
    office.emil = employ(office.uow(), "emil@example.org", SEE="head")
    return office


def follow(office, schedule):
    office.now = NOON
    with office.uow().writing() as connection:
        connection.execute(delete(Substitution))
    number = office.open()
    book = begin(office, number)
    for gap, what, how in schedule:
        office.now += gap
        if what == "sweep":
            run(office, how)
        else:
            act(office, number, book, what)
        if what == "sweep" and how != "idle":
            book.sweep(office.now)
    office.now += timedelta(minutes=1)
    run(office, "one after the other")
    book.sweep(office.now)

    assert issued(office, number) == sorted(
        (line.at, line.kind, line.officer, line.due_on.isoformat(), line.withdrawn)
        for line in book.lines
    )
    assert all(book.at_work(line[0]) for line in issued(office, number))
    nobody_is_mailed_twice(office, number)
    rest(office, number)
    return book


def begin(office, number):
    calendar = office.uow().world().calendar("SEF")
    people = {"SEF": [office.doer, office.head, office.sara], "SEE": [office.emil]}
    return Reckoning(
        closed=set(calendar.closed),
        zone=office.installation.zone,
        members=people,
        heads={"SEF": [office.head], "SEE": [office.emil]},
        opened_at=office.now,
        due_on=office.case(number).tasks[0].clock.due_on,
    )


def run(office, how):
    """Let two clocks look: in turn, both at once, or one that dies before it sends anything."""
    if how == "idle":
        return
    if how == "at once":
        with ThreadPoolExecutor(2) as clocks:
            list(clocks.map(lambda _: office.sweep(), range(2)))
            list(clocks.map(office.work, ("one", "two")))
    else:
        office.sweep()
        if how != "killed":
            office.sweep()
            office.work("one")
            office.work("two")


def act(office, number, book, what):
    """Try an act; what is refused changes nothing, in the notebook either."""
    key = f"{number}:{what}:{office.now.isoformat()}"
    with suppress(Refusal):
        ACTS[what](office, number, book, key)


def claim(office, number, book, key):
    who = office.doer if book.agency == "SEF" else office.emil
    tasks.claim(acting_for(office.uow(), who, book.agency), number, 1, key=key)
    book.hold(who)


def release(office, number, book, key):
    tasks.release(office.as_doer(), number, 1, key=key)
    book.give_back(office.now)


def assign(office, number, book, key):
    tasks.assign(office.as_doer(), number, 1, office.sara, key=key)
    book.hold(office.sara)


def extend(office, number, book, key):
    cases.extend(office.as_doer(), number, "task:1", "10 days", "Falta um dado", key=key)
    book.move(office.case(number).tasks[0].clock.due_on)


def reassign(office, number, book, key):
    tasks.reassign(office.as_doer(), number, 1, "SEE", "É deles", key=key)
    book.hand_over("SEE", office.now)


def give_back(office, number, book, key):
    emil = acting_for(office.uow(), office.emil, "SEE")
    tasks.reassign(emil, number, 1, "SEF", "É de vocês", key=key)
    book.hand_over("SEF", office.now)


def complete(office, number, book, _key):
    office.complete(number)
    book.end()


def leave(office, _number, book, _key):
    """Let the doer, or the head, be away for a week with somebody in the place."""
    pairs = [(office.doer, office.coordinator), (office.head, office.sara)]
    gone, instead = pairs[len(book.away) % 2]
    first = office.uow().today
    last = first + timedelta(days=6)
    if any(a == gone and first <= until for a, _, _, until in book.away):
        return
    with office.uow().writing() as connection:
        add_substitution(
            connection,
            absent_id=gone,
            substitute_id=instead,
            agency="SEF",
            valid_from=first,
            valid_to=last,
            reason="férias",
            created_by=office.head,
        )
    book.away.append((gone, instead, first, last))


def rows_of(office, number, channel):
    wanted = (
        select(NoticeRow)
        .join(Case, Case.id == NoticeRow.case_id)
        .where(Case.number == number, NoticeRow.channel.in_(channel), NoticeRow.kind.in_(TOLD))
    )
    with office.uow().reading() as connection:
        return connection.execute(wanted.with_only_columns(*NoticeRow.__table__.columns)).all()


def issued(office, number):
    return sorted(
        (
            row.issued_at,
            row.kind,
            row.officer_id,
            row.params["due_on"],
            row.withdrawn_at is not None,
        )
        for row in rows_of(office, number, ["app"])
    )


def nobody_is_mailed_twice(office, number):
    """Each notice goes by one mail at the most, and by one."""
    mailed = [key_of(row) for row in rows_of(office, number, ["email", "digest"])]
    assert sorted(mailed) == sorted({key_of(row) for row in rows_of(office, number, ["app"])})
    days = [(digest.officer_id, digest.day) for digest in office.courier.digests]
    assert len(days) == len(set(days))
    letters = [letter.notice_id for letter in office.courier.letters]
    assert len(letters) == len(set(letters))


def key_of(row):
    return row.clock_key, row.generation, row.rung, row.occurrence, row.officer_id


def rest(office, number):
    """Leave nothing that the next schedule, which begins at noon again, could meet."""
    with office.uow().writing() as connection:
        connection.execute(Case.__table__.update().values(wake_at=None))
        connection.execute(JobRow.__table__.update().values(done_at=office.now))
    office.courier.letters.clear()
    office.courier.digests.clear()


ACTS = {
    "claim": claim,
    "release": release,
    "assign": assign,
    "extend": extend,
    "reassign": reassign,
    "give back": give_back,
    "leave": leave,
    "complete": complete,
}
gaps = st.integers(min_value=1, max_value=30 * 60).map(lambda minutes: timedelta(minutes=minutes))
steps = st.tuples(
    gaps,
    st.sampled_from(("sweep",) * 16 + tuple(ACTS) * 2),
    st.sampled_from(("one after the other", "at once", "killed", "idle")),
)


@pytest.mark.exhaustive
@given(schedule=st.lists(steps, min_size=10, max_size=60))
@settings(
    max_examples=count(12, exhaustive=300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_notices_are_those_of_the_notebook(office, schedule):
    follow(office, schedule)


@pytest.mark.parametrize("away", [True, False])
def test_a_quiet_case_climbs_its_whole_ladder(office, away):
    hours = [(timedelta(hours=8), "sweep", "one after the other")] * 60
    first = [(timedelta(minutes=1), "leave", "idle")] if away else []
    book = follow(office, [*first, (timedelta(minutes=1), "claim", "idle"), *hours])
    assert [line.kind for line in book.lines if line.officer != office.head] == [
        *("reminder", "reminder", "due_today", "overdue"),
    ]

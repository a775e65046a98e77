"""What pages, acts and idle sweeps read does not follow from how many cases there are."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, String, case, cast, insert, literal, select, text, update

from tests.servers.databases import under
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.storage.copying import count_again
from tests.storage.metering import metered
from workflow.services import inbox
from workflow.services.case_view import case_view
from workflow.services.inbox import Reader, View, Wanted
from workflow.services.installation import Installation
from workflow.services.public_view import look_up
from workflow.storage.case import Case, EventRow, TaskRow
from workflow.storage.dialect import is_sqlite
from workflow.storage.engine import make_engine
from workflow.storage.projections import CaseAgency
from workflow.storage.queries.inbox import PAGE
from workflow.storage.search import Passage

FEW, MANY = 200, 5_000
MOULDS = 10
SPREAD = 100
"""How far apart the copies of a case are numbered."""
STEPS = 1.25
"""By how much finding a row in a tree that has grown by a level may cost more."""
SOME = 60
"""Rows or steps that tell nothing: a page of an index that was split, or a count more."""
SHARES = 10
_SHARE = TaskRow.case_id // SPREAD % SHARES
SHARED = {
    "agency": case((_SHARE == 0, TaskRow.agency), else_=cast(_SHARE, String)),
    "assignee": TaskRow.assignee + _SHARE,
    "ended_by": TaskRow.ended_by + _SHARE,
}
"""Each of so many agencies has an officer who holds, or did, all that is there."""
READ = (Case, TaskRow, EventRow, CaseAgency, Passage)


@pytest.fixture
def office(installation):
    made = Office(installation, NOON)
    for _ in range(MOULDS):
        made.claim(made.open())
    made.turn()
    return made


def lay(connection: Connection, *, turned: bool) -> None:
    """Make the indexes of tasks anew, in one order or the other.

    Of two that look alike SQLite takes the last, and an upgrade leaves them in any order.
    """
    for index in sorted(TaskRow.__table__.indexes, key=lambda one: one.name, reverse=turned):
        index.drop(connection)
        index.create(connection)


def crowd(connection: Connection, *, have: int, upto: int) -> None:
    """Copy the first cases, with their rows, until there are so many."""
    number = select(literal(have // MOULDS).label("n")).cte("copy", recursive=True)
    last = upto // MOULDS - 1
    number = number.union_all(select(number.c.n + 1).where(number.c.n < last))
    for row in READ:
        columns = {c.name: c for c in row.__table__.columns if row is Case or c.name != "id"}
        key = Case.id if row is Case else row.case_id
        columns[key.name] = key + number.c.n * SPREAD
        if row is Case:
            columns["number"] = Case.number + "/" + cast(number.c.n, String)
        each = select(*columns.values()).join_from(row, number, key <= MOULDS)
        connection.execute(insert(row).from_select(list(columns), each))
    count_again(connection)


def looks(office):
    """Return what is measured, by name; each is done for its own case."""
    reader = Reader(office.doer, "SEF")
    mine = [office.open() for _ in range(4)]
    for number in mine:
        office.claim(number)
    for _ in range(PAGE + 1):  # a page of what nobody has taken
        office.open()
    office.turn()
    whole = Wanted(View.AGENCY)
    first = inbox.task_page(office.as_doer(), reader, whole, after=None, limit=PAGE)

    def page(after=None, wanted=whole):
        return inbox.task_page(office.as_doer(), reader, wanted, after=after, limit=PAGE + 1)

    return {
        "an inbox page": page,
        "a deep page": lambda: page(first[-1].cursor),
        "what nobody has taken": lambda: page(wanted=Wanted(View.UNASSIGNED)),
        "what waits": lambda: page(wanted=Wanted(View.WAITING)),
        "what is one's own": lambda: page(wanted=Wanted(View.MINE)),
        "counts": lambda: inbox.count_all(office.as_doer(), reader, map(Wanted, View)),
        "a case page": lambda: case_view(office.as_doer(), mine[0]),
        "a public page": lambda: look_up(office.uow(), mine[0]),
        "completing": lambda: office.complete(mine[1]),
        "opening": office.open,
        "an idle sweep": office.sweep,
    }


@pytest.mark.parametrize("turned", [False, True])
def test_what_is_read_is_the_same_with_many_more_cases(
    office, engine, database_url, turned, record_property
):
    with engine.begin() as connection:
        lay(connection, turned=turned)
    read = {}
    for have, upto in ((MOULDS, FEW), (FEW, MANY)):
        with engine.begin() as connection:
            crowd(connection, have=have, upto=upto)
        looked = looks(office)
        if not is_sqlite(engine):
            with engine.connect() as connection:
                raw = connection.execution_options(isolation_level="AUTOCOMMIT")
                raw.exec_driver_sql("VACUUM ANALYZE")  # as the server does by itself
        for name, look in looked.items():
            with metered(engine, database_url) as reading:
                look()
            read[name, upto] = reading.amount

    grown = {name: (read[name, FEW], read[name, MANY]) for name, _ in read}
    record_property(f"read with {FEW} and {MANY:,} cases", grown)
    beyond = {name: n for name, n in grown.items() if n[1] > n[0] * STEPS + SOME}
    assert not beyond


@pytest.mark.parametrize("done", [False, True])
def test_what_one_holds_or_did_is_read_in_order_where_policies_bind(
    postgresql_url, role_at_work, done
):
    owner = make_engine(postgresql_url)
    office = Office(Installation(owner, ZoneInfo("America/Sao_Paulo")), NOON)
    numbers = [office.open() for _ in range(MOULDS)]
    for number in numbers:
        office.claim(number)
    for number in numbers[1:] if done else ():
        office.complete(number)
    with owner.begin() as connection:
        crowd(connection, have=MOULDS, upto=MANY)
        connection.execute(update(TaskRow).values(SHARED))
    with owner.connect() as connection:
        raw = connection.execution_options(isolation_level="AUTOCOMMIT")
        raw.exec_driver_sql("VACUUM ANALYZE")
    owner.dispose()

    url = under(postgresql_url, role_at_work)
    bound = make_engine(url)
    office.installation = Installation(bound, ZoneInfo("America/Sao_Paulo"))
    reader, wanted = Reader(office.doer, "SEF"), Wanted(View.MINE, own=done)
    page_of = inbox.done_tasks if done else inbox.task_page
    with metered(bound, url) as reading:
        page = page_of(office.as_doer(), reader, wanted, after=None, limit=PAGE + 1)
    assert len(page) == PAGE + 1
    assert reading.amount < MANY // SHARES


def read_whole(connection):
    """Return how often each table of what acts write was read from one end to the other."""
    connection.execute(text("SELECT pg_stat_force_next_flush()"))
    connection.commit()
    scans = text("SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname = ANY(:names)")
    names = ["case", "task", "event", "case_agency", "case_deadline", "passage", "job"]
    found = dict(connection.execute(scans, {"names": names}).all())
    connection.commit()
    return found


def test_what_was_made_ready_in_an_empty_database_reads_no_table_whole_later(postgresql_url):
    engine = make_engine(postgresql_url)
    office = Office(Installation(engine, ZoneInfo("America/Sao_Paulo")), NOON)

    def work(times):
        for _ in range(times):
            number = office.open()
            office.claim(number)
            office.complete(number)
        with engine.connect() as connection:
            return read_whole(connection)

    made_ready = work(10)
    assert work(20) == made_ready
    engine.dispose()

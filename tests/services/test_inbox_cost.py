"""An agency's inbox of tens of thousands of tasks costs the database what one of fifty costs."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, String, cast, delete, func, insert, literal, select

from tests.counts import count
from tests.installation import acting_for
from tests.services.conftest import NOON
from tests.services.errands import DATA, Office
from tests.storage.counting import counted
from tests.storage.metering import metered
from workflow.core.acts.answers import Answers
from workflow.services import cases, inbox
from workflow.services.inbox import Reader, View, Wanted
from workflow.services.installation import Installation
from workflow.services.labels import make_label, put_label
from workflow.storage.audit import tallied
from workflow.storage.base import NO_DAY
from workflow.storage.case import Case, TaskRow
from workflow.storage.desk import CaseLabel
from workflow.storage.engine import make_engine
from workflow.storage.projections import QUEUE_MOVE, QueueCount, QueueTally
from workflow.storage.queries.inbox import PAGE
from workflow.storage.search import Passage

FEW, MANY = 50, count(10_000, exhaustive=50_000)
SPREAD = 1_000
"""How far apart the copies of a case are numbered."""
RARE = 3
"""Cases that stay as few as they are, whatever the crowd."""
SOME_PAGES = 300
"""Rows: what the index reads more of a page of a large table, and of the counts that are kept."""


@pytest.fixture
def office(postgresql_url):
    engine = make_engine(postgresql_url)
    made = Office(Installation(engine, ZoneInfo("America/Sao_Paulo")), NOON)
    head = acting_for(made.uow(), made.head, "SEF", head=True)
    for name in ("Raro", "Comum"):
        make_label(head, "SEF", name, "teal")
    for _ in range(RARE):
        put_label(made.as_doer(), made.open("silence"), label=1)
        made.claim(made.open())
    _open_for(made, "SEE")
    for _ in range(10):
        put_label(made.as_doer(), made.open(), label=2)
    yield made
    engine.dispose()


def _open_for(office, opener):
    uow = acting_for(office.uow(), office.opener, opener)
    answers = Answers(data={**DATA, "subject": "Empréstimo de um astrolábio"})
    cases.open_case(uow, "errand", opener=opener, answers=answers, key=office.key())


def crowd(connection: Connection, *, upto: int) -> None:
    """Copy the common cases nobody has taken, tasks and texts, until there are so many tasks."""
    common = select(TaskRow.case_id).where(
        *(TaskRow.case_id < SPREAD, TaskRow.assignee.is_(None)),
        *(TaskRow.type == "errand", TaskRow.opener == "SEDE"),
    )
    have = connection.execute(select(func.count()).select_from(TaskRow)).scalar_one()
    done = connection.execute(select(func.max(Case.id))).scalar_one() // SPREAD + 1
    more = max(1, (upto - have) // 10)
    number = select(literal(done).label("n")).cte("copy", recursive=True)
    number = number.union_all(select(number.c.n + 1).where(number.c.n < done + more - 1))
    copied = (
        *((Case, Case.id), (TaskRow, TaskRow.case_id)),
        *((CaseLabel, CaseLabel.case_id), (Passage, Passage.case_id)),
    )
    for row, key in copied:
        columns = {c.name: c for c in row.__table__.columns if row is not Passage or c.name != "id"}
        columns[key.name] = key + number.c.n * SPREAD
        if row is Case:
            columns["number"] = Case.number + "/" + cast(number.c.n, String)
        each = select(*columns.values()).join_from(row, number, key < SPREAD)
        connection.execute(insert(row).from_select(list(columns), each.where(key.in_(common))))
    _count_again(connection)


def _count_again(connection: Connection) -> None:
    for table in (QUEUE_MOVE, QueueTally, QueueCount):
        connection.execute(delete(table))
    shelves = [{**tally._asdict(), "n": n} for tally, n in tallied(connection).items()]
    connection.execute(insert(QueueTally), shelves)
    where = (TaskRow.agency, func.coalesce(TaskRow.assignee, 0))
    day = func.coalesce(TaskRow.due_on, NO_DAY)
    queues = select(*where, day, func.count()).where(TaskRow.is_open()).group_by(*where, day)
    rows = [tuple(row) for row in connection.execute(queues)]
    names = ("agency", "assignee", "due_on", "n")
    connection.execute(insert(QueueCount), [dict(zip(names, r, strict=True)) for r in rows])


NARROWED = {
    "the whole agency": Wanted(View.AGENCY),
    "what nobody has taken": Wanted(View.UNASSIGNED),
    "one's own": Wanted(View.MINE),
    "what waits": Wanted(View.WAITING),
    "a common type": Wanted(View.AGENCY, type="errand"),
    "a rare type": Wanted(View.UNASSIGNED, type="silence"),
    "a rare opener": Wanted(View.AGENCY, opener="SEE"),
    "a rare pair": Wanted(View.UNASSIGNED, type="errand", opener="SEE"),
    "a rare word": Wanted(View.AGENCY, text="ASTROLABIO"),
    "one group": Wanted(View.AGENCY, group="late"),
    "a rare label": Wanted(View.AGENCY, label=1),
    "a common label": Wanted(View.UNASSIGNED, label=2),
}


def read_pages(office) -> list[int]:
    """Read what a visit to the inbox reads, for every narrowing; return how many lines it had."""
    uow, reader = office.as_doer(), Reader(office.doer, "SEF")
    shown = []
    for wanted in NARROWED.values():
        page = inbox.task_page(uow, reader, wanted, after=None, limit=PAGE + 1)
        shown.append(len(page))
        if len(page) > PAGE:
            after = page[PAGE - 1].cursor
            inbox.task_page(uow, reader, wanted, after=after, limit=PAGE + 1)
    return shown


def count_pages(office) -> list[int]:
    uow, reader = office.as_doer(), Reader(office.doer, "SEF")
    far = ("one group", "a common label")  # counted as far as a thousand, row by row
    exact = [one for name, one in NARROWED.items() if name not in far]
    found = inbox.count_all(uow, reader, [*(Wanted(view) for view in View), *exact])
    tomorrow = NOON + timedelta(days=1)
    assert inbox.count_arrived(uow, reader, Wanted(View.AGENCY), since=tomorrow) is None
    return [found[one].n for one in exact]


@pytest.mark.exhaustive
def test_an_inbox_of_many_pages_filters_and_counts_as_one_of_few(
    office, postgresql_url, record_property
):
    engine, read, sent, lines = office.installation.engine, {}, {}, {}
    for upto in (FEW, MANY):
        with engine.begin() as connection:
            crowd(connection, upto=upto)
        with engine.connect() as connection:
            raw = connection.execution_options(isolation_level="AUTOCOMMIT")
            raw.exec_driver_sql("VACUUM ANALYZE")  # as the server does by itself
        read_pages(office)  # what is read once for every process is not what is measured
        with metered(engine, postgresql_url) as pages, counted(engine) as statements:
            lines[upto] = read_pages(office)
        with metered(engine, postgresql_url) as kept:
            counts = count_pages(office)
        read[upto], sent[upto] = (pages.amount, kept.amount), len(statements)
        record_property(f"rows read for pages and counts of {upto:,} open tasks", read[upto])

    assert counts[0] > MANY - 50
    assert counts[5:] == [RARE, 1, 1, 1, RARE]
    assert lines[FEW][5:9] == lines[MANY][5:9] == [RARE, 1, 1, 1]
    assert [one[10:] for one in lines.values()] == [[RARE, PAGE + 1]] * 2
    assert sent[MANY] == sent[FEW]
    assert all(many <= few + SOME_PAGES for few, many in zip(read[FEW], read[MANY], strict=True))

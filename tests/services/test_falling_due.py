"""What falls due: whose it is, who may see it, what it costs, and what is foreseen of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, text

from tests.installation import acting_for, deploy, employ
from tests.servers.installed import ZONE
from tests.services.errands import ERRAND, Office
from tests.storage.counting import counted
from workflow.core.fields import Access
from workflow.services import cases, falling_due, tasks
from workflow.services.falling_due import View
from workflow.services.installation import Installation
from workflow.storage.engine import make_engine, writing
from workflow.storage.models import METADATA
from workflow.storage.queries.due_counts import CAPPED

START = datetime(2026, 3, 2, 15, tzinfo=UTC)
DUE = date(2026, 3, 16)
WHOLE = ERRAND.replace("key: errand", "key: whole_errand").replace(
    "states:",
    "deadlines:\n  - {key: whole, title: Tudo, term: 20 working days, rule: house, from: opened}\n"
    "states:",
    1,
)


@pytest.fixture
def desk(installation):
    made = Office(installation, START)
    deploy(made.uow(), [WHOLE])
    return made


def looking(desk, officer, *agencies):
    """Return a unit of work of an officer, and what they may look at."""
    uow = acting_for(desk.uow(), officer, agencies[0])
    return uow, falling_due.reader(uow, agency=agencies[0], agencies=agencies)


def seen(desk, officer, agency, view=View.AGENCY, **narrowed):
    uow, reader = looking(desk, officer, agency)
    found = falling_due.due_list(uow, reader.whose(view), **narrowed)
    return [(item.number, item.key) for item in found]


# --- Whose -------------------------------------------------------------------------------------


def test_an_officer_sees_their_own_tasks_and_what_nobody_holds(desk):
    free, own, other = (desk.open() for _ in range(3))
    colleague = employ(desk.uow(), "carla@example.org", SEF="officer")
    tasks.claim(desk.as_doer(), own, 1, key="own")
    tasks.claim(acting_for(desk.uow(), colleague, "SEF"), other, 1, key="other")

    assert seen(desk, desk.doer, "SEF", View.MINE) == [(free, "task:1"), (own, "task:1")]
    assert seen(desk, colleague, "SEF", View.MINE) == [(free, "task:1"), (other, "task:1")]
    assert seen(desk, desk.opener, "SEDE", View.MINE) == []


def test_an_agency_sees_its_tasks_and_the_cases_it_answers_for(desk):
    number = desk.open("whole_errand")

    assert seen(desk, desk.doer, "SEF") == [(number, "task:1")]
    assert seen(desk, desk.coordinator, "SCC") == [(number, "case:whole")]
    assert seen(desk, desk.opener, "SEDE") == []


def test_a_coordinator_sees_every_deadline_of_the_types_of_the_agency(desk):
    number, other = desk.open("whole_errand"), desk.open()
    _, reader = looking(desk, desk.coordinator, "SCC")

    assert reader.views == tuple(View)
    assert seen(desk, desk.coordinator, "SCC", View.TYPES) == [
        (number, "task:1"),
        (other, "task:1"),
        (number, "case:whole"),
    ]
    assert seen(desk, desk.coordinator, "SCC", View.TYPES, type="errand") == [(other, "task:1")]


def test_who_coordinates_nothing_has_no_such_view(desk):
    number = desk.open()
    _, reader = looking(desk, desk.doer, "SEF")

    assert reader.views == (View.MINE, View.AGENCY)
    assert seen(desk, desk.doer, "SEF", View.TYPES) == [(number, "task:1")]
    assert seen(desk, desk.opener, "SEDE", View.TYPES) == []


def test_what_one_may_not_see_never_appears(desk):
    number = desk.open("whole_errand")
    uow = acting_for(desk.uow(), desk.coordinator, "SCC")
    assert seen(desk, desk.coordinator, "SCC", View.TYPES)
    restrict(desk, number)
    outsider = employ(desk.uow(), "otto@example.org", SCC="coordinator")

    with uow.writing() as connection:
        connection.execute(text("DELETE FROM case_agency WHERE agency = 'SCC'"))
    for view in View:
        assert seen(desk, outsider, "SCC", view) == []
        summary = falling_due.summary(*with_whose(desk, outsider, "SCC", view))
        assert (summary.late, summary.today, summary.week) == (0, 0, 0)
    assert seen(desk, desk.doer, "SEF") == [(number, "task:1")]


def with_whose(desk, officer, agency, view):
    uow, reader = looking(desk, officer, agency)
    return uow, reader.whose(view)


def restrict(desk, number):
    with desk.uow().writing() as connection:
        connection.execute(
            text('UPDATE "case" SET access = :access WHERE number = :number'),
            {"access": Access.RESTRICTED.value, "number": number},
        )


def test_a_task_of_an_agency_that_one_has_left_is_no_longer_ones_own(desk):
    number = desk.open()
    tasks.claim(desk.as_doer(), number, 1, key="own")

    assert seen(desk, desk.doer, "SEDE", View.MINE) == []


# --- How it is shown ---------------------------------------------------------------------------


def test_what_is_done_or_closed_no_longer_falls_due(desk):
    number = desk.open("whole_errand")
    desk.complete(number)

    assert seen(desk, desk.coordinator, "SCC", View.TYPES) == []


def test_a_deadline_that_stands_still_comes_last_and_says_so(desk):
    number, other = desk.open(), desk.open()
    opener = acting_for(desk.uow(), desk.opener, "SEDE")
    cases.suspend(opener, number, "Espera-se.", review_on=date(2026, 3, 20), key="rest")
    uow, reader = looking(desk, desk.doer, "SEF")
    found = falling_due.due_list(uow, reader.whose(View.AGENCY))

    assert [(item.number, item.due_on) for item in found] == [(other, DUE), (number, None)]
    assert found[1].clock["status"] == "paused"


def test_pages_follow_each_other_without_gaps(desk):
    numbers = [desk.open("whole_errand") for _ in range(3)]
    uow, reader = looking(desk, desk.coordinator, "SCC")
    whose, found, after = reader.whose(View.TYPES), [], None
    while page := falling_due.due_list(uow, whose, after=after, limit=2):
        found += [(item.number, item.key) for item in page]
        after = page[-1].place

    assert sorted(found) == sorted((n, k) for n in numbers for k in ("task:1", "case:whole"))


def test_the_summary_counts_what_is_late_due_today_and_within_a_week(desk):
    desk.open("whole_errand")
    desk.now = datetime(2026, 3, 17, 15, tzinfo=UTC)
    desk.open()
    both = falling_due.summary(*with_whose(desk, desk.coordinator, "SCC", View.TYPES))
    own = falling_due.summary(*with_whose(desk, desk.doer, "SEF", View.MINE))

    assert (both.late, both.today, both.week, both.capped) == (1, 0, 0, False)
    assert (own.late, own.today, own.week) == (1, 0, 0)
    desk.now = datetime(2026, 3, 16, 15, tzinfo=UTC)
    own = falling_due.summary(*with_whose(desk, desk.doer, "SEF", View.AGENCY))
    assert (own.late, own.today, own.week) == (0, 1, 0)


def test_a_month_shows_each_deadline_on_its_day_and_names_the_closed_ones(desk):
    number = desk.open()
    uow, reader = looking(desk, desk.doer, "SEF")
    whose = reader.whose(View.AGENCY)
    march = falling_due.due_month(uow, whose, date(2026, 3, 1), agency="SEF")
    april = falling_due.due_month(uow, whose, date(2026, 4, 1), agency="SEF")

    due = {day.day: [item.number for item in day.items] for day in march.days if day.items}
    assert due == {DUE: [number]}
    assert len(march.days) == 31
    assert all(len(week) == 7 for week in march.weeks)
    assert {day.count for day in march.days} == {0, 1}
    tiradentes = next(day for day in april.days if day.day == date(2026, 4, 21))
    assert tiradentes.closed
    assert not tiradentes.is_open


def test_a_month_of_more_than_can_be_read_still_counts_every_day(desk):
    for _ in range(3):
        desk.open()
    uow, reader = looking(desk, desk.doer, "SEF")
    whose = reader.whose(View.AGENCY)
    month = falling_due.due_month(uow, whose, date(2026, 3, 1), agency="SEF", limit=2)

    day = next(day for day in month.days if day.day == DUE)
    assert (len(day.items), day.count) == (2, 3)


# --- Cost --------------------------------------------------------------------------------------


def test_the_statements_do_not_grow_with_what_is_due(desk, installation):
    costs = []
    for _ in range(2):
        for _ in range(4):
            desk.open("whole_errand")
        uow, reader = looking(desk, desk.coordinator, "SCC")
        with counted(installation.engine) as sent:
            for view in View:
                falling_due.due_list(uow, reader.whose(view))
                falling_due.summary(uow, reader.whose(view))
                falling_due.due_month(uow, reader.whose(view), date(2026, 3, 1), agency="SCC")
        costs.append(len([one for one in sent if one.startswith(("SELECT", "WITH"))]))

    assert costs[0] == costs[1] <= 3 * 5


@pytest.fixture
def busy(postgresql_url):
    engine = make_engine(postgresql_url)
    made = Office(Installation(engine, ZONE), START)
    deploy(made.uow(), [WHOLE])
    yield made
    engine.dispose()


COPIED = {
    "id": "id + g * 1000",
    "number": "number || '-' || g",
    "case_id": "case_id + g * 1000",
    "order_at": "order_at + (g % 60) * interval '1 day'",
    "due_at": "due_at + (g % 60) * interval '1 day'",
    "due_on": "due_on + g % 60",
}
"""How the values of a copy differ, that no two cases are alike and not all due at once."""


def copy(desk, number, n):
    """Write that many copies of a case, due over the two months that follow."""
    engine = desk.installation.engine
    with writing(engine) as connection:
        wanted = text('SELECT id FROM "case" WHERE number = :number')
        case_id = connection.execute(wanted, {"number": number}).scalar_one()
        for table, key in (("case", "id"), ("task", "case_id"), ("case_deadline", "case_id")):
            names = [column.name for column in METADATA.tables[table].columns]
            values = ", ".join(COPIED.get(name, f'"{name}"') for name in names)
            listed = ", ".join(f'"{name}"' for name in names)
            statement = (
                f'INSERT INTO "{table}" ({listed}) SELECT {values} FROM "{table}"'
                f" CROSS JOIN generate_series(1, :n) AS g WHERE {key} = :id"
            )
            connection.execute(text(statement), {"n": n, "id": case_id})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def rows_read(engine, look):
    """Return how many rows the statements of a page have PostgreSQL read."""
    sent = []

    def note(_connection, _cursor, statement, parameters, *_):
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    look()
    event.remove(engine, "before_cursor_execute", note)
    total = 0
    with engine.connect() as connection:
        for statement, parameters in sent:
            plan = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
            found = connection.exec_driver_sql(plan, parameters).scalar_one()
            total += _scanned(found[0]["Plan"])
    return total


def _scanned(node):
    own = 0
    if "Scan" in node["Node Type"] and "Plans" not in node:
        own = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return own + sum(_scanned(below) for below in node.get("Plans", ()))


def forget_copies(desk):
    with writing(desk.installation.engine) as connection:
        for table, key in (("task", "case_id"), ("case_deadline", "case_id"), ("case", "id")):
            connection.execute(text(f'DELETE FROM "{table}" WHERE {key} >= 1000'))


@pytest.mark.parametrize("view", list(View))
def test_a_page_reads_no_more_rows_of_5000_deadlines_than_of_50(busy, view):
    number = busy.open("whole_errand")
    officer, agency = (busy.doer, "SEF") if view is View.MINE else (busy.coordinator, "SCC")
    uow, reader = looking(busy, officer, agency)
    whose = reader.whose(view)

    def look():
        falling_due.due_list(uow, whose, limit=20)
        falling_due.summary(uow, whose)

    read = []
    for n in (50, 5000):
        forget_copies(busy)
        copy(busy, number, n)
        read.append(rows_read(busy.installation.engine, look))

    assert read[1] <= read[0] + CAPPED

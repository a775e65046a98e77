"""What a search by a word costs follows from what it finds, not from how many cases there are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, String, case, cast, func, insert, literal, select

from tests.counts import count
from tests.installation import acting_as, deploy
from tests.services.rounds import OPENER, OWNER, ROUND, START, open_round
from tests.storage.counting import counted
from tests.storage.metering import metered
from workflow.core.acts.record import correct_data
from workflow.services.searching import PAGE, Asked, Facet, case_named, search
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.case import Case
from workflow.storage.dialect import is_sqlite
from workflow.storage.projections import CaseAgency
from workflow.storage.queries.search_plan import MOST_COUNTED
from workflow.storage.search import Passage

FEW, MANY = 5_000, count(10_000, exhaustive=1_000_000)
RARE = 10
"""Cases that have the word searched for; of one more, all others are copies."""
SPREAD = RARE + 1
"""How far apart the copies of a case are numbered."""
SELDOM = 50
"""Of so many cases one has a word that is neither rare nor met among the newest."""
CROWDS = 40_000, 120_000
"""Cases, of which about thirty thousand hold as many with the word as are counted."""
GAPPED = 12_000
"""Cases, of which those with the word are not spread evenly."""
STEPS = 1.25
"""By how much finding a row in a tree that has grown by a level may cost more."""


@pytest.fixture
def sought(installed):
    """Open the cases that have a rare word, and one that has not."""
    deploy(UnitOfWork(installed, now=START), [ROUND])
    numbers = [open_round(installed, f"{n}").number for n in range(RARE + 1)]
    uow = acting_as(installed, OWNER, now=START + timedelta(days=1))
    for number in numbers[1:]:
        values = {"subject": f"Ornitorrinco na rede: {number}"}
        uow.act(number, _renamed(values), key=f"{number}:renamed")
    return installed


def _renamed(values):
    def decide(case, now):
        return correct_data(case, values, "Nome certo.", now=now)

    return decide


def crowd(connection: Connection, *, upto: int) -> None:
    """Copy the case without the word until there are so many in all."""
    have = connection.execute(select(func.count()).select_from(Case)).scalar_one()
    first, last = have - RARE, upto - RARE
    number = select(literal(first).label("n")).cte("copy", recursive=True)
    number = number.union_all(select(number.c.n + 1).where(number.c.n < last - 1))
    for row, key in ((Case, Case.id), (CaseAgency, CaseAgency.case_id), (Passage, Passage.case_id)):
        columns = {c.name: c for c in row.__table__.columns if row is Case or c.name != "id"}
        columns[key.name] = key + number.c.n * SPREAD
        if row is Case:
            columns["number"] = Case.number + "/" + cast(number.c.n, String)
        each = select(*columns.values()).join_from(row, number, key == 1)
        connection.execute(insert(row).from_select(list(columns), each))


def found(uow):
    whole = search(uow, Asked("ornitorrinco rede", {}))
    narrowed = search(uow, Asked("ornitorrinco", {Facet.AGENCY: OPENER, Facet.TYPE: "round"}))
    assert (whole.total, narrowed.total, len(whole.hits)) == (RARE, RARE, RARE)


def numbered(uow):
    assert case_named(uow, "2026-000001-16")


def now_and_then(n):
    return n % SELDOM == 0


def of_late(n):
    return (n > 11_940) | (n % 500 == 0)


def long_ago(n):
    return (n % SELDOM == 0) & ((n < 1_000) | (n > 9_000))


def plant(connection: Connection, *, first: int, upto: int, having=now_and_then) -> None:
    """Copy a case with a single text, in which a word stands if the number is such a one."""
    number = select(literal(first).label("n")).cte("copy", recursive=True)
    number = number.union_all(select(number.c.n + 1).where(number.c.n < upto - 1))
    columns = {c.name: c for c in Case.__table__.columns}
    columns |= {"id": number.c.n, "number": Case.number + "/" + cast(number.c.n, String)}
    copied = select(*columns.values()).join_from(Case, number, Case.id == 1)
    connection.execute(insert(Case).from_select(list(columns), copied))
    words = case((having(number.c.n), "ornitorrinco rede"), else_="rede")
    told = literal("subject"), literal("network"), words, words
    into = ["case_id", "place", "readers", "text", "words"]
    connection.execute(insert(Passage).from_select(into, select(number.c.n, *told)))


@pytest.mark.parametrize("look", [found, numbered])
def test_a_search_reads_no_more_where_many_more_cases_do_not_match(
    sought, installed_url, look, record_property
):
    engine, read = sought.engine, {}
    for upto in (FEW, MANY):
        with engine.begin() as connection:
            crowd(connection, upto=upto)
        _settle(engine)
        uow = acting_as(sought, "SEE", now=START + timedelta(days=2))
        look(uow)
        with metered(engine, installed_url) as reading:
            look(uow)
        read[upto] = reading.amount

    unit = "steps" if is_sqlite(engine) else "rows"
    for upto, amount in read.items():
        record_property(f"{look.__name__}: {unit} read of {upto:,} cases", amount)
    assert read[MANY] <= read[FEW] * STEPS


def test_a_word_of_one_case_in_fifty_is_read_of_the_newest_only(
    installed, installed_url, record_property
):
    deploy(UnitOfWork(installed, now=START), [ROUND])
    open_round(installed, "one")
    engine, read, first = installed.engine, {}, 2
    for upto in CROWDS:
        with engine.begin() as connection:
            plant(connection, first=first, upto=upto)
        first = upto
        _settle(engine)
        uow = acting_as(installed, "SEE", now=START + timedelta(days=2))
        newest = search(uow, Asked("ornitorrinco", {}))
        assert (newest.counted, newest.more, len(newest.hits)) == (MOST_COUNTED, True, PAGE)
        assert [hit.id for hit in newest.hits] == [upto - n * SELDOM for n in range(1, PAGE + 1)]
        with metered(engine, installed_url) as reading:
            search(uow, Asked("ornitorrinco", {}))
        read[upto] = reading.amount
        record_property(f"read of {upto:,} cases", read[upto])
    few, many = CROWDS
    assert read[many] <= read[few] * STEPS


@pytest.mark.parametrize("having", [of_late, long_ago])
def test_pages_go_back_over_any_gap_in_order_and_without_one(installed, having):
    deploy(UnitOfWork(installed, now=START), [ROUND])
    open_round(installed, "one")
    with installed.engine.begin() as connection:
        plant(connection, first=2, upto=GAPPED, having=having)
    uow = acting_as(installed, "SEE", now=START + timedelta(days=2))
    expected = [n for n in range(GAPPED - 1, 1, -1) if having(n)]
    told, page = [], search(uow, Asked("ornitorrinco", {}))
    assert (page.total, page.more) == (len(expected), False)
    while page.following:
        told += [hit.id for hit in page.hits]
        page = search(uow, Asked("ornitorrinco", {}, before_id=page.following))
    assert [*told, *(hit.id for hit in page.hits)] == expected


def test_a_search_asks_the_same_few_questions_whatever_it_finds(sought):
    uow = acting_as(sought, "SEE", now=START + timedelta(days=2))
    search(uow, Asked("rede", {}))
    asked = []
    for typed in ("rede", "ornitorrinco", "nada"):
        with counted(sought.engine) as statements:
            search(uow, Asked(typed, {}))
        asked.append(len(statements))
    assert set(asked) == {4}


def _settle(engine) -> None:
    if is_sqlite(engine):
        return
    with engine.connect() as connection:
        raw = connection.execution_options(isolation_level="AUTOCOMMIT")
        raw.exec_driver_sql("VACUUM ANALYZE")  # as the server does by itself

"""What a search by a word costs follows from what it finds, not from how many cases there are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, String, cast, func, insert, literal, select

from tests.counts import count
from tests.installation import acting_as, deploy
from tests.services.rounds import OPENER, OWNER, ROUND, START, open_round
from tests.storage.counting import counted
from tests.storage.metering import metered
from workflow.core.acts.record import correct_data
from workflow.services.searching import Asked, Facet, case_named, search
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.case import Case
from workflow.storage.dialect import is_sqlite
from workflow.storage.projections import CaseAgency
from workflow.storage.search import Passage

FEW, MANY = 5_000, count(10_000, exhaustive=1_000_000)
RARE = 10
"""Cases that have the word searched for; of one more, all others are copies."""
SPREAD = RARE + 1
"""How far apart the copies of a case are numbered."""
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


def test_a_search_asks_the_same_few_questions_whatever_it_finds(sought):
    uow = acting_as(sought, "SEE", now=START + timedelta(days=2))
    search(uow, Asked("rede", {}))
    asked = []
    for typed in ("rede", "ornitorrinco", "nada"):
        with counted(sought.engine) as statements:
            search(uow, Asked(typed, {}))
        asked.append(len(statements))
    assert set(asked) == {5}


def _settle(engine) -> None:
    if is_sqlite(engine):
        return
    with engine.connect() as connection:
        raw = connection.execution_options(isolation_level="AUTOCOMMIT")
        raw.exec_driver_sql("VACUUM ANALYZE")  # as the server does by itself

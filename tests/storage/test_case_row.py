"""What acts write of the row of a case: all of it where one of its seldom parts is another."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.storage.cases import change, claiming, entering, load, opening, opening_task
from tests.storage.counting import counted
from workflow.core.fields import Access
from workflow.core.snapshot import CaseSnapshot, Result
from workflow.storage.apply import write
from workflow.storage.case import Case
from workflow.storage.engine import acting, reading
from workflow.storage.memory import REMEMBERED
from workflow.storage.rows import case_row
from workflow.storage.targets import FIXED, OFTEN

OPENED = change(None, opening(), entering(), opening_task(1))
CLAIMED = change(OPENED.after, claiming(1))
AT = datetime(2026, 3, 12, 15, tzinfo=UTC)
OTHER = {
    "definition": replace(OPENED.after.definition, version=4),
    "state": "done",
    "visit": 2,
    "entered_at": AT,
    "data": {"subject": "Loan of two paintings"},
    "participants": {"lender": ("SEF",)},
    "access": Access.RESTRICTED,
    "ground": "documento_preparatorio",
    "announced": False,
    "noticed_until": AT,
    "tasks_opened": 2,
    "result": Result.COMPLETED,
    "closed_at": AT,
}


def test_what_is_not_told_often_is_told_where_any_of_it_is_another():
    often = {"revision", "seq", "head", "clocks", "tasks", *REMEMBERED}
    fixed = {"number", "opener", "opened_by", "opened_at"}
    assert {field.name for field in fields(CaseSnapshot)} == {*OTHER, *often, *fixed}
    assert set(case_row(CLAIMED)) == OFTEN
    assert {*case_row(OPENED), "id"} == {column.name for column in Case.__table__.columns}
    assert OFTEN.isdisjoint(FIXED)


@pytest.mark.parametrize("part", sorted(OTHER))
def test_a_case_of_which_a_part_is_another_is_written_whole(part):
    other = replace(CLAIMED, after=replace(CLAIMED.after, **{part: OTHER[part]}))
    assert set(case_row(other)) == set(case_row(OPENED))


def test_a_case_that_gets_an_access_code_is_written_whole():
    assert case_row(CLAIMED, access_code_hash="h")["access_code_hash"] == "h"


def test_a_claim_names_eight_columns_of_its_case(engine):
    with acting(engine) as connection:
        assert write(connection, OPENED, case_id=None, key="k1")
    with reading(engine) as connection:
        before = connection.execute(select(Case)).one()._mapping
        found = load(connection)
    with counted(engine) as statements, acting(engine) as connection:
        claimed = change(found.snapshot, claiming(1))
        assert write(connection, claimed, case_id=found.case_id, key="k2")
    (told,) = [one for one in statements if 'UPDATE "case" SET' in one]
    assert "state" not in told
    with reading(engine) as connection:
        after = connection.execute(select(Case)).one()._mapping
    assert {name for name in before if before[name] != after[name]} <= OFTEN
    assert (before["revision"], after["revision"]) == (1, 2)

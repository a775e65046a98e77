"""What is changed of a task that is there: no column less than an act changes, and few more."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from tests.storage.cases import (
    change,
    claiming,
    entering,
    load,
    opening,
    opening_task,
)
from tests.storage.counting import counted
from workflow.core.change import TaskRecord
from workflow.core.snapshot import InformationRequest, Proposal, Task, TaskStatus
from workflow.storage.apply import write
from workflow.storage.case import TaskRow
from workflow.storage.engine import acting, reading
from workflow.storage.known_tasks import COLUMNS, ENDED, known_tasks
from workflow.storage.single_statement import MOST_ALTERED
from workflow.storage.task_rows import task_row

OPENED = change(None, opening(), entering(), opening_task(1), opening_task(2))
AT = datetime(2026, 3, 12, 15, tzinfo=UTC)
OTHER = {
    "key": "report",
    "slot": "row:1",
    "agency": "IEPHA",
    "visit": 2,
    "opened_at": AT,
    "status": TaskStatus.CLAIMED,
    "assignee": 7,
    "claimed_at": AT,
    "received_at": AT,
    "reached_at": AT,
    "clock": None,
    "proposal": Proposal("favourable", {}, 7, None, None, AT),
    "request": InformationRequest(1, "Quando?", "SEF", "IEPHA", AT),
    "review_on": date(2026, 4, 1),
    "child": "2026-000009-11",
    "priority": "elderly",
}


def changed(*records: TaskRecord, before: Task | None = None, after=OPENED.after):
    """Part the tasks of an act; `before` is how the first of two was, if it was another."""
    first, second = OPENED.after.tasks
    known = replace(OPENED.after, tasks=(before or first, second))
    return known_tasks(replace(OPENED, before=known, after=after, tasks=records))


def row_of(record: TaskRecord):
    return task_row(record, OPENED.after)


def test_every_part_of_a_task_has_its_columns():
    assert {*COLUMNS, "no", "status"} == {field.name for field in fields(Task)}
    written = {column for columns in COLUMNS.values() for column in columns}
    fixed = {"case_id", "no", "owner", "type", "opener"}
    assert written | {"status", *ENDED} | fixed == {c.name for c in TaskRow.__table__.columns}


@pytest.mark.parametrize("back", [False, True], ids=["there", "and back"])
@pytest.mark.parametrize("part", sorted(OTHER))
def test_what_an_act_changes_is_written_and_nothing_else_of_the_task(part, back):
    task = OPENED.after.tasks[0]
    ways = [task, replace(task, **{part: OTHER[part]})]
    before, after = reversed(ways) if back else ways
    record = TaskRecord(after, False, after.status)
    (one,), others = changed(record, before=before)
    assert others == []
    old, new = row_of(TaskRecord(before, False, before.status)), one.whole()
    assert new == row_of(record)
    assert {name for name in new if new[name] != old[name]} <= set(one.columns)
    assert set(one.columns) == set(COLUMNS.get(part, (part,)))
    assert one.changed() == {name: new[name] for name in ("no", *one.columns)}


def test_new_tasks_are_written_apart_from_those_that_are_there():
    first, second = OPENED.after.tasks
    ended = [
        TaskRecord(one, False, TaskStatus.CANCELLED, None, None, AT, 7) for one in (first, second)
    ]
    new = TaskRecord(replace(first, no=3), True, first.status)
    known, others = changed(*ended, new)
    assert [one.columns for one in known] == [("status", *ENDED)] * 2
    assert [one.changed() for one in known] == [
        {"no": no, "status": "cancelled", "outcome": None, "reason": None}
        | {"ended_at": AT, "ended_by": 7}
        for no in (1, 2)
    ]
    assert others == [new]


def test_a_task_that_is_as_it_was_is_not_written():
    first = OPENED.after.tasks[0]
    assert changed(TaskRecord(first, False, first.status)) == ([], [])


def test_under_another_definition_tasks_are_written_whole():
    first = OPENED.after.tasks[0]
    migrated = replace(OPENED.after, definition=replace(OPENED.after.definition, version=2))
    record = TaskRecord(first, False, first.status)
    assert changed(record, after=migrated) == ([], [record])


def test_a_claim_names_four_columns_of_a_task(engine):
    with acting(engine) as connection:
        assert write(connection, OPENED, case_id=None, key="k1", as_usual=True)
    with reading(engine) as connection:
        found = load(connection)
    claimed = change(found.snapshot, claiming(1))
    with counted(engine) as statements, acting(engine) as connection:
        assert write(connection, claimed, case_id=found.case_id, key="k2", as_usual=True)
    (told,) = re.findall(r"UPDATE task SET (.*) WHERE", "".join(statements))
    named = re.findall(r"(\w+) ?= ?[?$]", told)
    assert named == ["status", "assignee", "claimed_at", "received_at"]
    with reading(engine) as connection:
        kept = select(TaskRow.status, TaskRow.assignee, TaskRow.outcome).order_by(TaskRow.no)
        assert connection.execute(kept).all() == [("claimed", 7, None), ("open", None, None)]


@pytest.mark.parametrize("as_usual", [True, False])
@pytest.mark.parametrize("many", [MOST_ALTERED, MOST_ALTERED + 1])
def test_however_many_an_act_alters_each_is_written(engine, many, as_usual):
    tasks = [opening_task(no) for no in range(1, many + 2)]
    opened = change(None, opening(), entering(), *tasks)
    with acting(engine) as connection:
        assert write(connection, opened, case_id=None, key="k1")
        found = load(connection)
        claimed = change(found.snapshot, *(claiming(no) for no in range(1, many + 1)))
        other = change(found.snapshot, claiming(many + 1))
        for key, one, written in (("k2", claimed, True), ("k3", other, False)):
            done = write(connection, one, case_id=found.case_id, key=key, as_usual=as_usual)
            assert done is written
    with reading(engine) as connection:
        kept = select(TaskRow.assignee).order_by(TaskRow.no)
        assert list(connection.scalars(kept)) == [7] * many + [None]

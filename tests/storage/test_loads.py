"""Who was given a task when, read along indexes however much was completed before."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import event, insert, select

from tests.storage.cases import NOW, change, claiming, completing, entering, opening, opening_task
from tests.storage.test_queries import ask, number, person, save
from workflow.storage.case import TaskRow
from workflow.storage.engine import writing
from workflow.storage.queries.loads import last_given


def given(engine, n, officer, *, after, completed=False):
    """Write a case whose one task an officer was given some hours after the beginning."""
    steps = (opening(), entering(), opening_task(1), claiming(1, officer))
    made = save(engine, change(None, *steps, number=number(n), after=timedelta(hours=after)))
    if completed:
        done = change(made.snapshot, completing(1), number=number(n), after=timedelta(hours=9))
        save(engine, done, made.case_id)


def test_the_last_time_is_that_of_what_is_held_or_was_completed_last(engine):
    for officer, name in ((7, "Ada"), (8, "Bruno"), (9, "Caio")):
        person(engine, officer, name)
    given(engine, 1, 7, after=1)
    given(engine, 2, 7, after=3)
    given(engine, 3, 7, after=2, completed=True)
    given(engine, 4, 8, after=1)
    assert ask(engine, last_given, {7, 8, 9}) == {
        7: NOW + timedelta(hours=3),
        8: NOW + timedelta(hours=1),
    }
    assert ask(engine, last_given, ()) == {}


def copy_for_others(engine):
    """Give each of many others the tasks that somebody has and had."""
    with writing(engine) as connection:
        tasks = [dict(row._mapping) for row in connection.execute(select(TaskRow.__table__))]
        for other in range(1000, 4000, 10):
            whose = {"assignee": other, "ended_by": other}
            copies = [{**task, "case_id": task["case_id"] + other, **whose} for task in tasks]
            connection.execute(insert(TaskRow), copies)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def test_it_is_read_along_indexes(engine):
    given(engine, 1, 7, after=1)
    given(engine, 2, 7, after=2, completed=True)
    copy_for_others(engine)
    sent = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, s, p, *_: sent.append((s, p)))
    ask(engine, last_given, {7, 8})
    ((statement, parameters),) = sent
    with writing(engine) as connection:
        how = "EXPLAIN QUERY PLAN"
        if engine.dialect.name == "postgresql":
            how = "EXPLAIN"
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        plan = str(connection.exec_driver_sql(f"{how} {statement}", parameters).all())
    assert "ix_task_held" in plan
    assert "ix_task_done_by" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan

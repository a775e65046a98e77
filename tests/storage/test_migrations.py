"""The tables as migrations make them are the tables that the program believes in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, inspect, select, text

from tests.storage.cases import change, claiming, completing, entering, load, opening, opening_task
from tests.storage.counting import counted
from workflow.storage.apply import write
from workflow.storage.audit import miscounted, mistallied, tallied
from workflow.storage.case import ActKey, TaskRow
from workflow.storage.engine import acting, make_engine, reading, writing
from workflow.storage.migrations import current, downgrade, newest, upgrade
from workflow.storage.models import METADATA
from workflow.storage.projections import QueueCount, QueueTally
from workflow.storage.queries.counted import count_in
from workflow.storage.search import INDEX
from workflow.storage.untold import untold_keys, waiting_acts
from workflow.storage.word_index import found as found_by
from workflow.storage.work import JobRow


@pytest.fixture
def empty_engine(empty_database_url):
    engine = make_engine(empty_database_url)
    yield engine
    engine.dispose()


def test_every_step_goes_up_and_down_again(empty_database_url, empty_engine):
    assert current(empty_database_url) is None
    upgrade(empty_database_url)
    assert current(empty_database_url) == newest()

    while current(empty_database_url):
        downgrade(empty_database_url, "-1")

    assert set(inspect(empty_engine).get_table_names()) <= {"alembic_version"}
    upgrade(empty_database_url)
    assert current(empty_database_url) == newest()


def _is_modelled(name, *_):
    """Leave out the index of words, which each database keeps in its own way."""
    return not (name or "").startswith(INDEX)


def test_migrations_and_models_say_the_same(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_modelled})
        assert compare_metadata(context, METADATA) == []


def test_partial_indexes_and_keys_are_there(engine):
    found = inspect(engine)
    assert {index["name"] for index in found.get_indexes("task")} == {
        "ix_task_inbox",
        "ix_task_held",
        "ix_task_open",
        "ix_task_owner",
        "ix_task_waiting",
        "ix_task_done",
        "ix_task_done_by",
    }
    there = set(filter(_is_modelled, found.get_table_names()))
    assert there == {*METADATA.tables, "alembic_version"}


def test_what_lists_need_is_made_of_the_cases_there_are(database_url, engine):
    steps = (opening(), entering(), opening_task(1), opening_task(2), opening_task(3, "AGE"))
    with acting(engine) as connection:
        assert write(connection, change(None, *steps), case_id=None, key="k1")
        found = load(connection)
        acted = change(found.snapshot, claiming(2), completing(1))
        assert write(connection, acted, case_id=found.case_id, key="k2")
    with reading(engine) as connection:
        counted = tallied(connection)

    engine.dispose()
    downgrade(database_url, "0007")
    upgrade(database_url)

    with reading(engine) as connection:
        assert mistallied(connection) == []
        assert tallied(connection) == counted
        rows = connection.execute(select(TaskRow.type, TaskRow.opener, TaskRow.arrived_at))
        assert {(row.type, row.opener, bool(row.arrived_at)) for row in rows} == {
            ("loan", "SCC", True)
        }


def test_what_has_moved_in_inboxes_is_counted_in_on_the_way_back(database_url, engine):
    steps = (opening(), entering(), opening_task(1), opening_task(2), opening_task(3, "AGE"))
    with acting(engine) as connection:
        assert write(connection, change(None, *steps), case_id=None, key="k1")
    with writing(engine) as connection:
        assert count_in(connection) > 0
    with acting(engine) as connection:
        found = load(connection)
        acted = change(found.snapshot, claiming(2), completing(1), opening_task(4))
        assert write(connection, acted, case_id=found.case_id, key="k2")
    engine.dispose()
    downgrade(database_url, "0036")
    upgrade(database_url)

    with reading(engine) as connection:
        assert (miscounted(connection), mistallied(connection)) == ([], [])
        assert connection.execute(select(func.sum(QueueCount.n))).scalar_one() == 3
        tallies = connection.execute(select(func.sum(QueueTally.n))).scalar_one()
        assert tallies == sum(tallied(connection).values())


def test_what_has_moved_in_inboxes_is_counted_in_on_the_way_to_another_way_of_noting_it(
    database_url, engine
):
    engine.dispose()
    downgrade(database_url, "0043")
    noted = (
        "INSERT INTO queue_move"
        " (agency, case_id, revision, place, officer, due_on, waits, done, type, opener, n)"
        " VALUES ('SEF', 1, 1, 0, 0, '2026-03-20', false, false, 'loan', 'SCC', 3),"
        " ('SEF', 1, 2, 0, 0, '2026-03-20', false, false, 'loan', 'SCC', -2),"
        " ('SEF', 1, 2, 1, 7, '2026-03-20', true, false, 'loan', 'SCC', 1),"
        " ('SEF', 1, 2, 2, 8, '9999-12-31', false, true, 'loan', 'SCC', 1)"
    )
    with writing(engine) as connection:
        connection.execute(text(noted))
    upgrade(database_url)

    place = (QueueCount.agency, QueueCount.assignee, QueueCount.due_on, QueueCount.n)
    with reading(engine) as connection:
        counts = set(map(tuple, connection.execute(select(*place))))
        tallies = connection.execute(select(QueueTally.shelf, QueueTally.n))
        assert {tuple(row) for row in tallies} == {
            *(("all", 2), ("free", 1), ("7", 1), ("waiting", 1)),
            *(("done", 1), ("done:8", 1)),
        }
    day = date(2026, 3, 20)
    assert counts == {("SEF", 0, day, 1), ("SEF", 7, day, 1)}


def test_what_every_act_changes_of_a_case_stands_behind_the_form(postgresql_url, make):
    engine = make(postgresql_url)
    with acting(engine) as connection:
        assert write(connection, change(None, opening(), entering()), case_id=None, key="k1")
    with reading(engine) as connection:
        kept = load(connection)
    engine.dispose()
    downgrade(postgresql_url, "0037")
    upgrade(postgresql_url)

    names = [column["name"] for column in inspect(engine).get_columns("case")]
    changed = {"state", "visit", "revision", "entered_at", "updated_at", "seq", "head"}
    assert changed & set(names[: names.index("data")]) == set()
    with reading(engine) as connection:
        found = load(connection)
    assert found.snapshot.revision == kept.snapshot.revision
    assert found.snapshot.state == kept.snapshot.state
    assert found.snapshot.entered_at == kept.snapshot.entered_at


def test_texts_and_clocks_stay_as_they_are_while_their_tables_are_made_anew(database_url, engine):
    steps = (opening(), entering(), opening_task(1), opening_task(2))
    with acting(engine) as connection:
        assert write(connection, change(None, *steps), case_id=None, key="k1")
    with reading(engine) as connection:
        kept, columns = load(connection), inspect(engine).get_columns("task")
    assert engine.dialect.name == "sqlite" or columns[-1]["name"] == "clock"
    engine.dispose()
    downgrade(database_url, "0041")
    upgrade(database_url)

    with reading(engine) as connection:
        found = load(connection)
    assert [task.clock for task in found.snapshot.tasks] == [
        task.clock for task in kept.snapshot.tasks
    ]
    assert all(task.clock for task in found.snapshot.tasks)
    with acting(engine) as connection:
        other = change(None, opening(data={"subject": "Astrolabe"}), number="2026-000002-00")
        assert write(connection, other, case_id=None, key="k2")
    with reading(engine) as connection:
        for word in ("painting", "astrolabe"):
            (row,) = connection.execute(select(found_by(word, "#0").c.case_id))
            assert row.case_id


def test_what_is_untold_is_told_by_a_job_on_the_way_back(database_url, engine):
    steps = (opening(), entering(), opening_task(1))
    with acting(engine) as connection:
        opened = replace(change(None, *steps), jobs=(), to_tell=True)
        assert write(connection, opened, case_id=None, key="k1")
    with reading(engine) as connection:
        assert untold_keys(connection, limit=9) == ["k1"]
    engine.dispose()
    downgrade(database_url, "0040")

    with reading(engine) as connection:
        (job,) = connection.execute(select(JobRow.__table__))
    assert (job.kind, job.payload) == ("tell", {"from_seq": 1, "to_seq": 3})
    assert job.run_at == job.created_at
    upgrade(database_url)
    with reading(engine) as connection:
        assert untold_keys(connection, limit=9) == []


def test_keys_wait_for_what_they_waited_for_before_they_said_so_themselves(database_url, engine):
    engine.dispose()
    downgrade(database_url, "0044")
    states = {
        "done": (True, None),
        "unplaced": (False, None),
        "untold": (True, 1),
        "new": (False, 1),
    }
    columns = "key, case_id, seq, at, logged, tell_from"
    with writing(engine) as connection:
        for key, (logged, first) in states.items():
            row = {"key": key, "at": "2026-03-20 12:00:00+00:00", "logged": logged, "first": first}
            added = f"INSERT INTO act_key ({columns}) VALUES (:key, 1, 1, :at, :logged, :first)"
            connection.execute(text(added), row)
    upgrade(database_url)

    with reading(engine) as connection:
        kept = list(
            connection.execute(select(ActKey.key, ActKey.waits, ActKey.asked_at, ActKey.at))
        )
        assert sorted(untold_keys(connection, limit=9)) == ["new", "untold"]
    assert {row.key: row.waits for row in kept} == {
        key: not logged or first is not None for key, (logged, first) in states.items()
    }
    assert all(row.asked_at == row.at for row in kept)


def test_of_many_keys_those_that_wait_are_found_by_their_index_at_once(postgresql_url):
    downgrade(postgresql_url, "0044")
    engine = make_engine(postgresql_url)
    with writing(engine) as connection:
        columns = "key, case_id, seq, at, logged, asked_at"
        done = "SELECT n::text, n, 1, now(), true, now() FROM generate_series(1, 20000) AS n"
        connection.execute(text(f"INSERT INTO act_key ({columns}) {done}"))
    upgrade(postgresql_url)

    with counted(engine) as statements, reading(engine) as connection:
        assert waiting_acts(connection)[0] == 0
        (plan,) = (
            connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {one}").scalar_one()
            for one in tuple(statements)
        )
    engine.dispose()
    assert "ix_act_key_waits" in str(plan)

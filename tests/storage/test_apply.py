"""What is written is what was decided, all of it, once, and only on the case it was decided on."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from sqlalchemy import String, cast, func, select, text
from sqlalchemy.exc import IntegrityError

from tests.storage.cases import (
    attaching,
    change,
    claiming,
    clock,
    completing,
    entering,
    load,
    moving,
    opening,
    opening_task,
)
from tests.storage.counting import counted
from workflow.core.events import Kind, Private
from workflow.core.snapshot import CaseSnapshot, ClockStatus, Suspension
from workflow.core.spelling import spell_clock, spell_suspension
from workflow.storage.apply import write
from workflow.storage.audit import mistallied
from workflow.storage.base import NO_DAY, encode
from workflow.storage.beginning import number_of_act, take_number
from workflow.storage.case import ActKey, Case, EventRow, PrivateValue, TaskRow
from workflow.storage.engine import acting, reading, writing
from workflow.storage.memory import REMEMBERED, read_memory
from workflow.storage.models import METADATA
from workflow.storage.projections import CaseAgency, CaseDeadline, DocumentRow, Relation
from workflow.storage.queries.counted import COUNTS, count_in
from workflow.storage.rows import case_row
from workflow.storage.single_statement import WITHDRAWN, Usual, shape_of

OPENED = (opening(), entering(), opening_task(1), opening_task(2, "AGE", key="legal_opinion"))


def save(engine, decided, *, case_id=None, key="k1", **more):
    with acting(engine) as connection:
        return write(connection, decided, case_id=case_id, key=key, **more)


def loaded(engine, key=None):
    with reading(engine) as connection:
        return load(connection, key=key)


def same(one: CaseSnapshot, other: CaseSnapshot) -> bool:
    return all(getattr(one, f.name) == getattr(other, f.name) for f in fields(CaseSnapshot))


def every_row(engine):
    with reading(engine) as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in METADATA.tables.items()
        }


def test_a_case_comes_back_as_it_was_decided(engine):
    opened = change(None, *OPENED)
    assert save(engine, opened)

    found = loaded(engine)
    assert same(found.snapshot, opened.after)
    assert (found.already_done, found.calendar_version, found.network_version) == (False, 0, 0)
    assert found.wake_at == opened.wake_at
    assert not loaded(engine, "other").already_done
    assert loaded(engine, "k1").already_done


def test_everything_a_case_can_hold_comes_back(engine):
    suspension = spell_suspension(Suspension("waiting", clock("x").start, clock("x").due_on, "SCC"))
    first = change(
        None,
        opening(data={"parties": [{"name": {"commitment": "c1"}}], "note": None}),
        entering(),
        opening_task(1),
        (Kind.TASK_SCHEDULED, {"task": "report", "slot": "SEPLAG", "agency": "SEPLAG"}),
        (Kind.DEADLINE_STARTED, {"clock": spell_clock(clock("case:whole", "SCC"))}),
        claiming(1),
        (Kind.CASE_SUSPENDED, {"suspension": suspension}),
        attaching("draft", 1),
        private={"c1": Private("salt", "Ada")},
    )
    assert save(engine, first)
    assert same(loaded(engine).snapshot, first.after)

    found = loaded(engine)
    second = change(
        found.snapshot,
        (Kind.CASE_RESUMED, {}),
        (Kind.ROLE_BOUND, {"role": "consulted", "agencies": ["IEPHA", "row:1"]}),
        (Kind.ACCESS_CHANGED, {"access": "restricted", "ground": "documento_preparatorio"}),
        (Kind.DEADLINE_EXTENDED, {"clock": spell_clock(clock("case:whole", "SCC", day=25))}),
        completing(1),
        (Kind.CASE_RELATED, {"number": "2026-000009-11", "relation": "amends"}),
        (Kind.DOCUMENT_WITHDRAWN, {"field": "draft", "version": 1, "document": None}),
        (Kind.STATE_ENTERED, {"state": "done", "visit": 2}),
        (Kind.CASE_CLOSED, {"result": "completed"}),
    )
    assert save(engine, second, case_id=found.case_id, key="k2")
    assert same(loaded(engine).snapshot, second.after)
    with reading(engine) as connection:
        rows = connection.execute(select(CaseAgency.agency).order_by("agency")).scalars()
        assert list(rows) == ["IEPHA", "SCC", "SEF", "SEPLAG"]
        assert connection.execute(select(CaseDeadline.due_on)).scalar_one().day == 25
        assert connection.execute(select(DocumentRow.withdrawn_at)).scalar_one() is not None
        assert connection.execute(select(Relation.kind)).scalar_one() == "amends"
        kept = connection.execute(select(PrivateValue.salt, PrivateValue.value)).one()
        assert tuple(kept) == ("salt", "Ada")
        task = connection.execute(select(TaskRow.status, TaskRow.outcome, TaskRow.ended_by)).one()
        assert tuple(task) == ("completed", "yes", 7)


def test_changes_that_are_usual_are_written_like_those_that_are_not(postgresql_url, make):
    engine = make(postgresql_url)
    ways = {"2026-777771-00": True, "2026-777772-00": False}
    with counted(engine) as statements:
        for number, as_usual in ways.items():
            opened = change(
                *(None, *OPENED, attaching("draft", 1), attaching("draft", 2)),
                (Kind.DEADLINE_STARTED, {"clock": spell_clock(clock("case:whole", "SCC"))}),
                number=number,
                private={"c1": Private("sålt", {"née": 'A"da\\', "age": 7.5, "none": None})},
            )
            assert save(engine, opened, key=f"open {number}", as_usual=as_usual)
            with reading(engine) as connection:
                found = load(connection, number)
            moved = change(
                found.snapshot,
                *(claiming(1), completing(2, "AGE", key="legal_opinion"), opening_task(3)),
                (Kind.DOCUMENT_WITHDRAWN, {"field": "draft", "version": 1, "document": None}),
                number=number,
            )
            key = f"move {number}"
            assert save(engine, moved, case_id=found.case_id, key=key, as_usual=as_usual)
    assert len({one for one in statements if one.startswith("WITH moved")}) == 4
    with reading(engine) as connection:
        usual, other = (_rows_of(connection, number) for number in ways)
    assert usual == other
    assert {"task": 3, "event": 11, "document": 2, "private_value": 1}.items() <= {
        name: len(rows) for name, rows in usual.items()
    }.items()


@pytest.mark.parametrize("as_usual", [True, False])
def test_json_is_kept_letter_by_letter(engine, as_usual):
    data = {"valor": 7.50, "é": 'A"da\\', "b": [None, {}], "aa": True}
    opened = change(None, opening(data=data), entering(), opening_task(1))
    assert save(engine, opened, as_usual=as_usual)

    kept = select(cast(EventRow.body, String), cast(TaskRow.clock, String))
    (task,) = opened.after.tasks
    written = opened.events[0].body, spell_clock(task.clock)
    with reading(engine) as connection:
        of_case = EventRow.case_id == Case.id, TaskRow.case_id == Case.id
        row = connection.execute(kept.where(*of_case, EventRow.seq == 1)).one()
        assert list(row) == [encode(one) for one in written]


def _rows_of(connection, number):
    """Read all that is kept of a case, but what tells it apart from others."""
    case = Case.__table__
    (case_id,) = connection.execute(select(case.c.id).where(case.c.number == number)).scalars()
    apart = {"id", "case_id", "key", "hash", "head", "created_at", "run_at", "asked_at", "payload"}
    of_case = {
        name: table.c.case_id for name, table in METADATA.tables.items() if "case_id" in table.c
    }
    return {
        name: sorted(
            repr({n: v for n, v in row.items() if n not in apart}).replace(number[5:11], "n")
            for row in connection.execute(
                select(METADATA.tables[name]).where(column == case_id)
            ).mappings()
        )
        for name, column in {**of_case, "case": case.c.id}.items()
    }


def test_a_decision_on_an_older_case_writes_nothing_at_all(engine):
    save(engine, change(None, *OPENED))
    found = loaded(engine)
    assert save(engine, change(found.snapshot, claiming(1)), case_id=found.case_id, key="k2")
    before = every_row(engine)

    stale = change(found.snapshot, completing(2, "AGE", key="legal_opinion"), opening_task(3))
    assert not save(engine, stale, case_id=found.case_id, key="k3")

    assert every_row(engine) == before
    assert [t.no for t in loaded(engine).snapshot.tasks] == [1, 2]


def test_the_same_act_is_written_once(engine):
    opened = change(None, *OPENED)
    assert save(engine, opened)
    again = change(None, *OPENED, number="2026-000002-00")
    assert not save(engine, again)

    found = loaded(engine)
    assert save(engine, change(found.snapshot, claiming(1)), case_id=found.case_id, key="k2")
    now = loaded(engine, "k2")
    assert now.already_done
    assert not save(engine, change(now.snapshot, completing(1)), case_id=now.case_id, key="k2")

    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(Case)).scalar_one() == 1
        assert connection.execute(select(func.count()).select_from(ActKey)).scalar_one() == 2
        assert number_of_act(connection, "k1") == opened.number
        assert number_of_act(connection, "never") is None


def test_two_cases_cannot_have_one_number(engine):
    save(engine, change(None, *OPENED))
    with pytest.raises(IntegrityError):
        save(engine, change(None, *OPENED), key="another")
    assert every_row(engine)["event"] == len(OPENED)


def test_counts_follow_the_open_tasks(engine):
    save(engine, change(None, *OPENED, opening_task(3)))
    steps = [
        (claiming(1),),
        (moving("task:2", agency="AGE", day=27),),
        (moving("task:3", status=ClockStatus.PAUSED),),
        (completing(1), opening_task(4, "IEPHA")),
        (Kind.TASK_REASSIGNED, {"no": 4, "agency": "SEF", "slot": "SEF", "clock": None}),
    ]
    steps[-1] = (steps[-1],)
    for turn, step in enumerate(steps, 2):
        if turn % 2:
            with writing(engine) as connection:
                assert count_in(connection) > 0
        found = loaded(engine)
        decided = change(found.snapshot, *step)
        assert save(engine, decided, case_id=found.case_id, key=f"k{turn}")
        with reading(engine) as connection:
            place = (COUNTS.c.agency, COUNTS.c.assignee, COUNTS.c.due_on)
            sums = select(*place, func.sum(COUNTS.c.n)).group_by(*place)
            kept = {tuple(row[:3]): row[3] for row in connection.execute(sums) if row[3]}
            recount = {
                tuple(row[:3]): row[3]
                for row in connection.execute(
                    select(
                        TaskRow.agency,
                        func.coalesce(TaskRow.assignee, 0),
                        func.coalesce(TaskRow.due_on, NO_DAY),
                        func.count(),
                    )
                    .where(TaskRow.is_open())
                    .group_by(TaskRow.agency, TaskRow.assignee, TaskRow.due_on)
                )
            }
            assert mistallied(connection) == []
        assert kept == recount
    assert len(steps) == 5


def test_one_statement_loads_and_one_writes(postgresql_url, make):
    engine = make(postgresql_url)
    with counted(engine) as statements:
        save(engine, change(None, *OPENED))
    assert len(statements) == 1

    for turn in range(3):
        with counted(engine) as statements:
            found = loaded(engine, f"x{turn}")
        assert len(statements) == 1
        decided = change(found.snapshot, opening_task(found.snapshot.tasks_opened + 1))
        with counted(engine) as statements:
            assert save(engine, decided, case_id=found.case_id, key=f"x{turn}")
        assert len(statements) == 1


def test_an_act_leaves_alone_what_notices_keep(engine):
    save(engine, change(None, *OPENED), access_code_hash="h")
    found = loaded(engine)
    save(engine, change(found.snapshot, claiming(1)), case_id=found.case_id, key="k2")
    assert loaded(engine).access_code_hash == "h"

    now = loaded(engine)
    decided = change(now.snapshot, claiming(2))
    until = replace(decided, after=replace(decided.after, noticed_until=now.wake_at))
    save(engine, until, case_id=now.case_id, key="k3")
    assert loaded(engine).snapshot.noticed_until == now.wake_at


def test_nothing_is_where_there_is_none(engine):
    save(engine, change(None, *OPENED))
    with reading(engine) as connection:
        bare = select(TaskRow.no).where(
            TaskRow.proposal.is_(None), TaskRow.request.is_(None), TaskRow.clock.is_not(None)
        )
        assert connection.execute(bare).scalars().all() == [1, 2]
        assert connection.execute(select(func.count()).select_from(EventRow)).scalar_one() == 4


def test_numbers_of_a_year_follow_each_other(engine):
    with acting(engine) as connection:
        assert [take_number(connection, year) for year in (2026, 2026, 2027, 2026)] == [1, 2, 1, 3]


def test_a_number_taken_puts_off_no_commit_but_its_own(postgresql_url, make):
    engine = make(postgresql_url)
    how = text("SELECT current_setting('synchronous_commit')")
    with writing(engine) as connection:
        connection.execute(text("SET LOCAL synchronous_commit = on"))
        take_number(connection, 2026)
        assert connection.execute(how).scalar_one() == "on"
    with acting(engine) as connection:
        connection.ask("SET synchronous_commit = on", [])
        assert take_number(connection, 2026) == 2
        assert connection.ask(how.text, []) == "on"


def test_what_a_case_remembers_is_written_when_an_act_changes_it():
    opened = change(None, *OPENED)
    claimed = change(opened.after, claiming(1))
    completed = change(claimed.after, completing(1))
    rows = [case_row(one) for one in (opened, claimed, completed)]

    assert [row["memory"] is None for row in rows] == [False, True, False]
    assert [row["clocks"] is None for row in rows] == [False, True, True]
    assert read_memory(rows[2]["memory"]).keys() == set(REMEMBERED)


def test_changes_are_usual_once_they_have_come_often_and_only_so_many_of_them():
    usual, few, many = Usual(often=3, most=1), (("task", 1),), (("task", 2),)
    assert [usual(("moves", few, ())) for _ in range(4)] == [False, False, True, True]
    assert [usual(("moves", many, ())) for _ in range(4)] == [False] * 4
    assert not usual(("opens", few, ()))


def test_changes_with_many_rows_are_of_one_shape_however_many():
    few, many = ({"event": [{}] * n, WITHDRAWN: [{}] * n} for n in (12, 13))
    more = {"event": [{}] * 400, WITHDRAWN: [{}]}
    assert shape_of(few) != shape_of(many) == shape_of(more)

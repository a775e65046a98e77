"""Whatever happens to a case, the case loaded is the case decided, and so is its history."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

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
from workflow.core.events import Kind
from workflow.core.history import broken_seal, rebuild
from workflow.core.snapshot import CaseSnapshot, ClockStatus
from workflow.core.spelling import spell_clock
from workflow.storage.apply import write
from workflow.storage.audit import mistallied
from workflow.storage.base import NO_DAY
from workflow.storage.case import Case, TaskRow
from workflow.storage.engine import acting, reading
from workflow.storage.queries.counted import COUNTS
from workflow.storage.queries.events import events_of

AGENCIES = st.sampled_from(["SEF", "AGE", "SEPLAG"])
ACTS = st.sampled_from(
    ["open", "claim", "complete", "move", "pause", "reassign", "attach", "data", "enter", "term"]
)
KEPT_BESIDE = {"revision", "noticed_until"}
"""What is no part of history."""


@given(acts=st.lists(st.tuples(ACTS, AGENCIES, st.integers(1, 28)), max_size=8))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_case_is_loaded_as_it_was_decided(engine, acts):
    number = _next_number(engine)
    case, case_id = None, None
    plan = [("start", "SEF", 20), *acts]
    for turn, (act, agency, day) in enumerate(plan):
        decided = change(case, *_steps(case, act, agency, day), number=number)
        with acting(engine) as connection:
            assert write(connection, decided, case_id=case_id, key=f"{number}:{turn}")
        with reading(engine) as connection:
            found = load(connection, number)
        case, case_id = found.snapshot, found.case_id
        assert {f.name for f in fields(CaseSnapshot) if not _same(f.name, case, decided)} == set()

    with reading(engine) as connection:
        told = events_of(connection, case_id)
        assert _counts(connection) == _recount(connection)
        assert mistallied(connection) == []
    rebuilt = rebuild(number, case.definition, told)
    assert broken_seal(number, told) is None
    differing = {f.name for f in fields(CaseSnapshot) if not _equal(f.name, case, rebuilt)}
    assert differing <= KEPT_BESIDE


def _steps(case, act, agency, day):
    if case is None:
        return opening(), entering(), opening_task(1, agency, day=day)
    no = case.tasks[day % len(case.tasks)].no if case.tasks else None
    fresh = opening_task(case.tasks_opened + 1, agency, day=day)
    cancelled = [(Kind.TASK_CANCELLED, {"no": task.no}) for task in case.tasks]
    whole = spell_clock(clock("case:whole", agency, day=day))
    steps = {
        "open": (fresh,),
        "data": ((Kind.DATA_CHANGED, {"values": {"note": [day, None, {"é": "ç"}]}}),),
        "attach": (attaching("draft", _next_version(case)),),
        "enter": (*cancelled, entering("review", case.visit + 1), fresh),
        "term": ((Kind.DEADLINE_STARTED, {"clock": whole}),),
    }
    if act in steps or no is None:
        return steps.get(act, steps["open"])
    moved = {"no": no, "agency": agency, "slot": agency, "clock": None}
    on_task = {
        "claim": (claiming(no),),
        "complete": (completing(no, agency),),
        "move": (moving(f"task:{no}", agency=agency, day=day),),
        "pause": (moving(f"task:{no}", agency=agency, status=ClockStatus.PAUSED),),
        "reassign": ((Kind.TASK_REASSIGNED, moved),),
    }
    return on_task[act]


def _next_version(case):
    return case.data.get("draft", {"version": 0})["version"] + 1


def _next_number(engine):
    with reading(engine) as connection:
        count = connection.execute(select(func.count()).select_from(Case)).scalar_one()
    return f"2026-{count + 1:06}-00"


def _same(name, case, decided):
    return getattr(case, name) == getattr(decided.after, name)


def _equal(name, case, rebuilt):
    return getattr(case, name) == getattr(rebuilt, name)


def _counts(connection):
    place = (COUNTS.c.agency, COUNTS.c.assignee, COUNTS.c.due_on)
    rows = connection.execute(select(*place, func.sum(COUNTS.c.n)).group_by(*place))
    return {tuple(row[:3]): row[3] for row in rows if row[3]}


def _recount(connection):
    held = func.coalesce(TaskRow.assignee, 0)
    due = func.coalesce(TaskRow.due_on, NO_DAY)
    counted = select(TaskRow.agency, held, due, func.count()).where(TaskRow.is_open())
    rows = connection.execute(counted.group_by(TaskRow.agency, held, due))
    return {tuple(row[:3]): row[3] for row in rows}

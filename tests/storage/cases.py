"""Cases moved by events written by hand: what storage keeps must not depend on who decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from workflow.core.change import Change, Job, JobKind, TaskRecord
from workflow.core.definition import Definition, PublicLabel, State, TaskSpec
from workflow.core.events import By, Event, Kind, Private, seal
from workflow.core.history import begin, evolve
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, Task, TaskStatus
from workflow.core.spelling import spell_clock
from workflow.storage.load import load_case

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
WORDS = {"pt-BR": "x"}
TASKS = {
    key: TaskSpec(key, WORDS, {}, each="asked") for key in ("opinion", "legal_opinion", "report")
}
STATES = {
    "review": State("review", WORDS, PublicLabel(WORDS), tasks=TASKS),
    "done": State("done", WORDS, PublicLabel(WORDS)),
}
DEFINITION = Definition("loan", 3, WORDS, WORDS, "SCC", "review", STATES, ())
ENDINGS = {
    Kind.TASK_COMPLETED: TaskStatus.COMPLETED,
    Kind.TASK_LAPSED: TaskStatus.LAPSED,
    Kind.TASK_CANCELLED: TaskStatus.CANCELLED,
}
OFFICER = By(officer=7, agency="SCC")

Step = tuple[Kind, Mapping[str, Any]]


def definitions(key: str, version: int) -> Definition:
    assert (key, version) == (DEFINITION.key, DEFINITION.version)
    return DEFINITION


def load(connection, number="2026-000001-00", key=None):
    return load_case(connection, number=number, key=key, definitions=definitions)


def clock(key: str, agency: str = "SEF", *, day: int = 20, **parts: Any) -> Clock:
    due = date(2026, 3, day)
    at = datetime(2026, 3, day, 23, 59, 59, tzinfo=UTC)
    return Clock(key, "house", agency, "10 working days", date(2026, 3, 2), due, at, **parts)


def opening(
    *, data: Mapping[str, Any] | None = None, agencies: Iterable[str] = ("SCC",), **parts: Any
) -> Step:
    body = {
        "opener": "SCC",
        "data": {"subject": "Loan of a painting", **(data or {})},
        "participants": {"lender": ["SCC"]},
        "access": "network",
        "ground": None,
        "announced": True,
        "agencies": list(agencies),
    }
    return Kind.CASE_OPENED, {**body, **parts}


def entering(state: str = "review", visit: int = 1) -> Step:
    return Kind.STATE_ENTERED, {"state": state, "visit": visit}


def opening_task(no: int, agency: str = "SEF", *, key: str = "opinion", day: int = 20) -> Step:
    counted = spell_clock(clock(f"task:{no}", agency, day=day))
    body = {"no": no, "task": key, "slot": agency, "agency": agency, "clock": counted}
    return Kind.TASK_OPENED, body


def completing(no: int, agency: str = "SEF", *, key: str = "opinion", outcome: str = "yes") -> Step:
    body = {"no": no, "task": key, "slot": agency, "outcome": outcome, "on": "2026-03-02"}
    return Kind.TASK_COMPLETED, {**body, "doers": [7]}


def claiming(no: int, officer: int = 7) -> Step:
    return Kind.TASK_CLAIMED, {"no": no, "officer": officer}


def moving(key: str, **parts: Any) -> Step:
    return Kind.DEADLINE_MOVED, {"clock": spell_clock(clock(key, **parts))}


def attaching(field: str, version: int) -> Step:
    document = {
        "version": version,
        "sha256": f"{version:064x}",
        "name": "minuta.pdf",
        "media_type": "application/pdf",
        "size": 12,
    }
    return Kind.DOCUMENT_ATTACHED, {"field": field, "document": document}


def change(
    before: CaseSnapshot | None,
    *steps: Step,
    number: str = "2026-000001-00",
    by: By = OFFICER,
    after: timedelta = timedelta(),
    private: Mapping[str, Private] | None = None,
) -> Change:
    """Let events happen to a case, or open one."""
    case, events, ended = before, [], []
    for kind, body in steps:
        seq = case.seq + 1 if case else 1
        event = Event(seq, kind, NOW + after, by, body, "", private or {})
        event = replace(event, hash=seal(number, case.head if case else "", event))
        private = None
        earlier = case or begin(number, DEFINITION, event)
        case = evolve(earlier, event)
        events.append(event)
        if kind in ENDINGS:
            ended.append(_ended(earlier.task(body["no"]), before, event))
    assert case
    return Change(
        before=before,
        after=replace(case, revision=case.revision + 1),
        events=tuple(events),
        tasks=(*ended, *_touched(before, case)),
        jobs=(Job(JobKind.TELL, f"{number}:tell:{events[0].seq}", {"from_seq": events[0].seq}),),
        wake_at=min((t.clock.due_at for t in case.tasks if t.clock), default=None),
    )


def _touched(before: CaseSnapshot | None, case: CaseSnapshot) -> tuple[TaskRecord, ...]:
    known = {t.no: t for t in before.tasks} if before else {}
    opened = before.tasks_opened if before else 0
    return tuple(TaskRecord(t, t.no > opened, t.status) for t in case.tasks if known.get(t.no) != t)


def _ended(task: Task, before: CaseSnapshot | None, event: Event) -> TaskRecord:
    return TaskRecord(
        task,
        task.no > (before.tasks_opened if before else 0),
        ENDINGS[event.kind],
        event.body.get("outcome"),
        event.body.get("reason"),
        event.at,
        event.by.officer,
    )


def paused(of: Clock) -> Clock:
    return replace(of, status=ClockStatus.PAUSED, generation=of.generation + 1)

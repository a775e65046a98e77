"""The deadline of a question: the day by which whoever is asked answers, and who that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from workflow.core.altering import altered
from workflow.core.clocks import start_clock
from workflow.core.definition import DeadlineSpec
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, InformationRequest, Task
from workflow.core.terms import Term, Unit
from workflow.core.world import World

SCOPE: Final = "question"
ANSWER_TERM: Final = Term(5, Unit.WORKING_DAYS)
"""How long whoever is asked has where nobody says otherwise (house rule)."""
ANSWERING: Final = DeadlineSpec(term=ANSWER_TERM, rule="house")
"""What the standard ladder warns of."""
_DAY: Final = "answer_by"


def question_clock(
    no: int, agency: str, *, term: Term, day: date | None, now: datetime, world: World
) -> Clock | None:
    """Start the deadline of question `no` on the calendar of the agency that is to answer.

    A day is taken as it is, and the term then counts for nothing.
    """
    spec = DeadlineSpec(due=f"data.{_DAY}") if day else replace(ANSWERING, term=term)
    data = {_DAY: day.isoformat()} if day else {}
    return start_clock(spec, f"{SCOPE}:{no}", agency=agency, now=now, data=data, world=world)


def is_question(key: str) -> bool:
    """Say whether a clock, by its key, is that of a question."""
    return key.partition(":")[0] == SCOPE


def question_clocks(case: CaseSnapshot) -> list[tuple[Task, Clock]]:
    """Return the questions that are open and have a day: whose task asks, and the clock."""
    return [(t, t.request.clock) for t in case.tasks if t.request and t.request.clock]


def answerers(case: CaseSnapshot) -> list[tuple[Task, Clock]]:
    """Return the open questions that have a day, as tasks of whoever is to answer."""
    return [(_answering(case, task, clock), clock) for task, clock in question_clocks(case)]


def answering(case: CaseSnapshot, key: str) -> Task | None:
    """Return the question of a clock as a task of whoever is to answer; None if none is open."""
    return next((task for task, clock in answerers(case) if clock.key == key), None)


def is_answering(task: Task) -> bool:
    """Say whether a task is a question seen as one."""
    return bool(task.clock and is_question(task.clock.key))


def owes_answer(case: CaseSnapshot, request: InformationRequest) -> str:
    """Return the agency whose calendar counts: the one asked, else the one that opened the case."""
    return request.of or case.opener


def asked_until(case: CaseSnapshot, clock: Clock) -> tuple[Task, ...]:
    """Return the open tasks with the clock of a question replaced by a newer value of itself."""
    for task, held in question_clocks(case):
        if held.key == clock.key and task.request:
            request = replace(task.request, clock=clock)
            return case.tasks_with(altered(task, request=request))
    return case.tasks


def ended_clocks(before: CaseSnapshot, after: CaseSnapshot) -> tuple[Clock, ...]:
    """Return the clocks of questions that are open no more, as lists are to know them."""
    asked = question_clocks(before) if before.tasks is not after.tasks else ()
    if not asked:
        return ()
    still = {clock.key for _, clock in question_clocks(after)}
    gone = (clock for _, clock in asked if clock.key not in still)
    return tuple(altered(clock, status=ClockStatus.STOPPED) for clock in gone)


def _answering(case: CaseSnapshot, task: Task, clock: Clock) -> Task:
    """See a question as a task: everybody of the asked agency has it, or who opened the case."""
    request = task.request
    assert request is not None
    return altered(
        task,
        agency=owes_answer(case, request),
        assignee=None if request.of else case.opened_by,
        opened_at=request.asked_at,
        clock=clock,
        proposal=None,
    )

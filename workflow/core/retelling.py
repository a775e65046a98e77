"""A whole history told as one change: what must be kept of a case, by its events alone."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.core.change import ENDINGS, Change, TaskRecord, ended_task
from workflow.core.definition import Definition
from workflow.core.events import Event
from workflow.core.history import begin, evolve
from workflow.core.questions import ended_clocks
from workflow.core.snapshot import CaseSnapshot, Clock


def retell(number: str, definition: Definition, events: Iterable[Event]) -> Change:
    """Return the change that would bring about all of a history at once.

    The first event must open the case.
    """
    told = tuple(events)
    case: CaseSnapshot = begin(number, definition, told[0])
    ended: list[TaskRecord] = []
    stopped: tuple[Clock, ...] = ()
    for event in told:
        if event.kind in ENDINGS:
            ended.append(ended_task(case, event, new_from=1))
        before, case = case, evolve(case, event)
        stopped += ended_clocks(before, case)
    still_open = (TaskRecord(task, True, task.status) for task in case.tasks)
    return Change(
        before=None,
        after=case,
        events=told,
        tasks=(*ended, *still_open),
        ended_clocks=stopped,
    )

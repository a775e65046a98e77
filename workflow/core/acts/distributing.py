"""Giving out a task by the rule of its agency, which time does and nobody asks for."""

from __future__ import annotations

from workflow.core.acts.allowed import kept_from
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.distribution import Bench, Distribution, choose
from workflow.core.events import CLOCK, Kind
from workflow.core.snapshot import CaseSnapshot


def give_out(case: CaseSnapshot, no: int, bench: Bench, *, now: Circumstances) -> Change | None:
    """Hand a task to whom the rule of its agency says; None where it is not for a rule to say.

    So it is where somebody has the task by now, where it has ended or gone elsewhere, where
    another case does it, where the agency gives out by hand, and where nobody can get it.
    """
    task = next((task for task in case.tasks if task.no == no), None)
    if task is None or task.assignee is not None or task.agency != bench.agency:
        return None
    spec, agency = case.spec(task), now.world.network.get(task.agency)
    if spec.done_elsewhere or agency is None:
        return None
    barred = kept_from(case, spec)
    chosen = choose(Distribution(agency.distribution), bench, task=task.key, barred=barred)
    if chosen is None:
        return None
    draft = now.draft(case, CLOCK)
    body = {"no": no, "officer": chosen.officer, "from": None, "rule": chosen.rule.value}
    draft.emit(Kind.TASK_ASSIGNED, body)
    return finish(draft)

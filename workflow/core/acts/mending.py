"""What whoever coordinates a request type may do to a case that stands still, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from workflow.core.acts.allowed import demand_open, demand_reason, demand_running
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.acts.information import end_question
from workflow.core.acts.standing_still import LONGEST_SUSPENSION
from workflow.core.change import Change
from workflow.core.deadlines.counting import day_of
from workflow.core.errors import ActNotAllowed, UnknownTask
from workflow.core.events import Kind
from workflow.core.moving import enter, open_child
from workflow.core.snapshot import CaseSnapshot
from workflow.core.spelling import spell_suspension
from workflow.core.timers import waits_for_nothing

MEND = "mend"
"""The word in refusals for letting a case go on."""


def restart(case: CaseSnapshot, reason: str, *, now: Circumstances) -> Change:
    """Enter the state of a case anew, where it waits for nothing; raise `ActNotAllowed`."""
    demand_running(case)
    draft = now.draft(case, now.powers.by(case.definition.owner))
    if not waits_for_nothing(case, draft.world):
        raise ActNotAllowed(act=MEND, why="state", state=case.state, number=case.number)
    body = {"to": case.state, "from": case.state, "reason": demand_reason(reason)}
    draft.emit(Kind.CASE_SENT_BACK, body)
    enter(draft, case.state)
    return finish(draft)


def hand_on(
    case: CaseSnapshot, no: int, officer: int | None, reason: str, *, now: Circumstances
) -> Change:
    """Give a task whose holder is gone to a colleague, or back to the agency.

    That the holder is gone, and that the colleague acts for the agency, is for the caller to see.
    """
    demand_open(case)
    task = case.task(no)
    draft = now.draft(case, now.powers.by(case.definition.owner))
    about = {"no": no, "reason": demand_reason(reason)}
    if officer is None:
        draft.emit(Kind.TASK_RELEASED, {**about, "officer": task.assignee})
    else:
        draft.emit(Kind.TASK_ASSIGNED, {**about, "officer": officer, "from": task.assignee})
    return finish(draft)


def take_back(case: CaseSnapshot, no: int, *, now: Circumstances) -> Change:
    """Take back a question that nobody can answer; raise `NothingAsked`."""
    demand_running(case)
    return end_question(now.draft(case, now.powers.by(case.definition.owner)), no)


def review(case: CaseSnapshot, on: date, reason: str, *, now: Circumstances) -> Change:
    """Let a case rest on until another review; raise `ActNotAllowed` for a day out of bounds."""
    demand_open(case)
    if case.suspension is None:
        raise ActNotAllowed(act=MEND, why="running", number=case.number)
    owner = case.definition.owner
    draft = now.draft(case, now.powers.by(owner))
    rule, calendar = draft.world.rule("house"), draft.world.calendar(owner)
    latest = day_of(LONGEST_SUSPENSION, of=draft.today, rule=rule, calendar=calendar)
    if not draft.today < on <= latest:
        raise ActNotAllowed(act=MEND, why="review", latest=latest, number=case.number)
    rest = replace(case.suspension, review_on=on, reason=demand_reason(reason))
    draft.emit(Kind.CASE_SUSPENDED, {"suspension": spell_suspension(rest)})
    return finish(draft)


def open_child_again(case: CaseSnapshot, no: int, *, now: Circumstances) -> Change:
    """Ask anew for the case that is to do a task and was never opened; raise `UnknownTask`."""
    demand_running(case)
    task = case.task(no)
    spec = case.spec(task).child
    if spec is None or task.child is not None:
        raise UnknownTask(number=case.number, task=no)
    draft = now.draft(case, now.powers.by(case.definition.owner))
    draft.emit(Kind.CHILD_ASKED_AGAIN, {"no": no, "type": spec.type})
    open_child(draft, spec, opener=task.agency, no=no)
    return finish(draft)

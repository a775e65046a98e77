"""Sending work elsewhere: another agency, one agency more or less in a round, an earlier state."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.core.act_rules import ActName
from workflow.core.acts.allowed import demand_reason, demand_running, permit, who_acts
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.cascade import demand_task_inside
from workflow.core.change import Change
from workflow.core.clocks import move_to_agency
from workflow.core.draft import Draft
from workflow.core.engine import act_leads_to
from workflow.core.errors import ActNotAllowed, AgencyUnknown, NotAssigned, UnknownTask
from workflow.core.events import By, Kind
from workflow.core.moving import cancel_task, enter, open_or_schedule
from workflow.core.snapshot import CaseSnapshot, Task
from workflow.core.spelling import spell_clock
from workflow.core.timers import waits_for_nothing
from workflow.core.turns import queue


def reassign(
    case: CaseSnapshot, no: int, agency: str, reason: str, *, now: Circumstances
) -> Change:
    """Hand a task to another agency; the term keeps its start and counts on the new calendar.

    The agency that has it may, and whoever the type lets. Raise `AgencyUnknown` or
    `ActNotAllowed` if that agency already has the same task.
    """
    demand_running(case)
    task = case.task(no)
    draft = now.draft(case, _who_moves(case, task, now))
    _demand_active(draft, agency)
    slot = task.slot if task.slot.startswith("row:") else agency
    taken = {(t.key, t.slot) for t in case.visit_tasks()} - {(task.key, task.slot)}
    if agency == task.agency or (task.key, slot) in taken:
        raise ActNotAllowed(act=ActName.REASSIGN, why="has_it", agency=agency, number=case.number)
    draft.emit(
        Kind.TASK_REASSIGNED,
        {
            "no": no,
            "from": task.agency,
            "agency": agency,
            "slot": slot,
            "clock": spell_clock(move_to_agency(task.clock, agency, world=draft.world)),
            "reason": demand_reason(reason),
        },
    )
    return finish(draft)


def _who_moves(case: CaseSnapshot, task: Task, now: Circumstances) -> By:
    try:
        return who_acts(case, task, now.powers)
    except NotAssigned:
        return permit(case, ActName.REASSIGN, now.powers)[0]


def _demand_active(draft: Draft, agency: str) -> None:
    if not draft.world.network.is_active(agency, draft.today):
        raise AgencyUnknown(agency=agency)


def add_agency(
    case: CaseSnapshot, key: str, agency: str, *, now: Circumstances, knowingly: bool = False
) -> Change:
    """Ask one agency more in a running round, for a task that each agency of a part does.

    Where they are asked in turn, it comes last. Raise `BeyondOwnDeadline` if its term ends after
    what binds the case or whoever asks, unless it is asked `knowingly`.
    """
    demand_running(case)
    by, _ = permit(case, ActName.ADD_AGENCY, now.powers)
    spec = case.state_spec.tasks.get(key)
    if spec is None or spec.each is None or spec.by_rows:
        raise UnknownTask(number=case.number, task=key)
    draft = now.draft(case, by)
    _demand_active(draft, agency)
    if any((t.key, t.slot) == (key, agency) for t in case.visit_tasks()):
        raise ActNotAllowed(act=ActName.ADD_AGENCY, why="has_it", agency=agency, number=case.number)
    draft.emit(Kind.AGENCY_ADDED, {"task": key, "agency": agency})
    held = case.participants.get(spec.each, ())
    if agency not in held:
        draft.emit(Kind.ROLE_BOUND, {"role": spec.each, "agencies": [*held, agency]})
    open_or_schedule(draft, spec, slot=agency, agency=agency)
    if not knowingly and draft.case.tasks_opened > case.tasks_opened:
        demand_task_inside(draft.case, draft.case.tasks_opened, asking=by.agency or "")
    return finish(draft)


def remove_agency(case: CaseSnapshot, no: int, reason: str, *, now: Circumstances) -> Change:
    """Spare one agency of a running round; joins no longer wait for it.

    Raise `ActNotAllowed` where the case would then wait for nothing, and so for ever.
    """
    demand_running(case)
    by, _ = permit(case, ActName.REMOVE_AGENCY, now.powers)
    task = case.task(no)
    draft = now.draft(case, by)
    _spare(draft, task.key, task.slot, {"agency": task.agency, "reason": demand_reason(reason)})
    cancel_task(draft, task, because="removed")
    return _still_waiting(draft)


def remove_waiting(
    case: CaseSnapshot, key: str, slot: str, reason: str, *, now: Circumstances
) -> Change:
    """Spare an agency whose turn has not come; raise `UnknownTask` if it waits for none."""
    demand_running(case)
    by, _ = permit(case, ActName.REMOVE_AGENCY, now.powers)
    waiting = next((w for w in queue(case, key) if w.slot == slot), None)
    if waiting is None:
        raise UnknownTask(number=case.number, task=key)
    draft = now.draft(case, by)
    about = {"agency": waiting.agency, "slot": slot, "reason": demand_reason(reason)}
    _spare(draft, key, slot, about)
    return _still_waiting(draft)


def _spare(draft: Draft, key: str, slot: str, about: Mapping[str, str]) -> None:
    """Note that an agency is asked no more; raise `UnknownTask` where it is not one of several."""
    spec = draft.case.definition.task(key)
    if spec.each is None or spec.by_rows:
        raise UnknownTask(number=draft.case.number, task=key)
    draft.emit(Kind.AGENCY_REMOVED, {"task": key, **about})
    left = [code for code in draft.case.participants.get(spec.each, ()) if code != slot]
    draft.emit(Kind.ROLE_BOUND, {"role": spec.each, "agencies": left})


def _still_waiting(draft: Draft) -> Change:
    state, change = draft.case.state, finish(draft)
    if waits_for_nothing(change.after, draft.world):
        raise ActNotAllowed(
            act=ActName.REMOVE_AGENCY, why="state", state=state, number=change.after.number
        )
    return change


def send_back(case: CaseSnapshot, target: str, reason: str, *, now: Circumstances) -> Change:
    """Send a case back to an earlier state that the type names; raise `ActNotAllowed`."""
    demand_running(case)
    by, rule = permit(case, ActName.SEND_BACK, now.powers)
    to = act_leads_to(case.definition, case.state, ActName.SEND_BACK, target)
    if to is None:
        raise ActNotAllowed(act=ActName.SEND_BACK, why="target", to=target, number=case.number)
    draft = now.draft(case, by)
    body = {"to": to, "from": case.state, "reason": demand_reason(reason, rule=rule)}
    draft.emit(Kind.CASE_SENT_BACK, body)
    enter(draft, to)
    return finish(draft)

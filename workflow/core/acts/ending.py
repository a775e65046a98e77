"""Ending a case before its way is over, and opening an ended one again."""

from __future__ import annotations

from workflow.core.act_rules import ActName, ActRule
from workflow.core.acts.allowed import demand_open, demand_reason, permit
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.clocks import revive
from workflow.core.deadlines.counting import day_of
from workflow.core.engine import act_leads_to
from workflow.core.errors import ActNotAllowed
from workflow.core.events import Kind
from workflow.core.moving import enter, move_clock
from workflow.core.snapshot import CaseSnapshot


def withdraw(case: CaseSnapshot, reason: str, *, now: Circumstances) -> Change:
    """Take a request back, as whoever the type lets, usually the agency that made it."""
    return _end(case, ActName.WITHDRAW, Kind.CASE_WITHDRAWN, reason, now=now)


def cancel(case: CaseSnapshot, reason: str, *, now: Circumstances) -> Change:
    """End a case that should not go on, as the agency that answers for the type."""
    return _end(case, ActName.CANCEL, Kind.CASE_CANCELLED, reason, now=now)


def terminate(case: CaseSnapshot, reason: str, *, now: Circumstances) -> Change:
    """End what is in force before its term."""
    return _end(case, ActName.TERMINATE, Kind.CASE_TERMINATED, reason, now=now)


def _end(
    case: CaseSnapshot, act: ActName, kind: Kind, reason: str, *, now: Circumstances
) -> Change:
    demand_open(case)
    by, rule = permit(case, act, now.powers)
    to = _target(case, rule)
    written = demand_reason(reason, rule=rule)
    draft = now.draft(case, by)
    draft.emit(kind, {"to": to, "from": case.state, "reason": written})
    enter(draft, to)
    return finish(draft)


def reopen(case: CaseSnapshot, reason: str, *, now: Circumstances) -> Change:
    """Open an ended case again in the state the type names, within the time it allows.

    The clocks of the whole case that stopped when it was closed run on, and the days it was
    closed do not count: nobody could work on it then. One that had met its end before stays met.
    """
    if case.is_open:
        raise ActNotAllowed(act=ActName.REOPEN, why="open", number=case.number)
    by, rule = permit(case, ActName.REOPEN, now.powers)
    to = _target(case, rule)
    draft = now.draft(case, by)
    if rule.within and case.closed_at:
        closed_on = draft.world.day(case.closed_at)
        calendar = draft.world.calendar(case.definition.owner)
        last = day_of(rule.within, of=closed_on, rule=draft.world.rule("house"), calendar=calendar)
        if draft.today > last:
            raise ActNotAllowed(act=ActName.REOPEN, why="too_late", latest=last, number=case.number)
    draft.emit(Kind.CASE_REOPENED, {"to": to, "reason": demand_reason(reason, rule=rule)})
    for clock in draft.case.clocks:
        if clock.key.startswith("case:"):
            move_clock(draft, revive(clock, on=draft.today, world=draft.world), because="reopened")
    enter(draft, to)
    return finish(draft)


def _target(case: CaseSnapshot, rule: ActRule) -> str:
    to = rule.to and act_leads_to(case.definition, case.state, rule.act, rule.to[0])
    if not to:
        raise ActNotAllowed(act=rule.act, why="never", state=case.state, number=case.number)
    return to

"""Suspending a case, resuming it, and giving a deadline more time."""

from __future__ import annotations

from datetime import date

from workflow.core.act_rules import ActName
from workflow.core.acts.allowed import demand_open, demand_reason, demand_running, permit, who_acts
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.clocks import SUSPENSION, extend, resume
from workflow.core.deadlines.counting import check_extension, day_of
from workflow.core.deadlines.values import Extension
from workflow.core.draft import Draft
from workflow.core.errors import ActNotAllowed, NotAssigned
from workflow.core.events import By, Kind
from workflow.core.moving import all_clocks, move_clock
from workflow.core.snapshot import CaseSnapshot, Clock
from workflow.core.spelling import spell_clock
from workflow.core.terms import Term, Unit, parse_term

LONGEST_SUSPENSION = Term(90, Unit.DAYS)
"""How far off the review of a suspension may be, where the type does not say (house rule)."""


def suspend(case: CaseSnapshot, reason: str, *, review_on: date, now: Circumstances) -> Change:
    """Let a case rest for a reason until a review date; every clock stands still.

    Raise `ActNotAllowed` if the review is not a coming day within what the type allows.
    """
    demand_running(case)
    by, rule = permit(case, ActName.SUSPEND, now.powers)
    draft = now.draft(case, by)
    agency = by.agency or case.definition.owner
    within = rule.review_within or LONGEST_SUSPENSION
    calendar = draft.world.calendar(agency)
    latest = day_of(within, of=draft.today, rule=draft.world.rule("house"), calendar=calendar)
    if not draft.today < review_on <= latest:
        raise ActNotAllowed(act=ActName.SUSPEND, why="review", latest=latest, number=case.number)
    suspension = {
        "reason": demand_reason(reason),
        "since": draft.today.isoformat(),
        "review_on": review_on.isoformat(),
        "by": agency,
    }
    draft.emit(Kind.CASE_SUSPENDED, {"suspension": suspension})
    return finish(draft)


def resume_case(case: CaseSnapshot, *, now: Circumstances, reason: str = "") -> Change:
    """End the rest of a suspended case; its clocks go on."""
    demand_open(case)
    if case.suspension is None:
        raise ActNotAllowed(act=ActName.RESUME, why="running", number=case.number)
    by, _ = permit(case, ActName.RESUME, now.powers)
    draft = now.draft(case, by)
    draft.emit(Kind.CASE_RESUMED, {"reason": reason.strip()})
    for clock in list(all_clocks(draft.case)):
        again = resume(clock, on=draft.today, world=draft.world, reason=SUSPENSION)
        move_clock(draft, again, because=SUSPENSION)
    return finish(draft)


def extend_deadline(
    case: CaseSnapshot, key: str, term: Term, reason: str, *, now: Circumstances
) -> Change:
    """Give a deadline more time before it expires.

    The agency that owes a task may ask it for that task; the owner of the type for any clock.
    Raise `ActNotAllowed` or, from the rule of counting, `ExtensionTooLate`,
    `ExtensionsExhausted` and `ExtensionTooLong`.
    """
    demand_running(case)
    clock = {c.key: c for c in all_clocks(case)}.get(key)
    if clock is None or clock.term is None or clock.status != "running":
        raise ActNotAllowed(act=ActName.EXTEND, why="no_clock", number=case.number)
    by, times = _who_extends(case, clock, now)
    if len(clock.extensions) >= times:
        raise ActNotAllowed(act=ActName.EXTEND, why="times", times=times, number=case.number)
    draft = now.draft(case, by)
    _check(draft, clock, term, demand_reason(reason))
    longer = extend(clock, term, world=draft.world)
    draft.emit(
        Kind.DEADLINE_EXTENDED,
        {"clock": spell_clock(longer), "term": str(term), "reason": reason.strip()},
    )
    return finish(draft)


def _check(draft: Draft, clock: Clock, term: Term, reason: str) -> None:
    earlier = [Extension(parse_term(e), "", clock.start) for e in clock.extensions]
    check_extension(
        Extension(term, reason, draft.today),
        term=parse_term(clock.term or ""),
        rule=draft.world.rule(clock.rule),
        due=clock.due_on,
        earlier=earlier,
    )


def _who_extends(case: CaseSnapshot, clock: Clock, now: Circumstances) -> tuple[By, int]:
    try:
        by, rule = permit(case, ActName.EXTEND, now.powers)
    except NotAssigned:
        if not clock.key.startswith("task:"):
            raise
        task = case.task(int(clock.key.removeprefix("task:")))
        return who_acts(case, task, now.powers), 1
    return by, rule.times

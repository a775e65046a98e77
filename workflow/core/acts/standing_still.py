"""Suspending a case, resuming it, and giving a deadline more time."""

from __future__ import annotations

from datetime import date

from workflow.core.act_rules import ActName, ActRule
from workflow.core.acts.allowed import demand_open, demand_reason, demand_running, permit, who_acts
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.clocks import SUSPENSION, extend, resume
from workflow.core.deadlines.counting import check_extension, day_of
from workflow.core.deadlines.rules import Ground
from workflow.core.deadlines.values import Extension
from workflow.core.draft import Draft
from workflow.core.errors import ActNotAllowed, AgencyUnknown, AnswersRefused, NotAssigned
from workflow.core.events import By, Kind
from workflow.core.moving import all_clocks, move_clock
from workflow.core.questions import is_question
from workflow.core.snapshot import CaseSnapshot, Clock, Suspension
from workflow.core.spelling import spell_clock, spell_suspension
from workflow.core.terms import Term, Unit, parse_term

LONGEST_SUSPENSION = Term(90, Unit.DAYS)
"""How far off the review of a suspension may be, where the type does not say (house rule)."""

GROUNDS = (Ground.SUSPENSION, Ground.DECREE, Ground.FORCE_MAJEURE, Ground.OUTSIDE_PARTY)
"""The grounds on which a whole case may rest; a question is asked of one task alone."""


def suspend(
    case: CaseSnapshot,
    reason: str,
    *,
    review_on: date,
    now: Circumstances,
    since: date | None = None,
    ground: Ground = Ground.SUSPENSION,
    source: str = "",
    ended_by: tuple[str, ...] = (),
) -> Change:
    """Let a case rest for a reason until a review date; its clocks stand still from a day on.

    That day may lie in the past, back to the opening: every clock whose rule admits the ground
    is counted anew. What time has done meanwhile is not undone; the event names it. Raise
    `ActNotAllowed` if the days are out of bounds, `AnswersRefused` for a decree without its
    number, `AgencyUnknown`.
    """
    demand_running(case)
    by, rule = permit(case, ActName.SUSPEND, now.powers)
    draft = now.draft(case, by)
    began = since or draft.today
    _demand_day(ActName.SUSPEND, began, case=case, first=draft.world.day(case.opened_at), to=draft)
    _demand_review(draft, review_on, rule=rule)
    _demand_ground(draft, ground, source=source, ended_by=ended_by)
    suspension = Suspension(
        reason=demand_reason(reason),
        since=began,
        review_on=review_on,
        by=draft.by.agency or case.definition.owner,
        ground=ground,
        source=source.strip(),
        ended_by=ended_by,
        recorded_on=draft.today if began != draft.today else None,
    )
    body: dict[str, object] = {"suspension": spell_suspension(suspension)}
    stays = sorted(task for task, day in case.lapsed_on.items() if day >= began)
    draft.emit(Kind.CASE_SUSPENDED, {**body, "stays": stays} if stays else body)
    return finish(draft)


def _demand_ground(draft: Draft, ground: Ground, *, source: str, ended_by: tuple[str, ...]) -> None:
    """Raise what `suspend` raises unless a case may rest on a ground, ended by these agencies."""
    if ground not in GROUNDS:
        raise ActNotAllowed(act=ActName.SUSPEND, why="ground", number=draft.case.number)
    if ground is Ground.DECREE and not source.strip():
        raise AnswersRefused(problems={"source": "missing"})
    for agency in ended_by:
        if not draft.world.network.is_active(agency, draft.today):
            raise AgencyUnknown(agency=agency)


def _demand_review(draft: Draft, review_on: date, *, rule: ActRule) -> None:
    """Raise `ActNotAllowed` unless the review is a coming day within what the type allows."""
    within = rule.review_within or LONGEST_SUSPENSION
    agency = draft.by.agency or draft.case.definition.owner
    calendar = draft.world.calendar(agency)
    latest = day_of(within, of=draft.today, rule=draft.world.rule("house"), calendar=calendar)
    if not draft.today < review_on <= latest:
        raise ActNotAllowed(
            act=ActName.SUSPEND, why="review", latest=latest, number=draft.case.number
        )


def _demand_day(act: ActName, day: date, *, case: CaseSnapshot, first: date, to: Draft) -> None:
    """Raise `ActNotAllowed` for a day that lies before a first one, or ahead."""
    if not first <= day <= to.today:
        raise ActNotAllowed(act=act, why="day", earliest=first, latest=to.today, number=case.number)


def resume_case(
    case: CaseSnapshot, *, now: Circumstances, reason: str = "", on: date | None = None
) -> Change:
    """End the rest of a suspended case; its clocks go on from a day on, which may have passed.

    Whatever falls due in the days that have passed meanwhile is for the clock process to do.
    """
    demand_open(case)
    rested = case.suspension
    if rested is None:
        raise ActNotAllowed(act=ActName.RESUME, why="running", number=case.number)
    by, _ = permit(case, ActName.RESUME, now.powers)
    draft = now.draft(case, by)
    ended = on or draft.today
    _demand_day(ActName.RESUME, ended, case=case, first=rested.since, to=draft)
    late = {"late": True} if ended != draft.today else {}
    body = {"reason": reason.strip(), "on": ended.isoformat(), **late}
    draft.emit(Kind.CASE_RESUMED, body)
    for clock in list(all_clocks(draft.case)):
        again = resume(
            clock, on=ended, world=draft.world, reason=SUSPENSION, recorded_on=draft.today
        )
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
    if clock is None or clock.term is None or clock.status != "running" or is_question(key):
        raise ActNotAllowed(act=ActName.EXTEND, why="no_clock", number=case.number)
    by, times = _who_extends(case, clock, now)
    if len(clock.extensions) >= times:
        raise ActNotAllowed(act=ActName.EXTEND, why="times", times=times, number=case.number)
    draft = now.draft(case, by)
    _check(draft, clock, term, demand_reason(reason))
    longer = extend(
        clock,
        term,
        world=draft.world,
        granted_on=draft.today,
        by=by.agency or "",
        note=reason.strip(),
    )
    draft.emit(
        Kind.DEADLINE_EXTENDED,
        {"clock": spell_clock(longer), "term": str(term), "reason": reason.strip()},
    )
    return finish(draft)


def _check(draft: Draft, clock: Clock, term: Term, reason: str) -> None:
    earlier = [Extension(parse_term(e.term), e.note, clock.start) for e in clock.extensions]
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

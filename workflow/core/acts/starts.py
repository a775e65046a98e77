"""Correcting the day that a deadline counts from, where it was recorded late or wrongly."""

from __future__ import annotations

from datetime import date

from workflow.core.act_rules import ActName
from workflow.core.acts.allowed import demand_open, demand_reason, permit
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.clocks import correct_start
from workflow.core.deadlines.ending import legal_day
from workflow.core.errors import ActNotAllowed
from workflow.core.events import Kind
from workflow.core.moving import all_clocks
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, StartMoved
from workflow.core.spelling import spell_clock
from workflow.core.targets import deadline_of
from workflow.core.terms import Direction, Term, Unit, parse_term

FURTHEST = Term(1, Unit.YEARS)
"""How far back a start may be corrected to (house rule)."""


def movable(case: CaseSnapshot) -> tuple[Clock, ...]:
    """Return the deadlines that count a term from an event whose day may have been mistaken.

    One that hangs on a date of the case moves when that date is corrected.
    """
    return tuple(clock for clock in all_clocks(case) if _may_move(case, clock))


def _may_move(case: CaseSnapshot, clock: Clock) -> bool:
    spec = deadline_of(case, clock.key)
    term = parse_term(clock.term) if clock.term else None
    counts_on = term and term.direction is Direction.AFTER and term.unit is not Unit.HOURS
    dated = spec is None or spec.start.startswith("data.") or spec.due or spec.of
    return bool(counts_on and not dated and clock.status is not ClockStatus.STOPPED)


def move_start(
    case: CaseSnapshot, key: str, start: date, reason: str, *, now: Circumstances
) -> Change:
    """Count a deadline from the day on which it really began, which has passed.

    What time has done by the day it fell before is not undone. Raise `ActNotAllowed` for a
    deadline that has no such day, or a day that is ahead or too long ago.
    """
    demand_open(case)
    by, _ = permit(case, ActName.CORRECT_DATA, now.powers)
    written = demand_reason(reason)
    clock = {c.key: c for c in movable(case)}.get(key)
    if clock is None:
        raise ActNotAllowed(act="move_start", why="no_clock", number=case.number)
    draft = now.draft(case, by)
    earliest = date(draft.today.year - FURTHEST.amount, draft.today.month, 1)
    was = legal_day(clock.start, draft.world.zone)
    if not earliest <= start <= draft.today or start == was:
        raise ActNotAllowed(
            act="move_start", why="day", earliest=earliest, latest=draft.today, number=case.number
        )
    moved = StartMoved(was, draft.today, by.agency or "", written)
    again = correct_start(clock, start, moved=moved, world=draft.world)
    body = {
        "clock": spell_clock(again),
        "because": "start",
        "from": clock.due_on.isoformat(),
        "start_was": was.isoformat(),
        "reason": written,
    }
    draft.emit(Kind.DEADLINE_MOVED, body)
    return finish(draft)

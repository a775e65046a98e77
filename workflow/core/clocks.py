"""Deadlines of a case: when each starts, stands still, goes on, is extended or moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from workflow.core.altering import altered, made
from workflow.core.deadlines.counting import count
from workflow.core.deadlines.errors import ClockStopped
from workflow.core.deadlines.rules import StartsOn
from workflow.core.deadlines.values import Due, Extension, Pause
from workflow.core.definition import DeadlineSpec
from workflow.core.forgetting import forgetful
from workflow.core.snapshot import Clock, ClockExtension, ClockPause, ClockStatus, StartMoved
from workflow.core.spelling import GROUNDS
from workflow.core.terms import Direction, Term, Unit, parse_term
from workflow.core.world import World

_DAY = timedelta(days=1)
_FAR_OFF = datetime.max.replace(tzinfo=UTC)


def start_clock(
    spec: DeadlineSpec | None,
    key: str,
    *,
    agency: str,
    now: datetime,
    data: Mapping[str, Any],
    world: World,
    row: Mapping[str, Any] | None = None,
    received_at: datetime | None = None,
) -> Clock | None:
    """Return a new clock, or None when nothing is due or the date it hangs on is unknown."""
    if spec is None:
        return None
    start = _start(spec, now=now, data=data, row=row, world=world, received_at=received_at)
    if start is None:
        return None
    term = str(spec.term) if spec.term else None
    due_on, due_at, provisional = _unbroken(term, spec.rule, agency, start, world)
    return made(
        Clock,
        {
            "key": key,
            "rule": spec.rule,
            "agency": agency,
            "term": term,
            "start": start,
            "due_on": due_on,
            "due_at": due_at,
            "pauses": (),
            "extensions": (),
            "start_moved": None,
            "status": ClockStatus.RUNNING,
            "generation": 1,
            "provisional": provisional,
            "calendar_version": world.calendars.version,
        },
    )


def _start(
    spec: DeadlineSpec,
    *,
    now: datetime,
    data: Mapping[str, Any],
    row: Mapping[str, Any] | None,
    world: World,
    received_at: datetime | None,
) -> date | None:
    if spec.due or spec.of:
        return _named_date(spec.due or spec.of or "", data, row)
    if spec.start.startswith("data."):
        return _named_date(spec.start, data, row)
    instant = received_at if received_at and runs_from_receipt(spec, world) else now
    if spec.term and spec.term.unit is Unit.HOURS:
        return instant
    return world.day(instant)


def _named_date(name: str, data: Mapping[str, Any], row: Mapping[str, Any] | None) -> date | None:
    source, _, key = name.partition(".")
    value = (row or {}).get(key) if source == "row" else data.get(key)
    return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None


def runs_from_receipt(spec: DeadlineSpec, world: World) -> bool:
    """Say whether a term starts anew when the agency receives the task.

    Until then it counts from the opening, so that a task nobody receives is not without a day.
    """
    by_rule = world.rule(spec.rule).starts_on is StartsOn.RECEIPT
    return spec.start == "received" or (spec.start == "opened" and by_rule)


def may_move(spec: DeadlineSpec, world: World) -> bool:
    """Say whether a clock hangs on a date of the case or on receipt, so that it may yet move."""
    hangs = bool(spec.due or spec.of) or spec.start.startswith("data.")
    return hangs or runs_from_receipt(spec, world)


def recount(clock: Clock, world: World) -> Clock:
    """Return a clock with its day counted anew; while it stands still the day stays."""
    if clock.still_since:
        return altered(clock, status=ClockStatus.PAUSED)
    on, at, provisional = _due(clock, world)
    return altered(
        clock,
        due_on=on,
        due_at=at,
        provisional=provisional,
        status=ClockStatus.RUNNING,
        generation=clock.generation + (on != clock.due_on),
        calendar_version=world.calendars.version,
    )


def _due(clock: Clock, world: World) -> tuple[date, datetime, bool]:
    if clock.term is not None and (clock.pauses or clock.extensions):
        due = counted(clock, world, explained=False)
        return due.on, due.at, due.provisional
    return _unbroken(clock.term, clock.rule, clock.agency, clock.start, world)


@forgetful
@lru_cache(maxsize=4096)
def _unbroken(
    term: str | None, rule: str, agency: str, start: date, world: World
) -> tuple[date, datetime, bool]:
    """Count a term that nothing has stopped or made longer, as most are: once in each world.

    No term falls on its very day.
    """
    if term is None:
        day = world.day(start) if isinstance(start, datetime) else start
        at = datetime.combine(day, world.rule(rule).due_time, world.zone).astimezone(UTC)
        return day, at, False
    blank = Clock("", rule, agency, term, start, due_on=start, due_at=_FAR_OFF)
    due = counted(blank, world, explained=False)
    return due.on, due.at, due.provisional


def counted(
    clock: Clock, world: World, *, explained: bool = True, still_until: date | None = None
) -> Due:
    """Count the term of a clock anew, with the trace that explains every day of it.

    A rest that has not ended is taken to end on `still_until`. Raise `ClockStopped` without it.
    """
    calendar = world.calendar(clock.agency)
    own = (_as_counted(p, still_until) for p in clock.pauses)
    return count(
        clock.start,
        parse_term(clock.term or ""),
        world.rule(clock.rule),
        calendar,
        pauses=[*own, *calendar.suspensions],
        outages=calendar.outages,
        extensions=[
            Extension(parse_term(e.term), e.note, e.granted_on or clock.start, e.by)
            for e in clock.extensions
        ],
        zone=world.zone,
        explained=explained,
    )


def _as_counted(held: ClockPause, still_until: date | None) -> Pause:
    last = held.last or (max(held.first, still_until) if still_until else None)
    return Pause(
        held.first,
        last,
        held.reason,
        held.ground,
        source=held.source,
        ended_by=", ".join(held.ended_by),
        review_on=held.review_on,
    )


SUSPENSION = "suspension"
"""The reason that a clock's pause carries while its case rests."""

CLOSED = "closed"
"""The reason that it carries while its case is closed; only a reopened case has use for it."""


def pause(
    clock: Clock,
    *,
    on: date,
    reason: str,
    world: World,
    by: str = "",
    ended_by: tuple[str, ...] = (),
) -> Clock:
    """Return a clock that stands still from a day on, on the ground that its reason has."""
    held = ClockPause(on, None, reason, GROUNDS.get(reason), by=by, ended_by=ended_by)
    return rest(clock, held, world=world)


def rest(clock: Clock, held: ClockPause, *, world: World) -> Clock:
    """Return a clock that stands still from the day of a pause on, which may lie in the past.

    One that hangs on a date never does, nor does one whose rule does not admit the ground, nor
    one that rests for that reason already.
    """
    admitted = world.rule(clock.rule).stops_for(held.ground)
    fixed = clock.term is None or Direction.BEFORE in clock.term
    already = any(p.last is None and p.reason == held.reason for p in clock.pauses)
    if fixed or already or not admitted or clock.status is ClockStatus.STOPPED:
        return clock
    return altered(clock, pauses=(*clock.pauses, held), status=ClockStatus.PAUSED)


def resume(
    clock: Clock, *, on: date, world: World, reason: str, recorded_on: date | None = None
) -> Clock:
    """Return a clock that counts again from a day on; the pause for that reason ends the eve.

    Where its rule says that the ground interrupts, the whole term begins anew: that day is the
    one it runs from, so the last that does not count.
    """
    if clock.status is ClockStatus.STOPPED:
        return clock
    ended = tuple(
        now
        for held in clock.pauses
        for now in _end(held, on=on, reason=reason, world=world, clock=clock, written=recorded_on)
    )
    return clock if ended == clock.pauses else recount(altered(clock, pauses=ended), world)


def _end(
    held: ClockPause, *, on: date, reason: str, world: World, clock: Clock, written: date | None
) -> tuple[ClockPause, ...]:
    if held.last is not None or held.reason != reason:
        return (held,)
    anew = held.ground in world.rule(clock.rule).interrupted_by
    last = on if anew else on - _DAY
    if last < held.first:
        return ()
    return (replace(held, last=last, end_recorded_on=written if written != on else None),)


def stop_with_case(clock: Clock, *, on: date) -> Clock:
    """Return a clock that counts no more because its case is closed on a day.

    Should the case be opened again, the clock runs on, and the days in between do not count.
    """
    pauses = (*clock.pauses, ClockPause(on, None, CLOSED))
    return altered(clock, pauses=pauses, status=ClockStatus.STOPPED)


def revive(clock: Clock, *, on: date, world: World) -> Clock:
    """Return a clock that stopped when its case was closed, running on from its reopening.

    One that had met its end before, on entering the state that stops it, stays as it was.
    """
    if not any(p.reason == CLOSED and p.last is None for p in clock.pauses):
        return clock
    eve = on - _DAY
    ended = (
        p if p.last else replace(p, last=eve) for p in clock.pauses if p.last or p.first <= eve
    )
    return recount(altered(clock, pauses=tuple(ended), status=ClockStatus.RUNNING), world)


def restart(clock: Clock, start: date, *, world: World) -> Clock:
    """Return a clock that counts from another start, with the pauses and extensions it has."""
    moved = recount(altered(clock, start=start), world)
    return altered(moved, generation=clock.generation + 1)


def correct_start(clock: Clock, start: date, *, moved: StartMoved, world: World) -> Clock:
    """Return a clock whose start was recorded wrongly, counted from the right day."""
    return altered(restart(clock, start, world=world), start_moved=moved)


def extend(
    clock: Clock, term: Term, *, world: World, granted_on: date, by: str = "", note: str = ""
) -> Clock:
    """Return a clock with a term added; the count runs on from the original start."""
    added = ClockExtension(str(term), granted_on, by, note)
    return recount(altered(clock, extensions=(*clock.extensions, added)), world)


def move_to_agency(clock: Clock | None, agency: str, *, world: World) -> Clock | None:
    """Return a clock owed by another agency: the start is kept, its calendar counts."""
    if clock is None:
        return None
    try:
        return recount(altered(clock, agency=agency), world)
    except ClockStopped:
        return altered(clock, agency=agency)

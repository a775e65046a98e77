"""The internal target beside the legal limit: an earlier day that the agency sets itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from workflow.core.clocks import counted
from workflow.core.deadlines.counting import day_of
from workflow.core.deadlines.errors import ClockStopped
from workflow.core.definition import DeadlineSpec
from workflow.core.questions import is_question
from workflow.core.snapshot import CaseSnapshot, Clock
from workflow.core.terms import Direction
from workflow.core.world import World

RULE = "house"
"""No law sets a target, so the house counts it."""


def deadline_of(case: CaseSnapshot, key: str) -> DeadlineSpec | None:
    """Return what the definition says of a deadline of the case, by the key of its clock.

    Of a question it says nothing: who asks names the day.
    """
    if is_question(key):
        return None
    scope, _, rest = key.partition(":")
    if scope == "task":
        return case.spec(case.task(int(rest))).deadline
    if scope == "case":
        spec = case.definition.deadlines.get(rest)
        return spec.deadline if spec else None
    return case.state_spec.deadline


def target_day(clock: Clock, spec: DeadlineSpec | None, world: World) -> date | None:
    """Return the day an internal target falls, never after the limit; None where there is none.

    One that runs from the same start rests when the limit rests, but more time for the limit
    gives the target none. One that lies so long `before` the limit moves with it.
    """
    if spec is None or spec.target is None or clock.still_since:
        return None
    if spec.target.direction is Direction.BEFORE:
        calendar = world.calendar(clock.agency)
        return day_of(spec.target, of=clock.due_on, rule=world.rule(RULE), calendar=calendar)
    if clock.term is None:
        return None
    aim = replace(clock, rule=RULE, term=str(spec.target), extensions=())
    try:
        return min(counted(aim, world, explained=False).on, clock.due_on)
    except ClockStopped:
        return None


def target_of(case: CaseSnapshot, clock: Clock, world: World) -> date | None:
    """Return the day that the internal target of a deadline of a case falls, if it has one."""
    return target_day(clock, deadline_of(case, clock.key), world)

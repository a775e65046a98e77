"""Why a deadline falls on its day: its count done again, told day by day."""

from __future__ import annotations

from workflow.core.clocks import GROUNDS
from workflow.core.deadlines.counting import count
from workflow.core.deadlines.errors import ClockStopped
from workflow.core.deadlines.values import Due, Extension, Pause
from workflow.core.snapshot import Clock
from workflow.core.terms import parse_term
from workflow.core.world import World


def trace_of(clock: Clock, world: World) -> Due | None:
    """Count a clock again with every day explained.

    None for a clock that is a date of the case itself, and while it stands still.
    """
    if clock.term is None:
        return None
    try:
        return count(
            clock.start,
            parse_term(clock.term),
            world.rule(clock.rule),
            world.calendar(clock.agency),
            pauses=[Pause(p.first, p.last, p.reason, GROUNDS.get(p.reason)) for p in clock.pauses],
            extensions=[Extension(parse_term(e), "", clock.start) for e in clock.extensions],
            zone=world.zone,
        )
    except ClockStopped:
        return None

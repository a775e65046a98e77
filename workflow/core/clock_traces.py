"""Why a deadline falls on its day: its count done again, told day by day."""

from __future__ import annotations

from workflow.core.clocks import counted
from workflow.core.deadlines.errors import ClockStopped
from workflow.core.deadlines.values import Due
from workflow.core.snapshot import Clock
from workflow.core.world import World


def trace_of(clock: Clock, world: World) -> Due | None:
    """Count a clock again with every day explained.

    None for a clock that is a date of the case itself, and while it stands still.
    """
    if clock.term is None:
        return None
    try:
        return counted(clock, world)
    except ClockStopped:
        return None

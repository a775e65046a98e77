"""Why a deadline falls on its day: its count done again, told day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

from workflow.core.clocks import CLOSED, counted
from workflow.core.deadlines.errors import ClockStopped
from workflow.core.deadlines.values import Due
from workflow.core.forgetting import forgetful
from workflow.core.snapshot import Clock
from workflow.core.world import World


def trace_of(clock: Clock, world: World, *, still_until: date | None = None) -> Due | None:
    """Count a clock again with every day explained.

    While it stands still it is counted as if its rest ended on `still_until`, or not at all.
    None for a clock that is a date of the case itself. That a case was closed moves no date of
    it, unless it was opened again.
    """
    if clock.term is None:
        return None
    lasting = tuple(p for p in clock.pauses if p.last or p.reason != CLOSED)
    try:
        return counted(replace(clock, pauses=lasting), world, still_until=still_until)
    except ClockStopped:
        return None


@forgetful
@lru_cache(maxsize=512)  # a page tells of the same deadlines again and again
def unannounced_years(clock: Clock, world: World) -> tuple[int, ...]:
    """Return the years without an official list that make a deadline's date provisional.

    Of a deadline that stands still, those of the last date it had.
    """
    if not clock.provisional or clock.term is None:
        return ()
    ended = tuple(pause for pause in clock.pauses if pause.last)
    return counted(replace(clock, pauses=ended), world, explained=False).unannounced

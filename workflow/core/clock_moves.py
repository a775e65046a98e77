"""Where an act moves the deadlines of a case: what is shown before the act is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from workflow.core.change import Change
from workflow.core.clock_traces import trace_of
from workflow.core.moving import all_clocks
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus
from workflow.core.world import World

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClockMove:
    """One deadline before and after an act."""

    key: str
    was: date | None
    """None where the act starts it, or where it stood still."""
    becomes: date | None
    """None where no day can be told."""
    stands_still: bool
    """Whether it stands still after the act; `becomes` is then the day if it goes on in time."""

    @property
    def moves(self) -> bool:
        """Whether the day is another one."""
        return self.was != self.becomes


def clock_moves(
    change: Change, world: World, *, goes_on: date | None = None
) -> tuple[ClockMove, ...]:
    """Say where each deadline of a case falls before and after an act.

    Those that the act leaves standing still are counted as if they went on on a day.
    """
    known = _running(change.before) if change.before else {}
    until = goes_on - _DAY if goes_on else None
    return tuple(
        ClockMove(
            key=clock.key,
            was=_day(known.get(clock.key)),
            becomes=_foreseen(clock, world, until),
            stands_still=clock.status is ClockStatus.PAUSED,
        )
        for clock in _running(change.after).values()
    )


def _running(case: CaseSnapshot) -> dict[str, Clock]:
    clocks = all_clocks(case)
    return {c.key: c for c in clocks if c.status is not ClockStatus.STOPPED}


def _day(clock: Clock | None) -> date | None:
    return clock.due_on if clock and clock.status is ClockStatus.RUNNING else None


def _foreseen(clock: Clock, world: World, until: date | None) -> date | None:
    if clock.status is ClockStatus.RUNNING:
        return clock.due_on
    counted = trace_of(clock, world, still_until=until) if until else None
    return counted.on if counted else None

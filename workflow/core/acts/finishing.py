"""How every act ends: the case moves as far as it can, and the change is made whole."""

from __future__ import annotations

from workflow.core.change import Change
from workflow.core.clocks import SUSPENSION, rest
from workflow.core.draft import Draft
from workflow.core.moving import all_clocks, move_clock, settle_case
from workflow.core.snapshot import ClockPause, Suspension
from workflow.core.timers import next_wake


def finish(draft: Draft) -> Change:
    """Settle the case and return what the act decided."""
    settle_case(draft)
    if draft.case.suspension:
        _let_rest(draft, draft.case.suspension)
    return draft.change(wake_at=next_wake(draft.case, draft.world))


def _let_rest(draft: Draft, suspension: Suspension) -> None:
    """Let every clock of a suspended case stand still, those that an act just started too.

    A rest is of the whole case, not of the state it stood in: what answers by itself, as a child
    case does when it closes, may move it on, and the new state rests until somebody resumes it.
    """
    held = ClockPause(
        suspension.since,
        None,
        SUSPENSION,
        suspension.ground,
        source=suspension.source,
        note=suspension.reason,
        by=suspension.by,
        recorded_on=suspension.recorded_on,
        ended_by=suspension.ended_by,
        review_on=suspension.review_on,
    )
    for clock in list(all_clocks(draft.case)):
        move_clock(draft, rest(clock, held, world=draft.world), because=SUSPENSION)

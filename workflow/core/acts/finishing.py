"""How every act ends: the case moves as far as it can, and the change is made whole."""

from __future__ import annotations

from workflow.core.change import Change
from workflow.core.clocks import SUSPENSION, pause
from workflow.core.draft import Draft
from workflow.core.moving import all_clocks, move_clock, settle_case
from workflow.core.timers import next_wake


def finish(draft: Draft) -> Change:
    """Settle the case and return what the act decided."""
    settle_case(draft)
    if draft.case.suspension:
        _let_rest(draft)
    return draft.change(wake_at=next_wake(draft.case, draft.world))


def _let_rest(draft: Draft) -> None:
    """Let every clock of a suspended case stand still, those that an act just started too."""
    for clock in list(all_clocks(draft.case)):
        stopped = pause(clock, on=draft.today, reason=SUSPENSION, world=draft.world)
        move_clock(draft, stopped, because=SUSPENSION)

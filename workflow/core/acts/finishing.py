"""How every act ends: the case moves as far as it can, and the change is made whole."""

from __future__ import annotations

from workflow.core.change import Change
from workflow.core.draft import Draft
from workflow.core.moving import settle_case
from workflow.core.timers import next_wake


def finish(draft: Draft) -> Change:
    """Settle the case and return what the act decided."""
    settle_case(draft)
    return draft.change(wake_at=next_wake(draft.case, draft.world))

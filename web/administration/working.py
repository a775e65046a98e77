"""How a page sets a plan going: a little at once, the rest by the clock process."""

from __future__ import annotations

from time import monotonic
from typing import Final

from flask import current_app

from workflow.services import plans, recounting
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.plans import Plan

AT_ONCE: Final = 1.0
"""For how many seconds a page works itself, so that little is done when it is shown."""
PATIENCE: Final = "recount_seconds"
"""Extension of an application that has its pages work longer, or not at all."""
BITE: Final = 50
"""How many cases it goes through before it looks at its watch."""


def begin(uow: UnitOfWork, plan: Plan) -> Plan:
    """Leave a plan to the clock process, and do as much of it as a page may take."""
    plans.leave_to_clock(uow, plan)
    patience = current_app.extensions.get(PATIENCE, AT_ONCE)
    phase, until = plan.phase, monotonic() + patience
    while plan.works and plan.phase is phase and monotonic() < until:
        plan = recounting.advance(uow, plan.id, limit=BITE)
    return plan

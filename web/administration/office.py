"""What the visitor administers, for every page that asks."""

from __future__ import annotations

from flask import g

from web.sessions import current_principal
from workflow.core.offices import Office
from workflow.services.unit_of_work import UnitOfWork


def office_of(uow: UnitOfWork) -> Office:
    """Return what the visitor administers today."""
    found = g.get("office")
    if not isinstance(found, Office):
        found = g.office = Office(current_principal().powers, uow.world().network)
    return found

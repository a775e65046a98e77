"""All that is kept of one officer, given to them (Lei 13.709/2018, art. 18, II and V)."""

from __future__ import annotations

from typing import Any

from workflow.services.people import UnknownOfficer
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.own_data import rows_about


def own_data(uow: UnitOfWork, officer_id: int) -> dict[str, Any]:
    """Return what is kept of an officer, by kind; raise `UnknownOfficer`."""
    with uow.as_keeper().reading() as connection:
        found = rows_about(connection, officer_id)
    if not found["account"]:
        raise UnknownOfficer(officer=officer_id)
    return {"as_of": uow.now, **found}

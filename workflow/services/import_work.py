"""The work of imports that the clock process does: what is little is done at once by a page."""

from __future__ import annotations

from workflow.services import entry_imports, importing
from workflow.services.batches import CASES, any_batch
from workflow.services.notices import LeaseLost
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.jobs import ClaimedJob, complete, extend
from workflow.storage.queries.batches import BatchPhase


def go_on(uow: UnitOfWork, job: ClaimedJob) -> None:
    """Bring in or undo an import in the clock process; raise `LeaseLost`."""
    with uow.writing() as connection:
        if not extend(connection, job):
            raise LeaseLost(job.key)
    batch = any_batch(uow, job.payload["batch"])
    work = importing if batch.kind == CASES else entry_imports
    if batch.phase is BatchPhase.APPLYING:
        work.bring_in(uow, batch)
    elif batch.phase is BatchPhase.UNDOING:
        work.take_back(uow, batch)
    with uow.writing() as connection:
        if not complete(connection, job):
            raise LeaseLost(job.key)

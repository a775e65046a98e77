"""Notices: issued once each from what time and people do, and read by those they are for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row

from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.services.audience import People
from workflow.services.issuing import Batch
from workflow.services.telling import Scene, overtaken, tell
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.warning import Calls, calls, next_look, warn
from workflow.services.ways import Issue, settle
from workflow.storage import notices as storage
from workflow.storage.jobs import ClaimedJob, complete
from workflow.storage.load import Loaded, load_case
from workflow.storage.queries import notices as queries
from workflow.storage.queries.audience import climbs_of
from workflow.storage.queries.due import withdraw_unread
from workflow.storage.queries.events import events_of

CLOCK_POWERS = Powers(auditor=True)
"""Time reads every case; what it does there it does in nobody's name."""

UNDO_WINDOW: Final = timedelta(minutes=2)
"""How long the mail about an act waits while the act can be undone."""


class LeaseLost(Exception):  # noqa: N818 - a fact, like a refusal
    """Another worker has the job by now: whatever this one did for it must be undone."""


# --- For whom they are -------------------------------------------------------------------------


def notices_of(
    uow: UnitOfWork,
    officer_id: int,
    *,
    before: int | None = None,
    limit: int = 25,
    kind: str | None = None,
) -> list[Row[Any]]:
    """List what was told to an officer, the newest first; `before` is the last id of a page.

    With `kind`, only notices of that kind.
    """
    with uow.reading() as connection:
        return queries.notices_of(connection, officer_id, before_id=before, limit=limit, kind=kind)


def unread_count(uow: UnitOfWork, officer_id: int) -> int:
    """Count what an officer has not read yet."""
    with uow.reading() as connection:
        return queries.unread_notices(connection, officer_id)


def mark_read(uow: UnitOfWork, officer_id: int, *, notice_id: int | None = None) -> int:
    """Note that an officer has read a notice, or all of them; return how many were unread."""
    with uow.writing() as connection:
        return storage.mark_read(connection, officer_id, at=uow.now, notice_id=notice_id)


# --- By the clock ------------------------------------------------------------------------------


def issue_owed(uow: UnitOfWork, number: str, *, mails: bool) -> int | None:
    """Issue the warnings that a case owes by now; None if it moved meanwhile, else how many."""
    loaded = uow.as_powers(CLOCK_POWERS).load(number)
    case, world = loaded.snapshot, uow.world()
    batch = Batch(number, uow.now, mails)
    with uow.reading() as connection:
        found = _calls(connection, uow, loaded)
        warn(found.now, _people(connection, uow, case), batch)
        issue = settle(connection, batch, world)
    with uow.writing() as connection:
        issued = storage.record_notices(
            connection,
            loaded.case_id,
            revision=case.revision,
            noticed_until=found.seen_until(uow.now),
            wake_at=next_look(case, world, now=uow.now, later=found.later),
            notices=issue.notices,
            jobs=issue.jobs,
            digests=issue.digests,
        )
    return len(issue.notices) if issued else None


def _calls(connection: Connection, uow: UnitOfWork, loaded: Loaded) -> Calls:
    """Return what a case owes, without what was told while another part of it had to wait."""
    case = loaded.snapshot
    climbs = climbs_of(connection, case.definition.key)
    found = calls(case, uow.world(), now=uow.now, climbs=climbs)
    if not found.now:
        return found
    keys = {call.occasion.clock_key for call in found.now}
    told = queries.issued_rungs(connection, loaded.case_id, clock_keys=keys)
    return Calls(tuple(call for call in found.now if call.key not in told), found.later)


def issue_told(uow: UnitOfWork, job: ClaimedJob, *, mails: bool) -> None:
    """Tell people of an act, and take back what it has overtaken; raise `LeaseLost`."""
    with uow.reading() as connection:
        loaded = _load(connection, uow, job)
        first, last = job.payload["from_seq"], job.payload["to_seq"]
        events = events_of(connection, loaded.case_id, from_seq=first, before=last + 1)
        batch = Batch(loaded.snapshot.number, uow.now, mails)
        scene = Scene(loaded.snapshot, _people(connection, uow, loaded.snapshot))
        tell(scene, events, batch, undoable_until=job.created_at + UNDO_WINDOW)
        issue = settle(connection, batch, uow.world(), base=job.created_at)
    with uow.writing() as connection:
        for stale in overtaken(events):
            withdraw_unread(
                connection,
                loaded.case_id,
                at=uow.now,
                clock_key=stale.clock_key,
                below=stale.below,
                task_no=stale.task_no,
                issued_until=stale.until,
            )
        _issue(connection, job, issue)


def _issue(connection: Connection, job: ClaimedJob, issue: Issue) -> None:
    assert job.case_id is not None
    storage.issue(
        connection, job.case_id, notices=issue.notices, jobs=issue.jobs, digests=issue.digests
    )
    if not complete(connection, job):
        raise LeaseLost(job.key)


def _load(connection: Connection, uow: UnitOfWork, job: ClaimedJob) -> Loaded:
    definitions = uow.installation.definition
    loaded = load_case(connection, case_id=job.case_id, definitions=definitions)
    if loaded is None:
        raise LookupError(f"job {job.key} names no case")
    return loaded


def _people(connection: Connection, uow: UnitOfWork, case: CaseSnapshot) -> People:
    network = uow.world().network
    return People(connection, network, today=uow.today, owner=case.definition.owner)

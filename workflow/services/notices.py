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
from workflow.services.ways import settle
from workflow.storage import notices as storage
from workflow.storage.jobs import ClaimedJob, complete
from workflow.storage.load import Loaded, load_case
from workflow.storage.queries import notices as queries
from workflow.storage.queries.audience import climbs_of
from workflow.storage.queries.due import withdraw_unread
from workflow.storage.queries.events import events_of
from workflow.storage.untold import Untold, hold, note_told
from workflow.storage.world import Versions

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
    if job.case_id is None:
        raise LookupError(f"job {job.key} names no case")
    lines = job.payload["from_seq"], job.payload["to_seq"]
    with uow.writing() as connection:
        _tell(connection, uow, Untold(job.case_id, *lines, job.created_at), mails=mails)
        if not complete(connection, job):
            raise LeaseLost(job.key)


def tell_act(uow: UnitOfWork, key: str, *, mails: bool) -> bool:
    """Tell people of the act of a key, likewise; False where another clock does, or did."""
    with uow.writing() as connection:
        act = hold(connection, key)
        if act is None:
            return False
        _tell(connection, uow, act, mails=mails)
        note_told(connection, key)
    return True


def _tell(connection: Connection, uow: UnitOfWork, act: Untold, *, mails: bool) -> None:
    definitions = uow.installation.definition
    loaded = load_case(connection, case_id=act.case_id, definitions=definitions)
    if loaded is None:
        raise LookupError(f"there is no case {act.case_id} to tell of")
    uow.stay_in(Versions(loaded.calendar_version, loaded.network_version))
    events = events_of(connection, act.case_id, from_seq=act.first, before=act.last + 1)
    batch = Batch(loaded.snapshot.number, uow.now, mails)
    scene = Scene(loaded.snapshot, _people(connection, uow, loaded.snapshot))
    tell(scene, events, batch, undoable_until=act.asked_at + UNDO_WINDOW)
    issue = settle(connection, batch, uow.world(), base=act.asked_at)
    for stale in overtaken(events):
        withdraw_unread(
            connection,
            act.case_id,
            at=uow.now,
            clock_key=stale.clock_key,
            below=stale.below,
            task_no=stale.task_no,
            issued_until=stale.until,
        )
    storage.issue(
        connection, act.case_id, notices=issue.notices, jobs=issue.jobs, digests=issue.digests
    )


def _people(connection: Connection, uow: UnitOfWork, case: CaseSnapshot) -> People:
    network = uow.world().network
    return People(connection, network, today=uow.today, owner=case.definition.owner)

"""Taking away what is kept of persons beside the history of cases, and of an officer who left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update

from workflow.storage.batches import ImportLine
from workflow.storage.case import TaskRow
from workflow.storage.desk import CaseFollower, InboxColumns, SavedFilter
from workflow.storage.factors import Factor, RecoveryCode
from workflow.storage.feeds import Feed, FeedEntry
from workflow.storage.identities import Errand, Identity
from workflow.storage.people import Invitation, Session, Substitution
from workflow.storage.projections import Draft
from workflow.storage.staff import Departure, StaffEvent
from workflow.storage.telling import Digest, NoticeWish
from workflow.storage.work import Delivery, JobRow, NoticeRow

OWN: Final = (
    *(Session, Invitation, Factor, RecoveryCode, Identity, Errand),
    *(Draft, CaseFollower, InboxColumns, Digest, NoticeWish),
)
"""What is an officer's alone, and goes with the officer."""
_HIDDEN: Final = "(erased)"


def erase_beside(
    connection: Connection,
    case_id: int,
    number: str,
    proposals: Iterable[tuple[int, Mapping[str, Any] | None]],
) -> None:
    """Take away what is kept of a case's personal values in drafts, files and proposals."""
    connection.execute(update(Draft).where(Draft.case_number == number).values(data={}))
    line = update(ImportLine).where(ImportLine.number == number)
    connection.execute(line.values(body=None, shown={}, notes=[]))
    for no, proposal in proposals:
        task = update(TaskRow).where(TaskRow.case_id == case_id, TaskRow.no == no)
        connection.execute(task.values(proposal=proposal))


def erase_around(connection: Connection, officer_id: int, email: str) -> None:
    """Take away all that is an officer's alone, and what others wrote about why they were away."""
    for own in OWN:
        connection.execute(delete(own).where(own.officer_id == officer_id))
    feeds = select(Feed.id).where(Feed.officer_id == officer_id)
    connection.execute(delete(FeedEntry).where(FeedEntry.feed_id.in_(feeds)))
    connection.execute(delete(Feed).where(Feed.officer_id == officer_id))
    alone = SavedFilter.officer_id == officer_id, SavedFilter.is_shared.is_(False)
    connection.execute(delete(SavedFilter).where(*alone))
    away = update(Substitution).where(Substitution.absent_id == officer_id)
    connection.execute(away.values(reason=""))
    left = update(Departure).where(Departure.officer_id == officer_id)
    connection.execute(left.values(reason=""))
    lines = select(StaffEvent.id, StaffEvent.facts).where(StaffEvent.officer_id == officer_id)
    for row in connection.execute(lines).all():
        if row.facts.get("reason"):
            changed = update(StaffEvent).where(StaffEvent.id == row.id)
            connection.execute(changed.values(facts={**row.facts, "reason": ""}))
    theirs = select(NoticeRow.id).where(NoticeRow.officer_id == officer_id)
    told = update(Delivery).where(
        Delivery.notice_id.in_(theirs), Delivery.detail.contains(email, autoescape=True)
    )
    connection.execute(told.values(detail=_HIDDEN))
    failed = update(JobRow).where(JobRow.last_error.contains(email, autoescape=True))
    connection.execute(failed.values(last_error=_HIDDEN))

"""What officers have typed and not yet sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, text, update

from workflow.storage import dialect
from workflow.storage.projections import Draft


def save_task_draft(
    connection: Connection,
    officer_id: int,
    *,
    case_number: str,
    task_no: int,
    data: Mapping[str, Any],
    revision: int,
    at: datetime,
) -> None:
    """Keep what an officer typed into the form of a task, over what was kept before."""
    kept = {"data": data, "saved_at": at, "revision": revision}
    place = {"officer_id": officer_id, "case_number": case_number, "task_no": task_no}
    added = dialect.insert(connection)(Draft).values(kind="task", **place, **kept)
    connection.execute(
        added.on_conflict_do_update(
            index_elements=list(place), index_where=text("task_no IS NOT NULL"), set_=kept
        )
    )


def task_draft(
    connection: Connection, officer_id: int, *, case_number: str, task_no: int
) -> Row[Any] | None:
    """Return what an officer typed into the form of a task, or None."""
    wanted = select(Draft.__table__).where(
        Draft.officer_id == officer_id,
        Draft.case_number == case_number,
        Draft.task_no == task_no,
    )
    return connection.execute(wanted).one_or_none()


def start_draft(
    connection: Connection, officer_id: int, *, type_key: str, data: Mapping[str, Any], at: datetime
) -> int:
    """Begin a new request that is not sent yet; return the draft's id."""
    values = {"officer_id": officer_id, "kind": type_key, "data": data, "saved_at": at}
    draft_id: int = connection.execute(
        insert(Draft).values(values).returning(Draft.id)
    ).scalar_one()
    return draft_id


def save_draft(
    connection: Connection, officer_id: int, draft_id: int, *, data: Mapping[str, Any], at: datetime
) -> bool:
    """Keep a newer text of an officer's own draft; False if there is none of that id."""
    own = update(Draft).where(Draft.id == draft_id, Draft.officer_id == officer_id)
    return connection.execute(own.values(data=data, saved_at=at)).rowcount == 1


def draft(connection: Connection, officer_id: int, draft_id: int) -> Row[Any] | None:
    """Return an officer's own draft."""
    wanted = select(Draft.__table__).where(Draft.id == draft_id, Draft.officer_id == officer_id)
    return connection.execute(wanted).one_or_none()


def drafts_of(connection: Connection, officer_id: int) -> list[Row[Any]]:
    """List an officer's requests that are not sent yet, the latest first."""
    wanted = select(Draft.__table__).where(
        Draft.officer_id == officer_id, Draft.case_number.is_(None)
    )
    return list(connection.execute(wanted.order_by(Draft.saved_at.desc())))


def forget_draft(connection: Connection, officer_id: int, draft_id: int) -> None:
    """Delete an officer's own draft, once it was sent or thrown away."""
    connection.execute(delete(Draft).where(Draft.id == draft_id, Draft.officer_id == officer_id))


def forget_task_drafts(connection: Connection, *, case_number: str, task_no: int) -> None:
    """Delete what anybody typed into the form of a task, once it has ended."""
    connection.execute(
        delete(Draft).where(Draft.case_number == case_number, Draft.task_no == task_no)
    )


def forget_sent_drafts(connection: Connection, *, before: datetime, limit: int) -> int:
    """Delete so many drafts of requests that were sent long ago; return how many.

    What is left of them is a number, and an access code that nobody came for.
    """
    old = (
        select(Draft.id)
        .where(
            Draft.case_number.is_(None),
            Draft.saved_at < before,
            Draft.data["sent"]["number"].as_string().is_not(None),
        )
        .order_by(Draft.saved_at)
        .limit(limit)
    )
    return connection.execute(delete(Draft).where(Draft.id.in_(old))).rowcount

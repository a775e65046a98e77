"""Notices as their recipients and their senders read them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, func, select
from sqlalchemy.orm import aliased

from workflow.storage.case import Case
from workflow.storage.digests import waiting_for
from workflow.storage.people import Officer
from workflow.storage.queries.due import SENT
from workflow.storage.work import Delivery, NoticeRow


def notices_of(
    connection: Connection,
    officer_id: int,
    *,
    before_id: int | None = None,
    unread_only: bool = False,
    kind: str | None = None,
    limit: int = 25,
) -> list[Row[Any]]:
    """List what was told to an officer on the pages, the newest first."""
    wanted = _notices().where(
        NoticeRow.officer_id == officer_id,
        NoticeRow.channel == "app",
        NoticeRow.withdrawn_at.is_(None),
    )
    if unread_only:
        wanted = wanted.where(NoticeRow.read_at.is_(None))
    if kind is not None:
        wanted = wanted.where(NoticeRow.kind == kind)
    if before_id is not None:
        wanted = wanted.where(NoticeRow.id < before_id)
    return list(connection.execute(wanted.order_by(NoticeRow.id.desc()).limit(limit)))


def unread_notices(connection: Connection, officer_id: int) -> int:
    """Count what an officer has not read yet."""
    number: int = connection.execute(
        select(func.count()).where(
            NoticeRow.officer_id == officer_id,
            NoticeRow.channel == "app",
            NoticeRow.read_at.is_(None),
            NoticeRow.withdrawn_at.is_(None),
        )
    ).scalar_one()
    return number


def notice_to_send(
    connection: Connection, case_id: int, *, key: tuple[str, int, str, int], officer_id: int
) -> Row[Any] | None:
    """Return the e-mail owed to an officer; `key` is clock, generation, rung and occurrence.

    The row tells `active`, whether the officer still works here, and `was_sent`.
    """
    clock_key, generation, rung, occurrence = key
    wanted = _mails().where(
        NoticeRow.case_id == case_id,
        NoticeRow.clock_key == clock_key,
        NoticeRow.generation == generation,
        NoticeRow.rung == rung,
        NoticeRow.occurrence == occurrence,
        NoticeRow.officer_id == officer_id,
        NoticeRow.channel == "email",
    )
    return connection.execute(wanted).one_or_none()


def personal_notice(connection: Connection, notice_id: int) -> Row[Any] | None:
    """Return a notice that is about no case, with what `notice_to_send` tells of a mail."""
    wanted = _mails().where(NoticeRow.id == notice_id)
    return connection.execute(wanted).one_or_none()


def notices_for_digest(connection: Connection, officer_id: int) -> list[Row[Any]]:
    """List what waits for an officer's mail of the day, with whether it was read on the pages."""
    seen = aliased(NoticeRow)
    was_read = (
        exists()
        .where(
            seen.case_id == NoticeRow.case_id,
            seen.clock_key == NoticeRow.clock_key,
            seen.generation == NoticeRow.generation,
            seen.rung == NoticeRow.rung,
            seen.occurrence == NoticeRow.occurrence,
            seen.officer_id == NoticeRow.officer_id,
            seen.channel == "app",
            seen.read_at.is_not(None),
        )
        .label("was_read")
    )
    wanted = _notices().add_columns(was_read).where(*waiting_for(officer_id))
    return list(connection.execute(wanted.order_by(NoticeRow.id)))


def issued_rungs(
    connection: Connection, case_id: int, *, clock_keys: Collection[str]
) -> set[tuple[str, int, str, int]]:
    """Return which warnings of some clocks were issued: clock, generation, rung, occurrence."""
    wanted = (
        select(NoticeRow.clock_key, NoticeRow.generation, NoticeRow.rung, NoticeRow.occurrence)
        .where(NoticeRow.case_id == case_id, NoticeRow.clock_key.in_(sorted(clock_keys)))
        .distinct()
    )
    return {(key, generation, rung, n) for key, generation, rung, n in connection.execute(wanted)}


def deliveries_of(connection: Connection, case_id: int) -> list[Row[Any]]:
    """List the attempts to send what a case owed, the newest first."""
    wanted = (
        select(Delivery.__table__, NoticeRow.kind, NoticeRow.officer_id)
        .join(NoticeRow, NoticeRow.id == Delivery.notice_id)
        .where(NoticeRow.case_id == case_id)
        .order_by(Delivery.id.desc())
    )
    return list(connection.execute(wanted))


def _notices() -> Select[Any]:
    return (
        select(
            NoticeRow.__table__,
            *(Case.number, Case.subject, Case.definition_key, Case.definition_version),
            *(Officer.name, Officer.email, Officer.language, Officer.fictional),
        )
        .outerjoin(Case, Case.id == NoticeRow.case_id)
        .join(Officer, Officer.id == NoticeRow.officer_id)
    )


def _mails() -> Select[Any]:
    """Select notices with whether each is still to be handed to a mail server, whoever does it."""
    sent = exists().where(Delivery.notice_id == NoticeRow.id, Delivery.result == SENT)
    return _notices().add_columns(Officer.active, sent.label("was_sent"))

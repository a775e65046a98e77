"""What an officer leaves behind: open tasks, cases followed, calendars."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from workflow.storage.case import Case, TaskRow
from workflow.storage.desk import CaseFollower
from workflow.storage.feeds import Feed


def tasks_held(
    connection: Connection,
    officer_id: int,
    agencies: Collection[str],
    *,
    visible: ColumnElement[bool],
) -> list[Row[Any]]:
    """List the open tasks of an officer in some agencies, the most urgent first.

    `readable` says whether the reader may know of the case.
    """
    wanted = (
        select(
            *(Case.number, Case.subject, Case.definition_key, Case.definition_version),
            *(TaskRow.case_id, TaskRow.no, TaskRow.key, TaskRow.agency, TaskRow.due_on),
            visible.label("readable"),
        )
        .join(Case, Case.id == TaskRow.case_id)
        .where(
            TaskRow.is_open(),
            TaskRow.assignee == officer_id,
            TaskRow.agency.in_(sorted(agencies)),
        )
        .order_by(TaskRow.order_at, TaskRow.case_id, TaskRow.no)
    )
    return list(connection.execute(wanted))


def count_followed(connection: Connection, officer_id: int) -> int:
    """Count the cases that an officer follows."""
    wanted = select(func.count()).where(CaseFollower.officer_id == officer_id)
    return int(connection.execute(wanted).scalar_one())


def feed_agencies(connection: Connection, officer_id: int) -> list[str]:
    """List whose deadlines the calendars of an officer tell; empty stands for the own ones."""
    wanted = select(Feed.agency).where(Feed.officer_id == officer_id, Feed.token_hash.is_not(None))
    return list(connection.execute(wanted).scalars())

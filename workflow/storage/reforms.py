"""What a reform of agencies writes beside the cases: people, and what they arranged."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.orm import aliased

from workflow.core.reform_staff import Transfer
from workflow.storage.absences import add_substitution, end_substitution
from workflow.storage.case import TaskRow
from workflow.storage.desk import SavedFilter, TaskSnooze
from workflow.storage.feeds import Feed
from workflow.storage.officers import add_memberships, change_membership
from workflow.storage.people import Substitution

_DAY = timedelta(days=1)


def transfer(connection: Connection, transfers: Iterable[Transfer], *, day: date) -> None:
    """End what people are in agencies that end, and let them be it where they go."""
    going = list(transfers)
    for one in going:
        held = one.member
        last = max(day, held.first) - _DAY
        change_membership(connection, held.id, valid_from=held.first, valid_to=last)
    add_memberships(
        connection,
        [
            {
                "officer_id": one.member.officer,
                "agency": one.heir,
                "role": one.role,
                "valid_from": max(one.member.first, day),
                "valid_to": one.member.last,
            }
            for one in going
            if one.heir and not one.known
        ],
    )


def pass_substitution(
    connection: Connection, row: Row[Any], heir: str, *, day: date, key: str, at: datetime
) -> None:
    """Let a substitution go on in the agency that comes after; nowhere ends it."""
    begun = row.valid_from < day
    if heir and not begun:
        moved = update(Substitution).where(Substitution.id == row.id)
        connection.execute(moved.values(agency=heir))
        return
    last = max(day, row.valid_from) - _DAY
    end_substitution(connection, row.id, last=last, at=at, by=None)
    if heir:
        kept = {k: v for k, v in row._mapping.items() if k not in ("id", "ended_at", "ended_by")}
        add_substitution(connection, **{**kept, "agency": heir, "valid_from": day, "key": key})


def pass_filter(connection: Connection, row: Row[Any], heir: str) -> None:
    """Keep a view of an inbox in another agency, unless its owner has one of that name there."""
    held = aliased(SavedFilter)
    other = select(held.id).where(
        held.officer_id == row.officer_id, held.agency == heir, held.name == row.name
    )
    moved = update(SavedFilter).where(SavedFilter.id == row.id, ~other.exists())
    connection.execute(moved.values(agency=heir))


def pass_feed(connection: Connection, row: Row[Any], heir: str) -> None:
    """Let a calendar tell the deadlines of another agency, unless its owner has that one, too."""
    held = aliased(Feed)
    other = select(held.id).where(held.officer_id == row.officer_id, held.agency == heir)
    connection.execute(update(Feed).where(Feed.id == row.id, ~other.exists()).values(agency=heir))


def follow_snoozes(
    connection: Connection, case_ids: Collection[int], ended: Collection[str]
) -> None:
    """Let tasks that were put aside stay so with those who hold them in the agency after."""
    row = TaskSnooze
    task = (TaskRow.case_id == row.case_id) & (TaskRow.no == row.no)
    now = select(TaskRow.agency).where(task).scalar_subquery()
    held = select(TaskRow.no).where(task, func.coalesce(TaskRow.assignee, 0) == row.holder)
    moved = update(row).where(
        row.case_id.in_(sorted(case_ids)), row.agency.in_(sorted(ended)), held.exists()
    )
    connection.execute(moved.values(agency=now))

"""Private calendars: whose address it is, what their owner may act for, what each was told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select
from sqlalchemy.orm import aliased

from workflow.storage.absences import answers_for
from workflow.storage.case import Case
from workflow.storage.feeds import Feed, FeedEntry
from workflow.storage.people import Membership, Officer, Substitution
from workflow.storage.queries.people import HeldRole


@dataclass(frozen=True, slots=True)
class FeedOwner:
    """A calendar that is fetched, and the active officer whose it is."""

    feed_id: int
    agency: str
    """Whose deadlines it tells; empty for the officer's own."""
    created_at: datetime
    fetched_at: datetime | None
    officer_id: int
    name: str
    language: str


def feed_by_token(connection: Connection, token_hash: str) -> FeedOwner | None:
    """Return the calendar of an address, or None if it was revoked, or its officer has left."""
    wanted = (
        select(
            *(Feed.id.label("feed_id"), Feed.agency, Feed.created_at, Feed.fetched_at),
            *(Feed.officer_id, Officer.name, Officer.language),
        )
        .join(Officer, Officer.id == Feed.officer_id)
        .where(Feed.token_hash == token_hash, Officer.active.is_(True))
    )
    row = connection.execute(wanted).one_or_none()
    return FeedOwner(**row._mapping) if row else None


def feeds_of(connection: Connection, officer_id: int) -> list[Row[Any]]:
    """List the calendars that an officer has or had, without their addresses."""
    columns = (Feed.agency, Feed.created_at, Feed.fetched_at, Feed.token_hash.is_not(None))
    wanted = select(*columns[:3], columns[3].label("active")).where(Feed.officer_id == officer_id)
    return list(connection.execute(wanted))


def held_by(
    connection: Connection, officer_id: int, *, today: date
) -> tuple[list[HeldRole], list[HeldRole]]:
    """Return what an officer is today, and what those are for whom the officer answers."""
    own = select(Membership.agency, Membership.role).where(
        Membership.officer_id == officer_id, _holds(Membership, today)
    )
    absent = aliased(Officer)
    lent = (
        select(Membership.agency, Membership.role, absent.id.label("of"), absent.name)
        .join(Substitution, answers_for(Membership))
        .join(absent, absent.id == Membership.officer_id)
        .where(
            Substitution.substitute_id == officer_id,
            _holds(Substitution, today),
            _holds(Membership, today),
        )
    )
    return (
        [HeldRole(row.agency, row.role, officer_id) for row in connection.execute(own)],
        [HeldRole(row.agency, row.role, row.of, row.name) for row in connection.execute(lent)],
    )


def entries_of(connection: Connection, feed_id: int) -> list[Row[Any]]:
    """List what a calendar was told, deadlines that are over included."""
    return list(connection.execute(select(FeedEntry).where(FeedEntry.feed_id == feed_id)))


def numbers_of(
    connection: Connection, case_ids: Collection[int], *, visible: ColumnElement[bool]
) -> dict[int, tuple[str, bool]]:
    """Return the numbers of cases by their ids, and whether the reader may know of each."""
    wanted = select(Case.id, Case.number, visible.label("known"))
    found = connection.execute(wanted.where(Case.id.in_(sorted(case_ids)))) if case_ids else ()
    return {row.id: (row.number, bool(row.known)) for row in found}


def _holds(table: Any, today: date) -> ColumnElement[bool]:  # noqa: ANN401 - a table with dates
    not_over = or_(table.valid_to.is_(None), table.valid_to >= today)
    return and_(table.valid_from <= today, not_over)

"""Private calendars: secret addresses under which an officer's programs fetch what falls due.

A calendar remembers what it told of each deadline. So whoever fetches it learns that a deadline
has moved, and for some weeks that one is over, by whatever way it came to be no longer theirs.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from workflow.core.canonical import digest as digest_of
from workflow.core.errors import NotAssigned
from workflow.core.powers import Powers
from workflow.services.falling_due import DueItem, Reader, View
from workflow.services.standing import standing_of
from workflow.services.throttle import admit_often
from workflow.services.tokens import digest
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import feeds as storage
from workflow.storage.people import MembershipRole
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.falling_due import falling_due
from workflow.storage.queries.feeds import (
    FeedOwner,
    entries_of,
    feed_by_token,
    feeds_of,
    held_by,
    numbers_of,
)

OWN: Final = ""
"""The calendar of an officer's own deadlines; the others are called by their agency."""
MOST: Final = 500
"""Deadlines in one calendar, the nearest; programs choke on more."""
TOLD_FOR: Final = timedelta(weeks=6)
"""How long a calendar says that a deadline is over."""
FETCHES: Final = 60
"""How often one calendar may be fetched in a window, and one address may miss."""
WINDOW: Final = timedelta(minutes=10)
NOTED_EVERY: Final = timedelta(hours=1)
"""How exact the last fetch is kept; more would write on every one."""


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A calendar as its owner's page shows it."""

    agency: str
    active: bool
    created_at: datetime | None = None
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One deadline as a calendar tells it."""

    number: str
    key: str
    """The clock's; with the number it names the deadline for ever."""
    sequence: int
    changed_at: datetime
    due_on: date
    due_at: datetime
    item: DueItem | None = None
    """None once it is over."""
    known: bool = True
    """Whether its owner may still know of the case."""

    @property
    def is_paused(self) -> bool:
        """Whether the deadline stands still, so that its day is not certain."""
        return self.item is not None and self.item.due_on is None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A calendar just fetched."""

    owner: FeedOwner
    entries: tuple[Entry, ...]
    changed_at: datetime


# --- Addresses -----------------------------------------------------------------------------------


def feed_lines(uow: UnitOfWork, agencies: Iterable[str]) -> list[FeedLine]:
    """List the calendars that the acting officer has or could have: own first, then agencies'."""
    with uow.reading() as connection:
        rows = feeds_of(connection, uow.powers.officer or 0)
    kept = {
        row.agency: FeedLine(row.agency, row.active, row.created_at, row.fetched_at) for row in rows
    }
    return [kept.get(agency, FeedLine(agency, active=False)) for agency in (OWN, *agencies)]


def give_address(uow: UnitOfWork, agency: str) -> str:
    """Give a calendar of the acting officer a new secret address and return what is secret of it.

    Raise `NotAssigned` if the officer does not act for the agency.
    """
    officer = uow.powers.officer
    if officer is None or (agency != OWN and agency not in uow.powers.agencies):
        raise NotAssigned(agency=agency, officer=officer)
    token = secrets.token_urlsafe(32)
    with uow.writing() as connection:
        storage.give_token(connection, officer, agency, token_hash=digest(token), at=uow.now)
    return token


def revoke_address(uow: UnitOfWork, agency: str) -> None:
    """Let the address of a calendar of the acting officer answer nobody any more."""
    with uow.writing() as connection:
        storage.take_token(connection, uow.powers.officer or 0, agency)


# --- Fetching ------------------------------------------------------------------------------------


def fetch(uow: UnitOfWork, token: str, *, address: str) -> Fetched | None:
    """Return what the calendar of a secret address tells, or None if it answers nobody.

    Raise `TooManyAttempts` where it is fetched, or addresses are guessed, too often.
    """
    hashed = digest(token)
    with uow.reading() as connection:
        owner = feed_by_token(connection, hashed)
    who = f"feed {owner.feed_id}" if owner else address
    admit_often(uow, "feed", digest(who)[:32], most=FETCHES, window=WINDOW)
    reader = _reader(uow, owner) if owner else None
    if owner is None or reader is None:
        return None
    acting = uow.as_powers(reader.powers)
    with acting.reading() as connection:
        items = _items(connection, acting, owner, reader)
        kept = _kept(connection, owner)
    planned = plan(items, kept, feed_id=owner.feed_id, now=uow.now)
    if planned or owner.fetched_at is None or uow.now - owner.fetched_at > NOTED_EVERY:
        with uow.writing() as connection:
            storage.hold_feed(connection, owner.feed_id, at=uow.now)
            planned = plan(items, _kept(connection, owner), feed_id=owner.feed_id, now=uow.now)
            storage.tell_entries(connection, planned)
            storage.forget_entries(connection, owner.feed_id, before=uow.now - TOLD_FOR)
    return _fetched(acting, owner, items)


def _reader(uow: UnitOfWork, owner: FeedOwner) -> Reader | None:
    """Return what the owner of a calendar may look at today; None if it is no longer theirs."""
    network = uow.world().network
    with uow.reading() as connection:
        own, lent = held_by(connection, owner.officer_id, today=uow.today)
    powers = Powers(
        officer=owner.officer_id,
        agency=owner.agency,
        own=standing_of(own, network, today=uow.today),
        substituted={
            absent: standing_of((h for h in lent if h.of == absent), network, today=uow.today)
            for absent in {held.of for held in lent}
        },
        auditor=any(held.role == MembershipRole.AUDITOR for held in own),
    )
    if owner.agency != OWN and owner.agency not in powers.agencies:
        return None
    acting = {h.agency for h in (*own, *lent) if h.role != MembershipRole.AUDITOR}
    return Reader(powers, owner.agency, tuple(sorted(acting)))


def _items(
    connection: Connection, uow: UnitOfWork, owner: FeedOwner, reader: Reader
) -> list[DueItem]:
    view = View.AGENCY if owner.agency else View.MINE
    visible = known_to(uow.powers)
    return falling_due(connection, reader.whose(view), visible=visible, limit=MOST)


def _kept(connection: Connection, owner: FeedOwner) -> dict[tuple[int, str], Any]:
    return {(row.case_id, row.key): row for row in entries_of(connection, owner.feed_id)}


# --- What is told --------------------------------------------------------------------------------


def plan(
    items: Iterable[DueItem],
    kept: Mapping[tuple[int, str], Any],
    *,
    feed_id: int,
    now: datetime,
) -> list[dict[str, Any]]:
    """Return what a calendar is told anew: deadlines that are new, have changed or are over."""
    listed = list(items)
    current = {(item.case_id, item.key): item for item in listed}
    rows = []
    for (case_id, key), item in current.items():
        before, told = kept.get((case_id, key)), _told(item)
        if before is None or before.told != told or before.cancelled_at is not None:
            due_on, due_at = due_of(item)
            rows.append(
                {
                    "feed_id": feed_id,
                    "case_id": case_id,
                    "key": key,
                    "told": told,
                    "due_on": due_on,
                    "due_at": due_at,
                    "sequence": before.sequence + 1 if before else 0,
                    "changed_at": now,
                    "cancelled_at": None,
                }
            )
    edge = listed[-1].order_at if len(listed) >= MOST else None
    for place, before in kept.items():
        beyond = edge is not None and before.due_at >= edge  # perhaps only out of sight
        if place not in current and before.cancelled_at is None and not beyond:
            over = {"sequence": before.sequence + 1, "changed_at": now, "cancelled_at": now}
            rows.append({**before._mapping, **over})
    return rows


def due_of(item: DueItem) -> tuple[date, datetime]:
    """Return the day and the instant of a deadline; while it stands still, the last it had."""
    clock = item.clock
    return date.fromisoformat(clock["due_on"]), datetime.fromisoformat(clock["due_at"])


def _told(item: DueItem) -> str:
    """Digest all that a calendar tells of a deadline, in whatever language."""
    due_on, due_at = due_of(item)
    words = None if item.is_sealed else item.subject
    facts = (due_on.isoformat(), due_at.isoformat(), item.due_on is None, item.clock["provisional"])
    about = (item.task_key, item.definition_key, item.definition_version, item.agency)
    return digest_of([*facts, *about, item.assignee_name, item.is_sealed, words])


def _fetched(uow: UnitOfWork, owner: FeedOwner, items: list[DueItem]) -> Fetched:
    """Lay what is true now over what was told, which says when each last changed."""
    visible = known_to(uow.powers)
    current = {(item.case_id, item.key): item for item in items}
    with uow.reading() as connection:
        kept = _kept(connection, owner)
        ended = {case_id for case_id, key in kept if (case_id, key) not in current}
        numbers = numbers_of(connection, ended, visible=visible)
    entries = []
    for place, row in kept.items():
        item = current.get(place)
        if item is None and row.cancelled_at is None:
            continue  # beyond the edge of what fits
        number, known = (item.number, True) if item else numbers[place[0]]
        entries.append(
            Entry(
                number=number,
                key=row.key,
                sequence=row.sequence,
                changed_at=row.changed_at,
                due_on=row.due_on,
                due_at=row.due_at,
                item=item,
                known=known,
            )
        )
    entries.sort(key=lambda entry: (entry.due_at, entry.number, entry.key))
    changed = max((entry.changed_at for entry in entries), default=owner.created_at)
    return Fetched(owner, tuple(entries), max(changed, owner.created_at))

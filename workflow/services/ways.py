"""How each person is told: at once, in the mail of the day, or on the pages alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import Connection

from workflow.core.change import Job
from workflow.core.deadlines.calendar import Calendar
from workflow.core.office_hours import in_office_hours, next_opening
from workflow.core.topics import CHOICES, Topic, Way
from workflow.core.world import World
from workflow.services.issuing import APP, DIGEST, EMAIL, Batch, Told
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.digests import DigestDays
from workflow.storage.notices import Notice, keep_wishes
from workflow.storage.queries.audience import homes_of, wishes_of

DIGEST_HOUR: Final = time(8, 15)
"""The mail of the day goes a little after the office opens: what is due that morning is in it."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Notices as they are written, with the work that sends them."""

    notices: tuple[Notice, ...] = ()
    jobs: tuple[Job, ...] = ()
    digests: tuple[DigestDays, ...] = ()


@dataclass(frozen=True, slots=True)
class Manners:
    """How some officers wish to be told, and on whose calendars they are at work."""

    wishes: Mapping[tuple[int, str], str]
    homes: Mapping[int, str]
    world: World

    def way(self, officer: int, topic: Topic) -> Way:
        """Return how an officer is told of a topic."""
        return CHOICES[topic].allowed(self.wishes.get((officer, topic)))

    def calendar(self, officer: int) -> Calendar:
        """Return the calendar of the agency that an officer works at."""
        return self.world.calendar(self.homes.get(officer, ""))

    def digest_days(self, officer: int, now: datetime) -> DigestDays:
        """Return the next two days on which an officer is told what is not urgent."""
        days: list[tuple[date, datetime]] = []
        for _ in range(2):
            now = next_opening(now, self.calendar(officer), self.world.zone, hour=DIGEST_HOUR)
            days.append((self.world.day(now), now))
        return DigestDays(officer, *days)


def settle(
    connection: Connection, batch: Batch, world: World, *, base: datetime | None = None
) -> Issue:
    """Give each person what they are told in the way they wish.

    `base` is the present by the database's clock, from which mails are put off.
    """
    pages = tuple(batch.notice(told, APP) for told in batch.told)
    if not batch.mails or not batch.told:
        return Issue(pages)
    manners = manners_of(connection, {told.officer for told in batch.told}, world, at=batch.at)
    ways = [(told, manners.way(told.officer, told.occasion.topic)) for told in batch.told]
    at_once = [told for told, way in ways if way is Way.AT_ONCE]
    daily = [told for told, way in ways if way is Way.DIGEST]
    return Issue(
        notices=(
            *pages,
            *(batch.notice(told, EMAIL) for told in at_once),
            *(batch.notice(told, DIGEST) for told in daily),
        ),
        jobs=tuple(_mails(batch, at_once, manners, base)),
        digests=tuple(
            manners.digest_days(officer, batch.at)
            for officer in sorted({told.officer for told in daily})
        ),
    )


def manners_of(
    connection: Connection, officers: set[int], world: World, *, at: datetime
) -> Manners:
    """Ask how some officers wish to be told."""
    return Manners(
        wishes_of(connection, officers),
        homes_of(connection, officers, today=world.day(at)),
        world,
    )


def _mails(
    batch: Batch, told: list[Told], manners: Manners, base: datetime | None
) -> Iterator[Job]:
    for one in told:
        waits = _until_work(one, manners, batch.at) if one.in_hours and base else None
        instants = [at for at in (one.mail_at, base + waits if base and waits else None) if at]
        yield batch.mail(one, at=max(instants, default=None))


def _until_work(told: Told, manners: Manners, now: datetime) -> timedelta | None:
    calendar, zone = manners.calendar(told.officer), manners.world.zone
    if in_office_hours(now, calendar, zone):
        return None
    return next_opening(now, calendar, zone) - now


# --- What a person wishes ------------------------------------------------------------------------


def my_ways(uow: UnitOfWork, officer_id: int) -> dict[Topic, Way]:
    """Return how an officer is told of each topic."""
    with uow.reading() as connection:
        wishes = wishes_of(connection, {officer_id})
    return {
        topic: choice.allowed(wishes.get((officer_id, topic))) for topic, choice in CHOICES.items()
    }


def choose_ways(uow: UnitOfWork, officer_id: int, ways: Mapping[str, str]) -> None:
    """Keep how an officer wants to be told; what is not offered for a topic stays as usual.

    Of topics that are not named nothing changes.
    """
    wished = {
        topic.value: choice.allowed(ways[topic]).value
        for topic, choice in CHOICES.items()
        if topic in ways
    }
    if wished:
        with uow.writing() as connection:
            keep_wishes(connection, officer_id, wished)

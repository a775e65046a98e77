"""Network, calendars and counting rules out of the database, at the versions they have."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from workflow.core.deadlines.calendar import CalendarDay, Calendars, Closes, DayKind, merge
from workflow.core.deadlines.rules import Rule
from workflow.core.deadlines.spelling import read_rule
from workflow.core.network import Agency, Days, FormerName, Network
from workflow.core.world import World
from workflow.storage.network import (
    CALENDAR_VERSION,
    NETWORK_VERSION,
    AgencyName,
    AgencyRow,
    CalendarDayRow,
    CountingRule,
    Setting,
)
from workflow.storage.people import Membership, MembershipRole, Officer

CALENDARS = "calendars"
"""The setting that names the calendars: {key: {"title", "layers"}}."""

DEFAULT_CALENDAR = "MG"
"""The calendar of an agency that names none, as nobody above it does."""


class Versions(NamedTuple):
    """How often the calendars changed, and the network with who acts in it."""

    calendars: int
    network: int


def read_versions(connection: Connection) -> Versions:
    """Return the versions of the calendars and of the network; zero before the first import."""
    known = _settings(connection, CALENDAR_VERSION, NETWORK_VERSION)
    return Versions(known.get(CALENDAR_VERSION) or 0, known.get(NETWORK_VERSION) or 0)


def read_world(connection: Connection, zone: ZoneInfo) -> World:
    """Return everything decisions need besides the cases."""
    versions = read_versions(connection)
    agencies = connection.execute(select(AgencyRow.__table__)).mappings()
    network = Network(
        (Agency(**row) for row in agencies),
        default_calendar=DEFAULT_CALENDAR,
        version=versions.network,
        staff=_staff(connection),
        names=former_names(connection),
    )
    return World(
        network=network,
        calendars=_calendars(connection, versions.calendars),
        rules=_rules(connection),
        zone=zone,
    )


def former_names(connection: Connection) -> list[FormerName]:
    """Return what agencies were called before their present names."""
    rows = connection.execute(select(AgencyName.__table__)).mappings()
    return [FormerName(**row) for row in rows]


def _staff(connection: Connection) -> dict[str, list[Days]]:
    """Return the days on which active officers act for each agency, each span once."""
    spans = (
        select(Membership.agency, Membership.valid_from, Membership.valid_to)
        .join(Officer, Officer.id == Membership.officer_id)
        .where(Officer.active, Membership.role != MembershipRole.AUDITOR.value)
        .distinct()
    )
    found: dict[str, list[tuple[date, date | None]]] = {}
    for agency, first, last in connection.execute(spans):
        found.setdefault(agency, []).append((first, last))
    return found


def _calendars(connection: Connection, version: int) -> Calendars:
    row = CalendarDayRow
    written = connection.execute(
        select(row.layer, row.day, row.kind, row.name, row.source, row.confidence, row.closes)
        .where(row.removed_in.is_(None))
        .order_by(row.id)
    )
    days = [
        CalendarDay(
            layer,
            day,
            DayKind(kind),
            name,
            source,
            confirmed=confidence == "sourced",
            closes=Closes(closes),
        )
        for layer, day, kind, name, source, confidence, closes in written
    ]
    named = _settings(connection, CALENDARS).get(CALENDARS) or {}
    merged = (merge(key, c["layers"], days, title=c["title"]) for key, c in named.items())
    return Calendars(merged, version=version)


def _rules(connection: Connection) -> dict[str, Rule]:
    rows = connection.execute(select(CountingRule.data).order_by(CountingRule.version))
    rules = (read_rule(data) for data in rows.scalars())
    return {rule.key: rule for rule in rules}


def _settings(connection: Connection, *keys: str) -> dict[str, Any]:
    rows = connection.execute(select(Setting.key, Setting.value).where(Setting.key.in_(keys)))
    return {row.key: row.value for row in rows}

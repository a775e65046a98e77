"""The worlds on both sides of a plan, and whom the difference between them may concern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from workflow.core.deadlines.calendar import CalendarDay, Calendars, Closes, DayKind, merge
from workflow.core.deadlines.spelling import read_rule
from workflow.core.recounting import Touch, difference, timed_places
from workflow.core.world import World
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import imports
from workflow.storage.deployed import deployed_versions
from workflow.storage.imports import Day
from workflow.storage.queries.plans import Plan, Reach


@dataclass(frozen=True, slots=True)
class Worlds:
    """The world before and after a change, and what differs."""

    old: World
    new: World
    touch: Touch


def worlds_of(uow: UnitOfWork, connection: Connection, plan: Plan) -> Worlds:
    """Return the worlds before and after a plan, whether it holds already or not."""
    body, now = plan.body, uow.world()
    old_days = imports.days_at(connection, plan.base_version)
    old_rules = imports.rules_at(connection, plan.base_version)
    named = imports.named_calendars(connection)
    if plan.new_version is None:
        gone = set(days_of(body.get("removed", ())))
        new_days = [*(d for d in old_days if d not in gone), *days_of(body.get("added", ()))]
        new_rules = [*old_rules, *body.get("rules", ())]
        version = plan.base_version + 1
    else:
        new_days = imports.days_at(connection, plan.new_version)
        new_rules = imports.rules_at(connection, plan.new_version)
        version = plan.new_version
    before = body.get("before") or named
    old = _world(now, before, old_days, old_rules, version=plan.base_version)
    new = _world(now, body.get("named") or before, new_days, new_rules, version=version)
    return Worlds(old, new, difference(old, new))


def world_then(uow: UnitOfWork, version: int) -> World:
    """Return the world with the calendars and rules that a deadline was counted on."""
    with uow.reading() as connection:
        named = imports.named_calendars(connection)
        days, rules = imports.days_at(connection, version), imports.rules_at(connection, version)
    return _world(uow.world(), named, days, rules, version=version)


def _world(
    now: World,
    named: Mapping[str, Any],
    days: Sequence[Day],
    rules: Iterable[Mapping[str, Any]],
    *,
    version: int,
) -> World:
    lines = [calendar_day(day) for day in days]
    merged = (merge(key, c["layers"], lines, title=c["title"]) for key, c in named.items())
    latest = {rule.key: rule for rule in map(read_rule, sorted(rules, key=_by_version))}
    return replace(now, calendars=Calendars(merged, version=version), rules=latest)


def _by_version(rule: Mapping[str, Any]) -> int:
    version: int = rule["version"]
    return version


def reach_of(uow: UnitOfWork, worlds: Worlds) -> Reach | None:
    """Return whom a change may concern, in the words of rows; None is nobody."""
    touch, network = worlds.touch, worlds.new.network
    if not touch:
        return None
    touched = [a.code for a in network if network.calendar_of(a.code) in touch.days]
    spared = network.default_calendar in touch.days
    others = [a.code for a in network if network.calendar_of(a.code) not in touch.days]
    return Reach(
        touch.first,
        touch.last,
        others if spared else touched,
        spared,
        touch.rules,
        frozenset(_places(uow)),
    )


def _places(uow: UnitOfWork) -> Iterable[tuple[str, str]]:
    with uow.as_keeper().reading() as connection:
        used = [(d["key"], d["version"]) for d in deployed_versions(connection) if d["cases"]]
    for key, version in used:
        yield from timed_places(uow.installation.definition(key, version))


# --- Days as a plan keeps them -----------------------------------------------------------------


def spell_days(days: Iterable[Day]) -> list[list[str]]:
    """Write days as JSON values."""
    return [[d.layer, d.day.isoformat(), *d[2:]] for d in days]


def days_of(written: Iterable[Sequence[str]]) -> list[Day]:
    """Read days back."""
    return [Day(layer, date.fromisoformat(day), *rest) for layer, day, *rest in written]


def known_days(uow: UnitOfWork) -> list[CalendarDay]:
    """Return every day that some calendar speaks of now."""
    with uow.reading() as connection:
        return [calendar_day(day) for day in imports.days(connection)]


def calendar_day(day: Day) -> CalendarDay:
    """Return a kept line of a layer as calendars take it."""
    return CalendarDay(
        day.layer,
        day.day,
        DayKind(day.kind),
        day.name,
        day.source,
        confirmed=day.confidence == "sourced",
        closes=Closes(day.closes),
    )

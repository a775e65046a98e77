"""The making of plans: what an import, a form or an undoing would change, kept to be previewed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from workflow.core.deadlines.calendar import Calendar, CalendarDay
from workflow.core.deadlines.rules import Rule
from workflow.core.deadlines.spelling import spell_rule
from workflow.services.network import RuleChanged, kept_day
from workflow.services.plans import (
    CALENDAR,
    RECOUNT,
    RULES,
    Bringing,
    NothingChanges,
    PlanNotReady,
    held_plan,
    plan_named,
)
from workflow.services.proposals import days_of, spell_days
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import imports
from workflow.storage.imports import Day
from workflow.storage.queries import plans as queries
from workflow.storage.queries.plans import Phase, Plan


def plan_import(
    uow: UnitOfWork,
    days: Iterable[CalendarDay],
    *,
    key: str,
    source: str,
    calendars: Iterable[Calendar] | None = None,
) -> Plan:
    """Plan to replace the days of every layer in the years that are given, as an import does.

    Raise `NothingChanges`.
    """
    listed = [kept_day(day) for day in days]
    spans = {(day.layer, day.day.year) for day in listed}
    with uow.reading() as connection:
        known = imports.days(connection)
    gone = [day for day in known if (day.layer, day.day.year) in spans and day not in set(listed)]
    named = None
    if calendars is not None:
        named = {c.key: {"title": c.title, "layers": list(c.layers)} for c in calendars}
    return _plan_days(uow, listed, gone, named=named, key=key, source=source)


def plan_days(
    uow: UnitOfWork,
    *,
    key: str,
    source: str,
    added: Iterable[CalendarDay] = (),
    removed: Iterable[CalendarDay] = (),
) -> Plan:
    """Plan to add some days to their layers and to take others away; raise `NothingChanges`."""
    new, gone = [kept_day(day) for day in added], [kept_day(day) for day in removed]
    return _plan_days(uow, new, gone, named=None, key=key, source=source)


def _plan_days(
    uow: UnitOfWork,
    added: Collection[Day],
    removed: Collection[Day],
    *,
    named: Mapping[str, Any] | None,
    key: str,
    source: str,
) -> Plan:
    with uow.as_keeper().writing() as connection:
        known = imports.days(connection)
        before = imports.named_calendars(connection)
        new = [day for day in dict.fromkeys(added) if day not in known]
        places = {(day.layer, day.day, day.kind) for day in new}
        replaced = [day for day in known if (day.layer, day.day, day.kind) in places]
        gone = list(dict.fromkeys([*replaced, *(day for day in removed if day in known)]))
        if not new and not gone and (named is None or named == before):
            raise NothingChanges
        body = {"added": spell_days(new), "removed": spell_days(gone), "named": named}
        return keep_plan(
            uow, connection, CALENDAR, {**body, "before": before}, key=key, source=source
        )


def plan_rules(uow: UnitOfWork, rules: Iterable[Rule], *, key: str, source: str) -> Plan:
    """Plan to add counting rules and new versions of those known.

    Raise `RuleChanged` or `NothingChanges`.
    """
    listed = {(rule.key, rule.version): spell_rule(rule) for rule in rules}
    with uow.as_keeper().writing() as connection:
        known = imports.rules(connection)
        for (rule, version), data in listed.items():
            if known.get((rule, version), data) != data:
                raise RuleChanged(rule, version)
        new = [data for place, data in listed.items() if place not in known]
        if not new:
            raise NothingChanges
        return keep_plan(uow, connection, RULES, {"rules": new}, key=key, source=source)


def plan_undoing(uow: UnitOfWork, plan_id: int, *, key: str, source: str) -> Plan:
    """Plan to take back what a plan brought; raise `UnknownPlan`, `PlanNotReady`."""
    plan = plan_named(uow, plan_id)
    if plan.phase is not Phase.DONE:
        raise PlanNotReady(plan=plan_id, phase=plan.phase.value)
    if plan.kind == CALENDAR:
        added, removed = days_of(plan.body["removed"]), days_of(plan.body["added"])
        named = plan.body["before"] if plan.body["named"] is not None else None
        return _plan_days(uow, added, removed, named=named, key=key, source=source)
    with uow.as_keeper().writing() as connection:
        earlier = {data["key"]: data for data in imports.rules_at(connection, plan.base_version)}
        latest = dict(sorted(imports.rules(connection)))
        again = [
            {**earlier[data["key"]], "version": latest[data["key"]] + 1}
            for data in plan.body["rules"]
            if data["key"] in earlier
        ]
        if not again:
            raise NothingChanges
        return keep_plan(uow, connection, RULES, {"rules": again}, key=key, source=source)


def keep_plan(
    uow: UnitOfWork,
    connection: Connection,
    kind: str,
    body: Mapping[str, Any],
    *,
    key: str,
    source: str,
    bringing: Bringing = RECOUNT,
) -> Plan:
    """Keep a plan whose preview is still to be counted; the same key makes one plan only."""
    made = queries.add_plan(
        connection,
        key=key,
        kind=kind,
        body=dict(body),
        source=source,
        phase=Phase.COUNTING.value,
        created_at=uow.now,
        created_by=uow.powers.officer,
        base_version=bringing.version(connection),
    )
    plan = held_plan(connection, made) if made else queries.plan_of_key(connection, key)
    assert plan is not None
    if made:
        queries.move_plan(connection, plan, total=bringing.total(uow, connection, plan))
    return held_plan(connection, plan.id)

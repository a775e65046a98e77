"""Plans of recounting: a change of calendars or rules, made, previewed, applied, undone.

A plan is previewed before it is applied and goes on case by case, so that it may be interrupted
anywhere; `workflow.services.recounting` is the work itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection

from workflow.core.change import JobKind
from workflow.core.deadlines.calendar import Calendar, CalendarDay
from workflow.core.deadlines.rules import Rule
from workflow.core.deadlines.spelling import spell_rule
from workflow.core.errors import Refusal
from workflow.services.network import RuleChanged, kept_day
from workflow.services.proposals import days_of, reach_of, spell_days, worlds_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import imports
from workflow.storage.imports import Day
from workflow.storage.jobs import enqueue
from workflow.storage.network import CALENDAR_VERSION
from workflow.storage.queries import plans as queries
from workflow.storage.queries.plans import Phase, Plan
from workflow.storage.world import CALENDARS, read_versions

CALENDAR, RULES = "calendar", "rules"
"""What a plan changes."""

PUT_OFF: Final = timedelta(minutes=2)
"""How long the clock leaves a plan to whoever is at work on it."""


class UnknownPlan(Refusal):
    """There is no such plan, or it was dropped."""


class NothingChanges(Refusal):
    """What a plan would bring is known already."""


class PlanNotReady(Refusal):
    """A plan is not at the point that the act asks for."""


class PlanOutdated(Refusal):
    """Calendars or rules have changed since the preview was counted."""


class PlanRunning(Refusal):
    """Another plan is being applied, and must be finished first."""


# --- Making ------------------------------------------------------------------------------------


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
    with uow.writing() as connection:
        known = imports.days(connection)
        before = imports.named_calendars(connection)
        new = [day for day in dict.fromkeys(added) if day not in known]
        places = {(day.layer, day.day, day.kind) for day in new}
        replaced = [day for day in known if (day.layer, day.day, day.kind) in places]
        gone = list(dict.fromkeys([*replaced, *(day for day in removed if day in known)]))
        if not new and not gone and (named is None or named == before):
            raise NothingChanges
        body = {"added": spell_days(new), "removed": spell_days(gone), "named": named}
        return _make(uow, connection, CALENDAR, {**body, "before": before}, key=key, source=source)


def plan_rules(uow: UnitOfWork, rules: Iterable[Rule], *, key: str, source: str) -> Plan:
    """Plan to add counting rules and new versions of those known.

    Raise `RuleChanged` or `NothingChanges`.
    """
    listed = {(rule.key, rule.version): spell_rule(rule) for rule in rules}
    with uow.writing() as connection:
        known = imports.rules(connection)
        for (rule, version), data in listed.items():
            if known.get((rule, version), data) != data:
                raise RuleChanged(rule, version)
        new = [data for place, data in listed.items() if place not in known]
        if not new:
            raise NothingChanges
        return _make(uow, connection, RULES, {"rules": new}, key=key, source=source)


def plan_undoing(uow: UnitOfWork, plan_id: int, *, key: str, source: str) -> Plan:
    """Plan to take back what a plan brought; raise `UnknownPlan`, `PlanNotReady`."""
    plan = plan_named(uow, plan_id)
    if plan.phase is not Phase.DONE:
        raise PlanNotReady(plan=plan_id, phase=plan.phase.value)
    if plan.kind == CALENDAR:
        added, removed = days_of(plan.body["removed"]), days_of(plan.body["added"])
        named = plan.body["before"] if plan.body["named"] is not None else None
        return _plan_days(uow, added, removed, named=named, key=key, source=source)
    with uow.writing() as connection:
        earlier = {data["key"]: data for data in imports.rules_at(connection, plan.base_version)}
        latest = dict(sorted(imports.rules(connection)))
        again = [
            {**earlier[data["key"]], "version": latest[data["key"]] + 1}
            for data in plan.body["rules"]
            if data["key"] in earlier
        ]
        if not again:
            raise NothingChanges
        return _make(uow, connection, RULES, {"rules": again}, key=key, source=source)


def _make(
    uow: UnitOfWork,
    connection: Connection,
    kind: str,
    body: Mapping[str, Any],
    *,
    key: str,
    source: str,
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
        base_version=read_versions(connection).calendars,
    )
    plan = _held(connection, made) if made else queries.plan_of_key(connection, key)
    assert plan is not None
    if made:
        queries.move_plan(connection, plan, total=_total(uow, connection, plan))
    return _held(connection, plan.id)


def _total(uow: UnitOfWork, connection: Connection, plan: Plan) -> int:
    reach = reach_of(uow, worlds_of(uow, connection, plan))
    return queries.how_many(connection, queries.reached(reach)) if reach else 0


# --- Looking -----------------------------------------------------------------------------------


def plan_named(uow: UnitOfWork, plan_id: int) -> Plan:
    """Return a plan; raise `UnknownPlan`."""
    with uow.reading() as connection:
        plan = queries.plan_of(connection, plan_id)
    if plan is None or plan.phase is Phase.DROPPED:
        raise UnknownPlan(plan=plan_id)
    return plan


def _held(connection: Connection, plan_id: int) -> Plan:
    plan = queries.plan_of(connection, plan_id, held=True)
    if plan is None or plan.phase is Phase.DROPPED:
        raise UnknownPlan(plan=plan_id)
    return plan


# --- Deciding ----------------------------------------------------------------------------------


def apply_plan(uow: UnitOfWork, plan_id: int) -> Plan:
    """Let the change hold from now on, and begin to recount; done again, change nothing.

    Raise `UnknownPlan`, `PlanNotReady`, `PlanOutdated` or `PlanRunning`.
    """
    with uow.writing() as connection:
        plan = _held(connection, plan_id)
        if plan.phase in (Phase.APPLYING, Phase.DONE):
            return plan
        if plan.phase is not Phase.COUNTED:
            raise PlanNotReady(plan=plan_id, phase=plan.phase.value)
        version = imports.hold_setting(connection, CALENDAR_VERSION, 0)
        if running := queries.plan_applying(connection):
            raise PlanRunning(plan=running.id)
        if version != plan.base_version:
            raise PlanOutdated(plan=plan_id)
        total = _total(uow, connection, plan)
        _bring(connection, plan, imports.raise_version(connection, CALENDAR_VERSION))
        queries.move_plan(
            connection,
            plan,
            phase=Phase.APPLYING.value,
            new_version=version + 1,
            applied_at=uow.now,
            applied_by=uow.powers.officer,
            total=total,
            gone=0,
            cursor=0,
        )
        return _held(connection, plan_id)


def _bring(connection: Connection, plan: Plan, version: int) -> None:
    """Write the days or the rules of a plan."""
    if plan.kind == RULES:
        rules = {(data["key"], data["version"]): data for data in plan.body["rules"]}
        imports.add_rules(connection, rules, version=version)
        return
    known = imports.days(connection)
    gone = [known[day] for day in days_of(plan.body["removed"]) if day in known]
    added = days_of(plan.body["added"])
    imports.change_days(connection, added=added, removed=gone, version=version)
    if plan.body["named"] is not None:
        imports.keep_setting(connection, CALENDARS, plan.body["named"])


def preview_anew(uow: UnitOfWork, plan_id: int) -> Plan:
    """Count the preview of a plan again, on the calendars and cases of now."""
    with uow.writing() as connection:
        plan = _held(connection, plan_id)
        if plan.phase is not Phase.COUNTED:
            raise PlanNotReady(plan=plan_id, phase=plan.phase.value)
        queries.forget_moves(connection, plan_id)
        queries.move_plan(
            connection,
            plan,
            phase=Phase.COUNTING.value,
            base_version=read_versions(connection).calendars,
            **dict.fromkeys(("gone", "cursor", "cases", "moves", "kept"), 0),
        )
        again = _held(connection, plan_id)
        queries.move_plan(connection, again, total=_total(uow, connection, again))
        return _held(connection, plan_id)


def drop_plan(uow: UnitOfWork, plan_id: int) -> None:
    """Forget a plan that was not applied; raise `UnknownPlan` or `PlanNotReady`."""
    with uow.writing() as connection:
        plan = _held(connection, plan_id)
        if plan.phase not in (Phase.COUNTING, Phase.COUNTED):
            raise PlanNotReady(plan=plan_id, phase=plan.phase.value)
        queries.forget_moves(connection, plan_id)
        queries.move_plan(connection, plan, phase=Phase.DROPPED.value, ended_at=uow.now)


def leave_to_clock(uow: UnitOfWork, plan: Plan, *, after: timedelta | None = None) -> None:
    """Let the clock process go on with a plan, at once or if nobody else does by then."""
    if not plan.works:
        return
    with uow.writing() as connection:
        enqueue(
            connection,
            JobKind.RECOUNT,
            key=f"recount:{plan.id}:{plan.phase}:{plan.base_version}:{plan.cursor}",
            payload={"plan": plan.id, "cursor": plan.cursor, "phase": plan.phase},
            run_at=uow.now + after if after else None,
        )

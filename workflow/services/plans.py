"""Plans of mass changes: of calendars or rules, and of agencies, looked at, applied or dropped.

A plan is previewed before it is applied and goes on case by case, so that it may be interrupted
anywhere; `planning` and `reforms` make plans, `recounting` is the work itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Row

from workflow.core.change import JobKind
from workflow.core.errors import Refusal
from workflow.services.notices import CLOCK_POWERS
from workflow.services.proposals import days_of, reach_of, worlds_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import imports
from workflow.storage.jobs import enqueue
from workflow.storage.network import CALENDAR_VERSION
from workflow.storage.queries import plans as queries
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.plans import Phase, Place, Plan
from workflow.storage.world import CALENDARS, read_versions

CALENDAR, RULES, REFORM = "calendar", "rules", "reform"
"""What a plan changes."""
RECOUNTS: Final = (CALENDAR, RULES)
"""Of these, what moves deadlines only."""
EVERY: Final = (*RECOUNTS, REFORM)

PUT_OFF: Final = timedelta(minutes=2)
"""How long the clock leaves a plan to whoever is at work on it."""


class UnknownPlan(Refusal):
    """There is no such plan, or it was dropped."""


class NothingChanges(Refusal):
    """What a plan would bring is known already."""


class PlanNotReady(Refusal):
    """A plan is not at the point that the act asks for."""


class PlanOutdated(Refusal):
    """What the plan changes has changed since the preview was counted."""


class PlanRunning(Refusal):
    """Another plan is being applied, and must be finished first."""


# --- Looking -----------------------------------------------------------------------------------


def plan_named(uow: UnitOfWork, plan_id: int, *, kinds: Collection[str] = RECOUNTS) -> Plan:
    """Return a plan of some kinds; raise `UnknownPlan`."""
    with uow.reading() as connection:
        plan = queries.plan_of(connection, plan_id)
    if plan is None or plan.phase is Phase.DROPPED or plan.kind not in kinds:
        raise UnknownPlan(plan=plan_id)
    return plan


def plans_of(
    uow: UnitOfWork,
    *,
    kinds: Collection[str] = RECOUNTS,
    before: int | None = None,
    limit: int = 25,
) -> list[Plan]:
    """List the plans that were not dropped, the latest first; `before` is the last id of a page."""
    with uow.reading() as connection:
        return queries.plans(connection, kinds, before=before, limit=limit)


def moves_page(
    uow: UnitOfWork, plan_id: int, *, after: Place | None = None, limit: int = 50
) -> list[Row[Any]]:
    """List lines of a preview; `readable` says whether the person may open the case.

    Whoever keeps the calendars acts for no agency and opens none; `named` says of which they may
    be told the number, as the whole network may.
    """
    powers = uow.powers
    visible = known_to(powers)
    with uow.as_keeper().reading() as connection:
        return queries.moves_page(connection, plan_id, visible=visible, after=after, limit=limit)


def moves_by_agency(uow: UnitOfWork, plan_id: int) -> list[Row[Any]]:
    """Count the lines of a preview by agency: `moves` and `kept`."""
    with uow.as_keeper().reading() as connection:
        return queries.moves_by_agency(connection, plan_id)


def is_outdated(uow: UnitOfWork, plan: Plan) -> bool:
    """Say whether calendars or rules have changed since a preview was counted."""
    with uow.reading() as connection:
        return read_versions(connection).calendars != plan.base_version


def moves_of(uow: UnitOfWork, plan_id: int, *, page: int = 1000) -> Iterator[Row[Any]]:
    """Go through all lines of a preview, for whoever runs the installation."""
    clock, last = uow.as_powers(CLOCK_POWERS), None
    while rows := moves_page(clock, plan_id, after=last, limit=page):
        yield from rows
        last = Place(rows[-1].case_id, rows[-1].clock_key)


def failures_of(uow: UnitOfWork, plan_id: int) -> list[Row[Any]]:
    """List the cases that could not be recounted, with the reason."""
    with uow.as_keeper().reading() as connection:
        return queries.failures(connection, plan_id)


def held_plan(connection: Connection, plan_id: int) -> Plan:
    """Return a plan and keep others from changing it meanwhile; raise `UnknownPlan`."""
    plan = queries.plan_of(connection, plan_id, held=True)
    if plan is None or plan.phase is Phase.DROPPED:
        raise UnknownPlan(plan=plan_id)
    return plan


def because_of(plan: Plan) -> dict[str, Any]:
    """Return the plan and the act behind it, as history cites them."""
    return {"plan": plan.id, "kind": plan.kind, "source": plan.source}


def total_of(uow: UnitOfWork, connection: Connection, plan: Plan) -> int:
    """Count the cases that a plan may concern."""
    reach = reach_of(uow, worlds_of(uow, connection, plan))
    return queries.how_many(connection, queries.reached(reach)) if reach else 0


# --- Deciding ----------------------------------------------------------------------------------


class Bringing(Protocol):
    """What plans of a kind bring, before any case is gone through."""

    def hold(self, connection: Connection) -> int:
        """Return the version that the change is made on, and keep others from changing it."""

    def is_current(self, connection: Connection, plan: Plan) -> bool:
        """Say whether what the plan changes is still as its preview found it."""

    def version(self, connection: Connection) -> int:
        """Return the version that a preview is counted on."""

    def total(self, uow: UnitOfWork, connection: Connection, plan: Plan) -> int:
        """Count the cases that the plan may concern."""

    def bring(self, uow: UnitOfWork, connection: Connection, plan: Plan) -> int:
        """Write what changes and return the version that this makes."""


class _Recount:
    """Days of calendars, or rules."""

    def hold(self, connection: Connection) -> int:
        return int(imports.hold_setting(connection, CALENDAR_VERSION, 0))

    def is_current(self, connection: Connection, plan: Plan) -> bool:
        return self.version(connection) == plan.base_version

    def version(self, connection: Connection) -> int:
        return read_versions(connection).calendars

    def total(self, uow: UnitOfWork, connection: Connection, plan: Plan) -> int:
        return total_of(uow, connection, plan)

    def bring(self, uow: UnitOfWork, connection: Connection, plan: Plan) -> int:  # noqa: ARG002
        version = imports.raise_version(connection, CALENDAR_VERSION)
        _bring(connection, plan, version)
        return version


RECOUNT: Final = _Recount()


def apply_plan(
    uow: UnitOfWork,
    plan_id: int,
    *,
    bringing: Bringing = RECOUNT,
    ready: Collection[Phase] = (Phase.COUNTED,),
) -> Plan:
    """Let the change hold from now on, and begin with its cases; done again, change nothing.

    Raise `UnknownPlan`, `PlanNotReady`, `PlanOutdated` or `PlanRunning`.
    """
    with uow.as_keeper().writing() as connection:
        plan = held_plan(connection, plan_id)
        if plan.phase in (Phase.APPLYING, Phase.DONE):
            return plan
        if plan.phase not in ready:
            raise PlanNotReady(plan=plan_id, phase=plan.phase.value)
        bringing.hold(connection)
        if running := queries.plan_applying(connection):
            raise PlanRunning(plan=running.id)
        if not bringing.is_current(connection, plan):
            raise PlanOutdated(plan=plan_id)
        total = bringing.total(uow, connection, plan)
        version = bringing.bring(uow, connection, plan)
        queries.move_plan(
            connection,
            plan,
            phase=Phase.APPLYING.value,
            new_version=version,
            applied_at=uow.now,
            applied_by=plan.applied_by or uow.powers.officer,
            total=total,
            gone=0,
            cursor=0,
        )
        return held_plan(connection, plan_id)


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


def preview_anew(uow: UnitOfWork, plan_id: int, *, bringing: Bringing = RECOUNT) -> Plan:
    """Count the preview of a plan again, on what it changes and the cases as they are now."""
    with uow.as_keeper().writing() as connection:
        plan = held_plan(connection, plan_id)
        if plan.phase is not Phase.COUNTED:
            raise PlanNotReady(plan=plan_id, phase=plan.phase.value)
        queries.forget_preview(connection, plan_id)
        queries.move_plan(
            connection,
            plan,
            phase=Phase.COUNTING.value,
            base_version=bringing.version(connection),
            **dict.fromkeys(("gone", "cursor", "cases", "moves", "kept"), 0),
        )
        again = held_plan(connection, plan_id)
        queries.move_plan(connection, again, total=bringing.total(uow, connection, again))
        return held_plan(connection, plan_id)


def drop_plan(uow: UnitOfWork, plan_id: int) -> None:
    """Forget a plan that was not applied; raise `UnknownPlan` or `PlanNotReady`."""
    with uow.writing() as connection:
        plan = held_plan(connection, plan_id)
        if plan.phase not in (Phase.COUNTING, Phase.COUNTED, Phase.WAITING):
            raise PlanNotReady(plan=plan_id, phase=plan.phase.value)
        queries.forget_preview(connection, plan_id)
        queries.move_plan(connection, plan, phase=Phase.DROPPED.value, ended_at=uow.now)


def leave_to_clock(uow: UnitOfWork, plan: Plan, *, after: timedelta | None = None) -> None:
    """Let the clock process go on with a plan, at once or if nobody else does by then."""
    if not plan.works:
        return
    with uow.writing() as connection:
        enqueue(
            connection,
            JobKind.RECOUNT,
            key=f"recount:{plan.id}:{plan.phase}:{plan.cursor}:{uow.now.isoformat()}",
            payload={"plan": plan.id, "cursor": plan.cursor, "phase": plan.phase},
            run_at=uow.now + after if after else None,
        )

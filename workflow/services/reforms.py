"""Reforms of agencies: planned, previewed, applied on their day or dropped.

Whoever coordinates the network does all of this; `office` None is the command line. The work
itself, case by case, is that of any plan: `recounting.finish`, or the clock process.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Connection, Row

from workflow.core.agency_story import Enacted
from workflow.core.change import JobKind
from workflow.core.errors import Refusal
from workflow.core.network import Agency, Network
from workflow.core.offices import NotInCharge, Office
from workflow.core.reform import Move, Reform, Rename, counter_reform, read_reform, spell_reform
from workflow.core.reform_units import with_units
from workflow.core.reforming import Fault, ReformUnsound, reformed
from workflow.services import plans
from workflow.services.network import Renaming, names_ended
from workflow.services.notices import CLOCK_POWERS
from workflow.services.planning import keep_plan
from workflow.services.plans import REFORM, PlanNotReady, PlanOutdated, held_plan
from workflow.services.reform_bringing import BRINGING
from workflow.services.reform_work import owners, tree_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.jobs import enqueue
from workflow.storage.queries import plans as plan_queries
from workflow.storage.queries import reforms as queries
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.plans import Phase, Plan


class CannotBeUndone(Refusal):
    """Agencies that were made or ended by a reform stay so; another reform may follow."""


def demand_coordinator(office: Office | None) -> None:
    """Raise `NotInCharge` unless the person coordinates the network."""
    if office is not None and not office.coordinates:
        raise NotInCharge(agency=office.network.root)


# --- Planning ----------------------------------------------------------------------------------


def plan_reform(
    uow: UnitOfWork, reform: Reform, *, key: str, source: str, office: Office | None = None
) -> Plan:
    """Keep a reform whose preview is still to be counted; the same key makes one plan only.

    Raise `ReformUnsound` with everything that is wrong with it, `NameOutOfTurn` or `NotInCharge`.
    """
    demand_coordinator(office)
    body = _body(uow, reform)
    with uow.as_keeper().writing() as connection:
        named = {"key": key, "source": source}
        return keep_plan(uow, connection, REFORM, body, **named, bringing=BRINGING)


def _body(uow: UnitOfWork, reform: Reform) -> dict[str, Any]:
    """Return a reform as a plan keeps it, with the agencies it was looked at on."""
    world = uow.world()
    before = world.network
    reform, whence = with_units(before, reform)
    try:
        changed = reformed(before, reform, calendars=world.calendars.keys, owners=owners(uow))
    except ReformUnsound as unsound:
        raise ReformUnsound(_whence(unsound, whence)) from unsound
    known = {agency.code: agency for agency in before}
    with uow.reading() as connection:
        names_ended(connection, known, changed, Renaming(reform.day), today=reform.day)
    after = Network(
        (known | changed).values(),
        default_calendar=before.default_calendar,
    )
    counted = [
        agency.code
        for agency in before.active(reform.day)
        if after.is_active(agency.code, reform.day)
        and before.calendar_of(agency.code) != after.calendar_of(agency.code)
    ]
    placed = (before.get(step.agency) for step in reform.steps if isinstance(step, Rename | Move))
    kept = {a.code: {key: getattr(a, key) for key in _KEPT} for a in placed if a}
    return {
        **spell_reform(reform),
        "tree": tree_of(before),
        "calendars": counted,
        "before": kept,
    }


def _whence(unsound: ReformUnsound, whence: Sequence[int]) -> Iterator[Fault]:
    """Tell what is wrong of the changes as they were written."""
    for fault in unsound.faults:
        yield replace(fault, step=whence[fault.step] if fault.step >= 0 else -1)


_KEPT = ("code", "name", "parent", "municipality", "calendar", "sei_code")


def plan_undoing(
    uow: UnitOfWork, plan_id: int, *, key: str, source: str, office: Office | None = None
) -> Plan:
    """Plan to take back from today on what a reform did; raise `CannotBeUndone`, `PlanNotReady`."""
    plan = reform_plan(uow, plan_id, office=office)
    if plan.phase is not Phase.DONE:
        raise PlanNotReady(plan=plan_id, phase=plan.phase.value)
    back = _back(plan, uow)
    if back is None:
        raise CannotBeUndone(plan=plan_id)
    return plan_reform(uow, back, key=key, source=source, office=office)


def can_be_undone(uow: UnitOfWork, plan: Plan) -> bool:
    """Say whether a reform only named and placed agencies otherwise."""
    return _back(plan, uow) is not None


def _back(plan: Plan, uow: UnitOfWork) -> Reform | None:
    before = {code: Agency(**parts) for code, parts in plan.body["before"].items()}
    return counter_reform(read_reform(plan.body), before, day=uow.today)


# --- Looking -----------------------------------------------------------------------------------


def reform_plan(uow: UnitOfWork, plan_id: int, *, office: Office | None = None) -> Plan:
    """Return the plan of a reform; raise `UnknownPlan` or `NotInCharge`."""
    demand_coordinator(office)
    return plans.plan_named(uow, plan_id, kinds=(REFORM,))


def reform_plans(
    uow: UnitOfWork, *, before: int | None = None, limit: int = 25, office: Office | None = None
) -> list[Plan]:
    """List the reforms that were not dropped, the latest first."""
    demand_coordinator(office)
    return plans.plans_of(uow, kinds=(REFORM,), before=before, limit=limit)


def reform_of(plan: Plan) -> Reform:
    """Return the reform that a plan keeps."""
    return read_reform(plan.body)


def enacted(uow: UnitOfWork) -> list[Enacted]:
    """Return the reforms that hold, for the history of the agencies they are about."""
    found = plans.plans_of(uow, kinds=(REFORM,), limit=_ALL)
    return [
        Enacted(
            read_reform(plan.body),
            plan.source,
            {code: kept["parent"] for code, kept in plan.body["before"].items()},
        )
        for plan in found
        if plan.phase in (Phase.APPLYING, Phase.DONE)
    ]


_ALL = 1000


def lines_page(
    uow: UnitOfWork,
    plan_id: int,
    *,
    kinds: Collection[str] = (),
    agency: str = "",
    after: int = 0,
    limit: int = 50,
) -> list[Row[Any]]:
    """List lines of a preview; `after` is the id of the last line of the page before.

    Each has `kind` (task, role, scheduled, question, deadline; member, substitution, filter,
    feed, register, calendar, unstaffed, definition), `key`, `number`, `title`, `agency`, `heir`,
    `due_from`, `due_to`, `officer_id`, `officer_name`, `stays`, `about`.
    `readable` says whether the person may open the case, `named` whether they may be told its
    number; else only its line counts.
    """
    with uow.as_keeper().reading() as connection:
        return queries.lines_page(
            connection,
            plan_id,
            visible=known_to(uow.powers),
            kinds=kinds,
            agency=agency,
            after=after,
            limit=limit,
        )


def lines_of(uow: UnitOfWork, plan_id: int, *, page: int = 1000) -> Iterator[Row[Any]]:
    """Go through all lines of a preview, for whoever runs the installation."""
    clock, last = uow.as_powers(CLOCK_POWERS), 0
    while rows := lines_page(clock, plan_id, after=last, limit=page):
        yield from rows
        last = rows[-1].id


def line_counts(uow: UnitOfWork, plan_id: int) -> list[Row[Any]]:
    """Count the lines of a preview by `agency`, `heir` and `kind`: `n`, and days that `moved`."""
    with uow.reading() as connection:
        return queries.line_counts(connection, plan_id)


def is_outdated(uow: UnitOfWork, plan: Plan) -> bool:
    """Say whether agencies have changed since a preview was counted."""
    with uow.reading() as connection:
        return not BRINGING.is_current(connection, plan)


# --- Deciding ----------------------------------------------------------------------------------


def apply_reform(uow: UnitOfWork, plan_id: int, *, office: Office | None = None) -> Plan:
    """Let a reform hold from its day on: at once, or as soon as that day has come.

    Raise `UnknownPlan`, `PlanNotReady`, `PlanOutdated`, `PlanRunning` or `NotInCharge`.
    """
    plan = reform_plan(uow, plan_id, office=office)
    if read_reform(plan.body).day <= uow.today or plan.phase is not Phase.COUNTED:
        return plans.apply_plan(uow, plan_id, bringing=BRINGING)
    with uow.writing() as connection:
        plan = held_plan(connection, plan_id)
        if not BRINGING.is_current(connection, plan):
            raise PlanOutdated(plan=plan_id)
        _wait(connection, uow, plan)
        return held_plan(connection, plan_id)


def _wait(connection: Connection, uow: UnitOfWork, plan: Plan) -> None:
    """Leave a reform to the clock process, on its day."""
    day = read_reform(plan.body).day
    phase = {"phase": Phase.WAITING.value, "applied_by": uow.powers.officer}
    plan_queries.move_plan(connection, plan, **phase)
    enqueue(
        connection,
        JobKind.RECOUNT,
        key=f"reform:{plan.id}:{uow.now.isoformat()}",
        payload={"plan": plan.id, "cursor": plan.cursor, "phase": Phase.WAITING.value},
        run_at=datetime.combine(day, time(), uow.world().zone).astimezone(UTC),
    )


def preview_anew(uow: UnitOfWork, plan_id: int, *, office: Office | None = None) -> Plan:
    """Count the preview of a reform again, on the agencies and cases of now.

    Raise `ReformUnsound`, `UnknownPlan`, `PlanNotReady` or `NotInCharge`.
    """
    plan = reform_plan(uow, plan_id, office=office)
    body = _body(uow, read_reform(plan.body))
    if plan.phase is Phase.COUNTED:
        with uow.writing() as connection:
            plan_queries.move_plan(connection, plan, body=body)
    return plans.preview_anew(uow, plan_id, bringing=BRINGING)


def drop_reform(uow: UnitOfWork, plan_id: int, *, office: Office | None = None) -> None:
    """Forget a reform that has not begun; raise `UnknownPlan`, `PlanNotReady` or `NotInCharge`."""
    plans.drop_plan(uow, reform_plan(uow, plan_id, office=office).id)

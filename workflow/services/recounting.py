"""The work of a plan: its preview counted, then its cases recounted, slice by slice.

Every case is a transaction of its own under a key of the plan, and a slice is noted when all of
it is done; so whoever is stopped anywhere loses nothing, and what is done twice happens once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from workflow.core.errors import Refusal
from workflow.core.timers import next_wake
from workflow.services import reform_bringing, reform_work
from workflow.services.notices import CLOCK_POWERS, LeaseLost
from workflow.services.plans import (
    EVERY,
    PUT_OFF,
    REFORM,
    UnknownPlan,
    plan_named,
)
from workflow.services.recount_work import Work, recount_work
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.apply import write
from workflow.storage.engine import acting
from workflow.storage.jobs import ClaimedJob, complete, enqueue
from workflow.storage.load import Loaded, load_cases
from workflow.storage.queries import plans as queries
from workflow.storage.queries.plans import Phase, Plan
from workflow.storage.world import Versions

log = logging.getLogger(__name__)

SLICE: Final = 500
"""How many cases are gone through before it is noted."""


def _work_of(uow: UnitOfWork, connection: Connection, plan: Plan) -> Work:
    make = reform_work.work_of if plan.kind == REFORM else recount_work
    return make(uow, connection, plan)


@dataclass(frozen=True, slots=True)
class _Slice:
    """Some cases of a plan, with what the plan does to them."""

    work: Work
    cases: list[Loaded]


def advance(uow: UnitOfWork, plan_id: int, *, limit: int = SLICE) -> Plan:
    """Go on with a plan by one slice and return how far it is; raise `UnknownPlan`.

    One that waits for its day is begun on that day.
    """
    uow = uow.as_keeper()
    plan = plan_named(uow, plan_id, kinds=EVERY)
    match plan.phase:
        case Phase.WAITING:
            return reform_bringing.begin(uow, plan)
        case Phase.COUNTING:
            return _count(uow, plan, limit)
        case Phase.APPLYING:
            return _apply(uow.as_powers(CLOCK_POWERS), plan, limit)
        case _:
            return plan


def finish(
    begin: Callable[[], UnitOfWork],
    plan: Plan,
    *,
    told: Callable[[Plan], object] = lambda _: None,
    limit: int = SLICE,
) -> Plan:
    """Go on with a plan until its phase is over, telling after each slice how far it is."""
    phase = plan.phase
    while plan.works and plan.phase is phase:
        plan = advance(begin(), plan.id, limit=limit)
        told(plan)
    return plan


def go_on(uow: UnitOfWork, job: ClaimedJob) -> None:
    """Go on with a plan in the clock process; leave it alone while somebody else is at work on it.

    Raise `LeaseLost`.
    """
    try:
        plan: Plan | None = plan_named(uow, job.payload["plan"], kinds=EVERY)
    except UnknownPlan:
        plan = None
    put_off = plan is not None and plan.cursor > job.payload["cursor"] and _same_phase(plan, job)
    if plan and not put_off:
        plan = advance(uow, plan.id)
    with uow.writing() as connection:
        if not complete(connection, job):
            raise LeaseLost(job.key)
        if plan and plan.works:
            enqueue(
                connection,
                job.kind,
                key=f"recount:{plan.id}:{plan.phase}:{plan.cursor}:{job.id}",
                payload={"plan": plan.id, "cursor": plan.cursor, "phase": plan.phase},
                run_at=uow.now + PUT_OFF if put_off else None,
            )


def _same_phase(plan: Plan, job: ClaimedJob) -> bool:
    return bool(job.payload["phase"] == plan.phase.value)


def _load(
    uow: UnitOfWork, plan: Plan, limit: int, *, missed: bool = False, after: int = 0
) -> _Slice:
    """Load the next cases that a plan may concern."""
    with uow.reading() as connection:
        work = _work_of(uow, connection, plan)
        which = work.which
        if which is None:
            return _Slice(work, [])
        cases = load_cases(
            connection,
            which & queries.missed(plan) if missed else which,
            after=after if missed else plan.cursor,
            limit=limit,
            definitions=uow.installation.definition,
        )
    return _Slice(work, cases)


# --- The preview --------------------------------------------------------------------------------


def _count(uow: UnitOfWork, plan: Plan, limit: int) -> Plan:
    found = _load(uow, plan, limit)
    lines: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for loaded in found.cases:
        try:
            lines += found.work.lines(loaded)
        except Refusal as refusal:
            failed.append(_failure(uow, plan, loaded, refusal))
    if not found.cases:
        lines += found.work.beside()
    moving = [line for line in lines if line["case_id"] and not line.get("kept")]
    with uow.writing() as connection:
        brought = queries.move_plan(
            connection,
            plan,
            **_reached(plan, found.cases, over=Phase.COUNTED),
            cases=plan.cases + len({line["case_id"] for line in moving}),
            moves=plan.moves + len(moving),
            kept=plan.kept + sum(bool(line.get("kept")) for line in lines),
        )
        if brought:
            queries.add_lines(connection, lines, table=found.work.table)
            queries.add_failures(connection, failed)
    return plan_named(uow, plan.id, kinds=EVERY)


def _reached(plan: Plan, cases: list[Loaded], *, over: Phase) -> dict[str, Any]:
    """Say how far a plan is after some cases; none left is the end of its phase."""
    if not cases:
        return {"phase": over.value, "total": plan.gone}
    gone = plan.gone + len(cases)
    return {"cursor": cases[-1].case_id, "gone": gone, "total": max(plan.total, gone)}


# --- The application ----------------------------------------------------------------------------


def _apply(uow: UnitOfWork, plan: Plan, limit: int) -> Plan:
    found = _load(uow, plan, limit)
    if not found.cases:
        return _end(uow, plan, limit)
    wakes: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    keys = {_key(plan, loaded) for loaded in found.cases}
    for loaded in found.cases:
        _try(uow, plan, loaded, found.work, key=_key(plan, loaded), wakes=wakes, failed=failed)
    with uow.writing() as connection:
        moved = plan.moved + len(queries.known_keys(connection, keys))
        reached = _reached(plan, found.cases, over=Phase.DONE)
        if queries.move_plan(connection, plan, **reached, moved=moved):
            queries.wake_otherwise(connection, wakes)
            found.work.settle(connection, [loaded.case_id for loaded in found.cases])
            queries.add_failures(connection, failed)
    return plan_named(uow, plan.id, kinds=EVERY)


def _end(uow: UnitOfWork, plan: Plan, limit: int) -> Plan:
    """Look again at the cases that somebody acted on as the plan began, and end it."""
    failed: list[dict[str, Any]] = []
    moved = 0
    for work, loaded in _missed(uow, plan, limit):
        key = f"{_key(plan, loaded)}:{loaded.snapshot.revision}"
        moved += _try(uow, plan, loaded, work, key=key, wakes=[], failed=failed)
    with uow.writing() as connection:
        ended = {"phase": Phase.DONE.value, "total": plan.gone, "ended_at": uow.now}
        if queries.move_plan(connection, plan, **ended, moved=plan.moved + moved):
            queries.add_failures(connection, failed)
    return plan_named(uow, plan.id, kinds=EVERY)


def _missed(uow: UnitOfWork, plan: Plan, limit: int) -> Iterator[tuple[Work, Loaded]]:
    after = 0
    while True:
        found = _load(uow, plan, limit, missed=True, after=after)
        yield from ((found.work, loaded) for loaded in found.cases)
        if len(found.cases) < limit:
            return
        after = found.cases[-1].case_id


def _key(plan: Plan, loaded: Loaded) -> str:
    return f"recount:{plan.id}:{loaded.snapshot.number}"


def _try(
    uow: UnitOfWork,
    plan: Plan,
    loaded: Loaded,
    work: Work,
    *,
    key: str,
    wakes: list[dict[str, Any]],
    failed: list[dict[str, Any]],
) -> bool:
    """Recount one case and say whether it moved; whatever goes wrong in it stops no other."""
    case = loaded.snapshot
    versions = Versions(loaded.calendar_version, loaded.network_version)
    now = uow.circumstances(uow.installation.world(versions))
    try:
        change = work.decide(case, now)
        if change is None:
            wake_at = next_wake(case, now.world)
            if wake_at != loaded.wake_at:
                line = {"case_id": loaded.case_id, "revision": case.revision, "wake_at": wake_at}
                wakes.append(line)
            return False
        with acting(uow.installation.engine, uow.sight) as connection:
            if write(connection, change, case_id=loaded.case_id, key=key):
                return True
        done = uow.act(case.number, work.decide, key=key)
    except Exception as error:
        log.exception("case %s could not be recounted", case.number)
        failed.append(_failure(uow, plan, loaded, error))
        return False
    return done.change is not None


def _failure(uow: UnitOfWork, plan: Plan, loaded: Loaded, error: Exception) -> dict[str, Any]:
    return {
        "plan_id": plan.id,
        "case_id": loaded.case_id,
        "number": loaded.snapshot.number,
        "error": f"{type(error).__name__}: {error}"[:500],
        "at": uow.now,
    }

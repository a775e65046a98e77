"""Warnings: what a case owes its people up to an instant, each rung of each clock once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from workflow.core import ladder
from workflow.core.ladder import Audience, warnings
from workflow.core.snapshot import CaseSnapshot, Suspension
from workflow.core.timers import timers
from workflow.core.world import World
from workflow.services.audience import People
from workflow.services.issuing import Batch, Occasion, about_clock, about_task

REVIEW_DUE = "review_due"
_MORNING = time(8)


def owed(case: CaseSnapshot, world: World, *, now: datetime) -> list[ladder.Warning]:
    """Return the warnings not issued yet; those of one clock that were missed become the last."""
    since = case.noticed_until or case.opened_at
    latest = {w.clock.key: w for w in warnings(case, world) if since < w.rung.at <= now}
    return list(latest.values())


def next_look(case: CaseSnapshot, world: World, *, now: datetime) -> datetime | None:
    """Return when the clock must look at a case again, once all that was due has been done."""
    instants = [timer.at for timer in timers(case, world)]
    instants += [warning.rung.at for warning in warnings(case, world)]
    return min((at for at in instants if at > now), default=None)


def warn(case: CaseSnapshot, world: World, people: People, batch: Batch) -> None:
    """Add what is owed up to the instant of the batch."""
    for warning in owed(case, world, now=batch.at):
        audiences = tuple(_audiences(warning))
        task = warning.task
        assignee = task.assignee if task else None
        found = people.of(audiences, warning.clock.agency, assignee=assignee)
        batch.add(_occasion(case, warning), found)
    review = case.suspension
    since = case.noticed_until or case.opened_at
    if review and since < _review_at(review, world) <= batch.at:
        batch.add(review_occasion(review), people.holders(review.by))


def review_occasion(suspension: Suspension) -> Occasion:
    """Return what whoever suspended a case is told on the day of its review."""
    day = suspension.review_on
    return Occasion(
        clock_key=f"suspension:{suspension.since.isoformat()}",
        kind=REVIEW_DUE,
        rung=f"{REVIEW_DUE}:{day.isoformat()}",
        params={"agency": suspension.by, "due_on": day.isoformat()},
    )


def _review_at(suspension: Suspension, world: World) -> datetime:
    return datetime.combine(suspension.review_on, _MORNING, world.zone).astimezone(UTC)


def _audiences(warning: ladder.Warning) -> Iterator[Audience]:
    """Say to whom a warning goes: what waits for its head to release it is the head's to do."""
    for audience in warning.rung.audiences:
        if audience is not Audience.HOLDER:
            yield audience
        elif warning.task is None:
            yield Audience.COORDINATOR
        else:
            yield Audience.HEAD if warning.task.proposal else Audience.HOLDER


def _occasion(case: CaseSnapshot, warning: ladder.Warning) -> Occasion:
    clock, rung, task = warning.clock, warning.rung, warning.task
    return Occasion(
        clock_key=clock.key,
        generation=clock.generation,
        rung=rung.name,
        occurrence=rung.occurrence,
        kind=rung.kind.value,
        params=about_task(case, task) if task else about_clock(case, clock),
        task_no=task.no if task else None,
    )

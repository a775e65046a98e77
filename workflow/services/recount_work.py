"""What plans do case by case: the shape of every such work, and that of calendars and rules."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection

from workflow.core.acts.circumstances import Circumstances
from workflow.core.change import Change
from workflow.core.recounting import Recounted, recount_case, recounted
from workflow.core.snapshot import CaseSnapshot
from workflow.services.issuing import about_clock, about_task
from workflow.services.plans import because_of
from workflow.services.proposals import Worlds, reach_of, worlds_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.load import Loaded
from workflow.storage.plans import RecountMove, ReformLine
from workflow.storage.queries import plans as queries
from workflow.storage.queries.plans import Plan


class Work(Protocol):
    """What a plan does, case by case."""

    @property
    def table(self) -> type[RecountMove | ReformLine]:
        """Where its preview is kept."""

    @property
    def which(self) -> ColumnElement[bool] | None:
        """The cases it may concern; None is no case."""

    def lines(self, loaded: Loaded) -> list[dict[str, Any]]:
        """Return what the preview says of a case; raise what deciding raises."""

    def decide(self, case: CaseSnapshot, now: Circumstances) -> Change | None:
        """Decide what becomes of a case; None leaves it as it is."""

    def beside(self) -> list[dict[str, Any]]:
        """Return what the preview says of the rest, once every case was gone through."""

    def settle(self, connection: Connection, case_ids: Collection[int]) -> None:
        """Let what people arranged around some cases follow them."""


@dataclass(frozen=True, slots=True)
class RecountWork:
    """A change of calendars or rules: deadlines get other days."""

    uow: UnitOfWork
    plan: Plan
    worlds: Worlds

    @property
    def table(self) -> type[RecountMove]:
        """Where its preview is kept."""
        return RecountMove

    @property
    def which(self) -> ColumnElement[bool] | None:
        """The cases with a deadline that it may move."""
        reach = reach_of(self.uow, self.worlds)
        return queries.reached(reach) if reach else None

    def lines(self, loaded: Loaded) -> list[dict[str, Any]]:
        """Return the deadlines of a case that it counts otherwise."""
        worlds = self.worlds
        listed = recounted(loaded.snapshot, worlds.touch, worlds.new, now=self.uow.now)
        return [_line(self.plan, loaded, one) for one in listed]

    def decide(self, case: CaseSnapshot, now: Circumstances) -> Change | None:
        """Count the deadlines of a case anew."""
        return recount_case(case, self.worlds.touch, because=because_of(self.plan), now=now)

    def beside(self) -> list[dict[str, Any]]:
        """Return nothing: it touches cases only."""
        return []

    def settle(self, connection: Connection, case_ids: Collection[int]) -> None:
        """Leave what people arranged as it is."""


def recount_work(uow: UnitOfWork, connection: Connection, plan: Plan) -> Work:
    """Return what a change of calendars or rules does."""
    return RecountWork(uow, plan, worlds_of(uow, connection, plan))


def _line(plan: Plan, loaded: Loaded, one: Recounted) -> dict[str, Any]:
    case, clock = loaded.snapshot, one.before
    if clock.key.startswith("task:"):
        about = about_task(case, case.task(int(clock.key.removeprefix("task:"))))
    else:
        about = about_clock(case, clock)
    return {
        "plan_id": plan.id,
        "case_id": loaded.case_id,
        "clock_key": clock.key,
        "number": case.number,
        "title": about["title"],
        "agency": clock.agency,
        "due_from": clock.due_on,
        "due_to": one.after.due_on,
        "kept": one.kept,
    }

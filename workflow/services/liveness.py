"""Watches that every open case can still be moved: by somebody, by a day, or by another case.

Once an hour every open case is looked at, a page at a time; what stands still is noted, and
whoever coordinates its type is told once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from workflow.core.liveness import Acting, Around, FailedStep, Staff, faults
from workflow.core.network import Network
from workflow.core.powers import Standing
from workflow.services import alarm
from workflow.services.alarm import Stuck
from workflow.services.standing import standing_of
from workflow.services.unit_of_work import UnitOfWork, UowFactory
from workflow.storage.case import Case
from workflow.storage.load import Loaded, load_cases
from workflow.storage.queries import liveness
from workflow.storage.queries.due import last_fired
from workflow.storage.queries.health import SWEEP
from workflow.storage.queries.liveness import Part
from workflow.storage.queries.people import HeldRole

WATCH: Final = "watch"
EVERY: Final = timedelta(hours=1)
PAGE: Final = 200
"""How many cases are looked at together."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look at all open cases came to."""

    cases: int = 0
    stuck: int = 0
    new: int = 0
    """Faults that the look before did not find."""
    gone: int = 0

    def __add__(self, other: Looked) -> Looked:
        return Looked(
            self.cases + other.cases,
            self.stuck + other.stuck,
            self.new + other.new,
            self.gone + other.gone,
        )


def watch(uow_factory: UowFactory, *, mails: bool = True) -> Looked | None:
    """Look at every open case, once an hour whatever the number of clocks; None in between."""
    uow = uow_factory()
    with uow.writing() as connection:
        if not liveness.take_turn(connection, WATCH, now=uow.now, every=EVERY):
            return None
    return look(uow, mails=mails)


def look(uow: UnitOfWork, *, mails: bool = True, page: int = PAGE) -> Looked:
    """Look at every open case, note which stand still, and tell who coordinates them."""
    scene = Scene.of(uow)
    total, after = Looked(), 0
    while True:
        with uow.reading() as connection:
            some = _open_cases(connection, uow, after=after, limit=page)
            found = scene.look(connection, some)
            last = some[-1].case_id if len(some) == page else None
            noted = liveness.noted_between(connection, after, last)
        new, gone = alarm.note(uow, found, noted, mails=mails)
        total += Looked(len(some), len(found), new, gone)
        if last is None:
            return total
        after = last


def look_again(uow: UnitOfWork, numbers: Sequence[str]) -> list[Stuck]:
    """Look at some cases as they are now, and note what is found; those that stand still."""
    scene = Scene.of(uow)
    with uow.as_keeper().reading() as connection:
        some = _cases(connection, uow, Case.number.in_(sorted(numbers)), limit=len(numbers))
        found = scene.look(connection, some)
        noted = [
            one
            for case in some
            for one in liveness.noted_between(connection, case.case_id - 1, case.case_id)
        ]
    alarm.note(uow.as_keeper(), found, noted, mails=False)
    return found


def stuck_among(uow: UnitOfWork, case_ids: Sequence[int]) -> list[Stuck]:
    """Return those of some cases that stand still as things are now."""
    if not case_ids:
        return []
    scene = Scene.of(uow)
    with uow.as_keeper().reading() as connection:
        some = _cases(connection, uow, Case.id.in_(sorted(case_ids)), limit=len(case_ids))
        return scene.look(connection, some)


def all_stuck(uow: UnitOfWork, *, page: int = PAGE) -> Iterator[Stuck]:
    """Go through every open case that stands still now, whatever was noted."""
    scene, after = Scene.of(uow), 0
    while True:
        with uow.as_keeper().reading() as connection:
            some = _open_cases(connection, uow, after=after, limit=page)
            found = scene.look(connection, some)
        yield from found
        if len(some) < page:
            return
        after = some[-1].case_id


# --- One look ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scene:
    """What is the same for every case that one look sees."""

    uow: UnitOfWork
    staff: Staff
    swept_at: datetime | None

    @classmethod
    def of(cls, uow: UnitOfWork) -> Scene:
        """Ask who there is today, and when the clock last looked at what was due."""
        with uow.as_keeper().reading() as connection:
            parts = liveness.parts_today(connection, today=uow.today)
            active = liveness.active_officers(connection)
            swept = last_fired(connection).get(SWEEP)
        return cls(uow, staff_of(parts, uow.world().network, active), swept)

    def look(self, connection: Connection, some: Sequence[Loaded]) -> list[Stuck]:
        """Return those of some cases that stand still."""
        world, facts = self.uow.world(), self._facts(connection, some)
        seen = ((one, faults(one.snapshot, world, facts(one))) for one in some)
        return [Stuck(one, found) for one, found in seen if found]

    def _facts(self, connection: Connection, some: Sequence[Loaded]) -> Any:  # noqa: ANN401
        """Ask for what the cases do not tell of themselves, all of them at once."""
        ids = [one.case_id for one in some]
        failed: dict[int, list[FailedStep]] = {}
        for row in liveness.failed_steps(connection, ids):
            failed.setdefault(row.case_id, []).append(FailedStep(row.id, row.kind, row.failed_at))
        tasks = [(one.case_id, task) for one in some for task in one.snapshot.tasks]
        ended = liveness.ended_among(connection, {t.child for _, t in tasks if t.child})
        opening = liveness.opening(connection, {case_id for case_id, _ in tasks} & _asking(some))

        def around(one: Loaded) -> Around:
            return Around(
                staff=self.staff,
                at=self.uow.now,
                failed=tuple(failed.get(one.case_id, ())),
                opening=one.case_id in opening,
                ended=ended,
                wake_at=one.wake_at,
                swept_at=self.swept_at,
            )

        return around


def _asking(some: Sequence[Loaded]) -> set[int]:
    """Return the ids of cases with a task that another case is to do, and does not yet."""
    return {
        one.case_id
        for one in some
        for task in one.snapshot.tasks
        if one.snapshot.spec(task).child and task.child is None
    }


def staff_of(parts: Sequence[Part], network: Network, active: frozenset[int]) -> Staff:
    """Return who may act for each agency, and who heads it; a head acts for the units below."""
    held: dict[Acting, list[HeldRole]] = {}
    for part in parts:
        who = Acting(part.officer, part.absent)
        held.setdefault(who, []).append(HeldRole(part.agency, part.role, part.officer))
    standings = {who: standing_of(memberships, network) for who, memberships in held.items()}
    return Staff(
        acting=_by_agency(standings, heads=False),
        heads=_by_agency(standings, heads=True),
        active=active,
    )


def _by_agency(
    standings: Mapping[Acting, Standing], *, heads: bool
) -> dict[str, frozenset[Acting]]:
    found: dict[str, set[Acting]] = {}
    for who, standing in standings.items():
        for agency in standing.heads if heads else standing.agencies:
            found.setdefault(agency, set()).add(who)
    return {agency: frozenset(people) for agency, people in found.items()}


def _open_cases(connection: Connection, uow: UnitOfWork, *, after: int, limit: int) -> list[Loaded]:
    return _cases(connection, uow, Case.closed_at.is_(None), after=after, limit=limit)


def _cases(
    connection: Connection,
    uow: UnitOfWork,
    which: Any,  # noqa: ANN401 - a condition
    *,
    limit: int,
    after: int = 0,
) -> list[Loaded]:
    definitions = uow.installation.definition
    return load_cases(connection, which, after=after, limit=limit, definitions=definitions)

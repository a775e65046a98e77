"""A case as anybody may see it: where it is, who has it, what comes next, and when.

Built from an allow-list: agencies, dates and the public words of the request type. Names of
people, reasons, outcomes and what agencies wrote are never read from the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflow.core.access import is_public, readable_data
from workflow.core.definition import Definition, Phase, State
from workflow.core.events import Kind
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot, ClockStatus, Suspension
from workflow.core.track import StepState, TaskLine, TrackStep, place_of, track
from workflow.services.throttle import admit_often
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.public import (
    PublicLine,
    public_case,
)
from workflow.storage.world import Versions

LOOK_UPS = 120
"""How often one address may look up cases in a window; an office may share an address."""
EXPORTS = 30
"""How often one address may take whole registers as files in a window: each costs a long read."""
WINDOW = timedelta(minutes=10)

TOLD = frozenset(
    {
        Kind.CASE_OPENED,
        Kind.CASE_IMPORTED,
        Kind.STATE_ENTERED,
        Kind.TASK_COMPLETED,
        Kind.INFORMATION_ASKED,
        Kind.INFORMATION_ANSWERED,
        Kind.INFORMATION_WITHDRAWN,
        Kind.CASE_SUSPENDED,
        Kind.CASE_RESUMED,
        Kind.DEADLINE_EXTENDED,
        Kind.CASE_REOPENED,
        Kind.CASE_CLOSED,
    }
)
"""Everything of a history that anybody may read."""

REQUESTER = "requester"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, as anybody may know it."""

    kind: Kind
    at: datetime
    agency: str | None = None
    asked_of: str | None = None
    """An agency, or `requester`."""
    state: State | None = None
    seq: int = 0
    """The number of the line."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An agency waits for information: from whom and since when, not what for."""

    agency: str
    asked_of: str
    """An agency, or `requester`."""
    since: datetime


@dataclass(frozen=True, slots=True)
class When:
    """What can be said of the end: a latest day, a pause, or nothing."""

    due_on: date | None = None
    whole: bool = False
    """Whether the day is that of the whole case, not only of the present step."""
    paused_since: date | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class PublicCase:
    """All that the public page tells of a case."""

    number: str
    subject: str
    definition: Definition
    state: State
    opener: str
    is_open: bool
    closed_at: datetime | None
    holders: tuple[str, ...]
    """Agencies that have something to do now."""
    waiting: tuple[Waiting, ...]
    suspended: Suspension | None
    when: When
    steps: tuple[TrackStep, ...]
    place: int | None
    following: Phase | None
    """The phase that comes next on the main path."""
    happened: tuple[Happening, ...]
    """The latest first."""

    @property
    def asks_requester(self) -> bool:
        """Whether the requester has something to answer."""
        return any(w.asked_of == REQUESTER for w in self.waiting)

    def agencies(self) -> frozenset[str]:
        """Return every agency that the page names."""
        lanes = {lane.agency for step in self.steps for lane in step.lanes}
        named = {h.agency for h in self.happened} | {h.asked_of for h in self.happened}
        steps = {code for step in self.steps for code in step.agencies}
        waiting = {code for w in self.waiting for code in (w.agency, w.asked_of)}
        own = {self.opener, self.definition.owner, *self.holders}
        return frozenset(filter(None, lanes | named | steps | waiting | own)) - {REQUESTER}


def look_up(uow: UnitOfWork, number: str) -> PublicCase | None:
    """Return a case for whoever has its number, or None where there is nothing to be told."""
    definitions = uow.installation.definition
    with uow.as_keeper().asking() as held:
        found = public_case(held, number, TOLD, definitions=definitions)
    if found is None:
        return None
    loaded, tasks, lines = found
    if not is_public(loaded.snapshot):
        return None
    uow.stay_in(Versions(loaded.calendar_version, loaded.network_version))
    return public_view(loaded.snapshot, tasks, lines, today=uow.today)


def count_look_up(uow: UnitOfWork, looker: str) -> None:
    """Count a look-up of an officer or an address; raise `TooManyAttempts` at too many."""
    _count(uow, looker, "look-up", most=LOOK_UPS)


def count_export(uow: UnitOfWork, looker: str) -> None:
    """Count a file that an officer or an address takes; raise `TooManyAttempts` at too many."""
    _count(uow, looker, "export", most=EXPORTS)


def _count(uow: UnitOfWork, looker: str, what: str, *, most: int) -> None:
    admit_often(uow, what, looker, most=most, window=WINDOW)


def public_view(
    case: CaseSnapshot,
    tasks: Sequence[TaskLine],
    lines: Sequence[PublicLine],
    *,
    today: date,
    reader: Powers | None = None,
) -> PublicCase:
    """Return what may be told of a case to whoever knows its number; `reader` may know more."""
    steps = track(case, tasks)
    place = place_of(case, steps)
    return PublicCase(
        number=case.number,
        subject=str(readable_data(case, reader).get("subject", "")),
        definition=case.definition,
        state=case.state_spec,
        opener=case.opener,
        is_open=case.is_open,
        closed_at=case.closed_at,
        holders=tuple(dict.fromkeys(task.agency for task in case.tasks)),
        waiting=tuple(
            Waiting(task.agency, task.request.of or REQUESTER, task.request.asked_at)
            for task in case.tasks
            if task.request
        ),
        suspended=case.suspension,
        when=_when(case, today),
        steps=steps,
        place=place,
        following=_following(steps, place),
        happened=tuple(reversed(_happened(case.definition, lines, tasks))),
    )


def _following(steps: Sequence[TrackStep], place: int | None) -> Phase | None:
    ahead = (s.phase for s in steps[place or 0 :] if s.state is StepState.AHEAD)
    return next(ahead, None) if place else None


def _when(case: CaseSnapshot, today: date) -> When:
    if not case.is_open:
        return When()
    whole = [c for c in case.clocks if c.key.startswith("case:")]
    live = [c for c in whole if c.status is not ClockStatus.STOPPED]
    steps = [t.clock for t in case.tasks if t.clock and t.clock.status is ClockStatus.RUNNING]
    paused = next((c for c in live if c.status is ClockStatus.PAUSED), None)
    if paused:
        return When(paused.due_on, whole=True, paused_since=paused.still_since)
    if live:
        due = max(c.due_on for c in live)
        return When(due, whole=True, late=due < today)
    if steps:
        due = max(c.due_on for c in steps)
        return When(due, late=due < today)
    return When()


def _happened(
    definition: Definition, lines: Sequence[PublicLine], tasks: Sequence[TaskLine]
) -> list[Happening]:
    """Tell each act by its most telling line: a state it led to before the work that led there."""
    agencies = {task.no: task.agency for task in tasks}
    by_instant: dict[datetime, list[PublicLine]] = {}
    for line in lines:
        by_instant.setdefault(line.at, []).append(line)
    found = []
    for act in by_instant.values():
        telling = min(reversed(act), key=lambda line: _RANK.get(line.kind, len(_RANK)))
        found.append(_happening(definition, telling, agencies, act))
    return found


_RANK = {
    kind: n
    for n, kind in enumerate(
        (
            Kind.CASE_IMPORTED,
            Kind.CASE_OPENED,
            Kind.CASE_CLOSED,
            Kind.CASE_REOPENED,
            Kind.STATE_ENTERED,
            Kind.INFORMATION_ANSWERED,
            Kind.TASK_COMPLETED,
        )
    )
}


def _happening(
    definition: Definition,
    line: PublicLine,
    agencies: dict[int, str],
    act: Sequence[PublicLine],
) -> Happening:
    entered = [one for one in act if one.kind is Kind.STATE_ENTERED]
    asked = line.body.get("request") if line.kind is Kind.INFORMATION_ASKED else None
    imported = line.kind is Kind.CASE_IMPORTED
    return Happening(
        kind=line.kind,
        at=datetime.fromisoformat(line.body["since"]) if imported else line.at,
        agency=agencies.get(line.body.get("no", 0)) or line.agency,
        asked_of=(asked["of"] or REQUESTER) if asked else None,
        state=definition.state(entered[-1].body["state"]) if entered else None,
        seq=line.seq,
    )

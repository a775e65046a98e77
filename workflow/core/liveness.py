"""Why an open case stands still, found from values alone, and what would let it go on.

A case is live while somebody can do what it waits for, or a day will do it. Each fault names a
thing that nobody can do as matters stand, since when, and the act that mends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from workflow.core.acts.allowed import demand_separate_duties
from workflow.core.errors import DutiesNotSeparate
from workflow.core.events import By
from workflow.core.network import STRATEGIC, Network
from workflow.core.snapshot import CaseSnapshot, Task
from workflow.core.timers import Timing, timers, waits_for_nothing
from workflow.core.waiting import since
from workflow.core.world import World

GRACE: Final = timedelta(hours=1)
"""How long what happens by itself may take before somebody should look (house rule)."""


class FaultKind(StrEnum):
    """What keeps a case from going on."""

    NO_TASK = "no_task"
    """Nothing is open, and no day is to come."""
    NO_OFFICER = "no_officer"
    """Nobody acts for the agency of a task."""
    AGENCY_EXTINCT = "agency_extinct"
    OFFICER_INACTIVE = "officer_inactive"
    """Whoever holds a task has no account any more."""
    OFFICER_LEFT = "officer_left"
    """Whoever holds a task acts for its agency no longer."""
    NOBODY_ELIGIBLE = "nobody_eligible"
    """Everybody of the agency did a task that is kept apart from this one."""
    NO_HEAD = "no_head"
    """An outcome waits to be released, and nobody may."""
    REVIEW_PASSED = "review_passed"
    """The day on which a suspension was to be looked at again is gone."""
    ASKED_OF_NOBODY = "asked_of_nobody"
    """A question was asked of an agency for which nobody can answer."""
    CHILD_MISSING = "child_missing"
    """The case that was to do a task was never opened."""
    CHILD_ENDED = "child_ended"
    """The case that did a task has ended, and the task has not."""
    STEP_FAILED = "step_failed"
    """Something that was to happen by itself was given up."""
    NOT_WOKEN = "not_woken"
    """A day has come, and what it was to bring has not."""


class Mend(StrEnum):
    """What lets a case go on."""

    RESTART = "restart"
    REASSIGN = "reassign"
    HAND_ON = "hand_on"
    RESUME = "resume"
    TAKE_BACK = "take_back"
    OPEN_CHILD = "open_child"
    END_TASK = "end_task"
    RETRY = "retry"
    WAKE = "wake"
    EMPLOY = "employ"
    """Nobody is left to whom the work could go."""


class Acting(NamedTuple):
    """Somebody who may act for an agency, perhaps only in an absent colleague's name."""

    officer: int
    absent: int | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """Who may act for which agency on a day, as heads of agencies above may, too."""

    acting: Mapping[str, frozenset[Acting]] = field(default_factory=dict)
    heads: Mapping[str, frozenset[Acting]] = field(default_factory=dict)
    active: frozenset[int] = frozenset()


class FailedStep(NamedTuple):
    """A job of a case that was given up."""

    job: int
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Around:
    """What a case does not tell of itself."""

    staff: Staff
    at: datetime
    failed: tuple[FailedStep, ...] = ()
    opening: bool = False
    """Whether a case that it asked for is still to be opened."""
    ended: Mapping[str, datetime] = field(default_factory=dict)
    """When other cases ended, by number."""
    wake_at: datetime | None = None
    swept_at: datetime | None = None
    """When the clock last looked at all that was due."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that keeps a case from going on, and what mends it."""

    kind: FaultKind
    since: datetime
    mend: Mend
    task_no: int = 0
    """Zero is the whole case."""
    agency: str = ""
    """Whom it waits for."""
    heir: str = ""
    """To whom the work can go."""
    officer: int | None = None
    job: int | None = None
    other: str = ""
    """The number of another case, or what sort of step failed."""


def faults(case: CaseSnapshot, world: World, around: Around) -> tuple[Fault, ...]:
    """Return what keeps an open case from going on; nothing for one that is live."""
    if not case.is_open:
        return ()
    today = world.day(around.at)
    found = [*_steps(around), *_wakings(case, world, around)]
    if case.suspension:
        return (*_review(case, world, today), *found)
    if waits_for_nothing(case, world):
        began = case.entered_at or case.opened_at
        found.append(Fault(FaultKind.NO_TASK, began, Mend.RESTART))
    coming = timers(case, world)
    moves = any(timer.timing is Timing.MOVE for timer in coming)
    lapsing = {t.task.no for t in coming if t.timing is Timing.LAPSE and t.task}
    look = _Look(case, world.network, around, today)
    for task in case.tasks:
        fault = look.at_others(task)
        if fault is None and not moves and task.no not in lapsing:
            fault = look.at_people(task)
        found += [fault] if fault else []
    return tuple(found)


def _steps(around: Around) -> Iterator[Fault]:
    for step in around.failed:
        yield Fault(FaultKind.STEP_FAILED, step.at, Mend.RETRY, job=step.job, other=step.kind)


def _wakings(case: CaseSnapshot, world: World, around: Around) -> Iterator[Fault]:
    """Find what time was to do, and has not though the clock has been there since."""
    wake, swept = around.wake_at, around.swept_at
    if wake is not None and swept is not None and wake < swept - GRACE:
        yield Fault(FaultKind.NOT_WOKEN, wake, Mend.WAKE)
    if wake is None and (coming := timers(case, world)):
        yield Fault(FaultKind.NOT_WOKEN, min(coming[0].at, around.at), Mend.WAKE)


def _review(case: CaseSnapshot, world: World, today: date) -> Iterator[Fault]:
    rest = case.suspension
    if rest and rest.review_on < today:
        passed = datetime.combine(rest.review_on, time(), world.zone)
        yield Fault(FaultKind.REVIEW_PASSED, passed, Mend.RESUME, agency=rest.by)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at the open tasks of a case."""

    case: CaseSnapshot
    network: Network
    around: Around
    today: date

    def at_others(self, task: Task) -> Fault | None:
        """Find a task that waits for an answer or a case that will not come."""
        asked = task.request.of if task.request else None
        if task.request and asked and not self._somebody(asked):
            return Fault(
                FaultKind.ASKED_OF_NOBODY,
                task.request.asked_at,
                Mend.TAKE_BACK,
                task.no,
                agency=asked,
            )
        if not self.case.spec(task).done_elsewhere:
            return None
        late = self.around.at - GRACE
        ended = self.around.ended.get(task.child or "")
        if ended and ended < late:
            return Fault(
                FaultKind.CHILD_ENDED, ended, Mend.END_TASK, task.no, other=task.child or ""
            )
        unborn = task.child is None and bool(self.case.spec(task).child)
        if unborn and not self.around.opening and task.opened_at < late:
            return Fault(FaultKind.CHILD_MISSING, task.opened_at, Mend.OPEN_CHILD, task.no)
        return None

    def at_people(self, task: Task) -> Fault | None:
        """Find a task that nobody can do."""
        spec = self.case.spec(task)
        if spec.done_elsewhere or all(outcome.stays for outcome in spec.outcomes.values()):
            return None
        kind = self._missing(task)
        if kind is None:
            return None
        held = kind in (FaultKind.OFFICER_INACTIVE, FaultKind.OFFICER_LEFT)
        heir = "" if held else self._heir(task)
        mend = Mend.HAND_ON if held else Mend.REASSIGN if heir else Mend.EMPLOY
        about = {"agency": task.agency, "heir": heir, "officer": task.assignee}
        return Fault(kind, since(task), mend, task.no, **about)  # type: ignore[arg-type]

    def _missing(self, task: Task) -> FaultKind | None:
        acting = self.around.staff.acting.get(task.agency, frozenset())
        if not self.network.is_active(task.agency, self.today):
            return FaultKind.AGENCY_EXTINCT
        if not acting:
            return FaultKind.NO_OFFICER
        if task.proposal:
            return None if self._can_release(task, task.agency) else FaultKind.NO_HEAD
        if not self._can_do(task, task.agency):
            return FaultKind.NOBODY_ELIGIBLE
        return self._holder_gone(task, {person for one in acting for person in one})

    def _holder_gone(self, task: Task, acting: set[int | None]) -> FaultKind | None:
        if task.assignee is None or task.assignee in acting:
            return None
        here = task.assignee in self.around.staff.active
        return FaultKind.OFFICER_LEFT if here else FaultKind.OFFICER_INACTIVE

    def _somebody(self, agency: str) -> bool:
        there = self.network.is_active(agency, self.today)
        return there and bool(self.around.staff.acting.get(agency))

    def _can_do(self, task: Task, agency: str) -> bool:
        acting = self.around.staff.acting.get(agency, frozenset())
        return any(self._apart(task, By(who, agency, absent)) for who, absent in acting)

    def _can_release(self, task: Task, agency: str) -> bool:
        proposal = task.proposal
        first = By(proposal.by, agency, proposal.on_behalf_of) if proposal else By()
        heads = self.around.staff.heads.get(agency, frozenset())
        return any(self._apart(task, first, By(who, agency, absent)) for who, absent in heads)

    def _apart(self, task: Task, *acting: By) -> bool:
        try:
            demand_separate_duties(self.case, self.case.spec(task), *acting)
        except DutiesNotSeparate:
            return False
        return True

    def _heir(self, task: Task) -> str:
        """Return the first agency in line that can do a task; empty where there is none."""
        taken = {(t.key, t.slot) for t in self.case.visit_tasks()}
        rows = task.slot.startswith("row:")
        for agency in self._line(task.agency):
            free = agency != task.agency and (rows or (task.key, agency) not in taken)
            if free and self._somebody(agency) and self._can_do(task, agency):
                return agency
        return ""

    def _line(self, agency: str) -> Iterator[str]:
        """Go through whom the work of an agency falls to: successors, its body, the owner."""
        owner, seen = self.case.definition.owner, {agency}
        known = self.network.get(agency)
        while known and known.successor and known.successor not in seen:
            seen.add(known.successor)
            yield known.successor
            known = self.network.get(known.successor)
        yield self.network.heir(agency, owner=owner, day=self.today)
        known = self.network.get(agency)
        if known and known.unit_role and known.parent:
            strategic = self.network.unit(STRATEGIC, known.parent, self.today)
            yield from [strategic.code] if strategic else []
            yield known.parent
        yield owner

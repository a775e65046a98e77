"""Cases that stand still as a list for whoever coordinates them, and the mend of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from workflow.core.access import may_read
from workflow.core.acts import mending
from workflow.core.errors import NotAssigned, Refusal
from workflow.core.liveness import Fault, Mend
from workflow.core.snapshot import CaseSnapshot
from workflow.services import cases, children, clock, liveness, tasks
from workflow.services.alarm import Stuck
from workflow.services.notices import CLOCK_POWERS
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.notices import record_notices
from workflow.storage.people import MembershipRole
from workflow.storage.queries.due import DueCase, last_fired
from workflow.storage.queries.liveness import PAGE, stuck_ids
from workflow.storage.queries.people import officer_names, officers_of

TECHNICAL: Final = frozenset({Mend.RETRY, Mend.WAKE, Mend.END_TASK})
"""What decides nothing about a case, so that whoever keeps the installation may do it, too."""


class NothingStuck(Refusal):
    """What stood still goes on by now, or never stood still."""


@dataclass(frozen=True, slots=True)
class StuckCase:
    """A case that stands still, as one reader may know of it."""

    number: str
    subject: str
    """Empty for who keeps the installation and may not know of the case."""
    case: CaseSnapshot
    faults: tuple[Fault, ...]
    may_act: bool
    """Whether the reader acts for the agency that answers for the type."""
    colleagues: Mapping[int, tuple[tuple[int, str], ...]]
    """By task: who could take it from a holder who is gone."""


@dataclass(frozen=True, slots=True)
class StuckPage:
    """A page of cases that stand still."""

    cases: tuple[StuckCase, ...]
    looked_at: date | None
    following: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which fault is to be mended, and how."""

    number: str
    kind: str
    task_no: int = 0
    reason: str = ""
    officer: int | None = None
    """To whom a task goes; nobody is back to the agency."""
    review_on: date | None = None
    """Until when a case is to rest on, instead of going on."""


def may_look(uow: UnitOfWork, *, administrator: bool) -> bool:
    """Say whether a person coordinates anything, or keeps the installation."""
    return administrator or bool(uow.powers.agencies & owners(uow))


def owners(uow: UnitOfWork) -> frozenset[str]:
    """Return the agencies that answer for the request types in use."""
    return frozenset(d.owner for d in uow.installation.latest().values())


def stuck_page(uow: UnitOfWork, *, everything: bool, after: int = 0) -> StuckPage:
    """List cases that stand still: those of the types that the person coordinates, or all."""
    whose = None if everything else uow.powers.agencies
    with uow.as_keeper().reading() as connection:
        ids = stuck_ids(connection, whose, after=after, limit=PAGE + 1)
        looked = last_fired(connection).get(liveness.WATCH)
    found = liveness.stuck_among(uow, ids[:PAGE])
    known = [s for s in found if everything or may_read(s.loaded.snapshot, uow.powers)]
    return StuckPage(
        cases=tuple(_shown(uow, stuck) for stuck in known),
        looked_at=uow.world().day(looked) if looked else None,
        following=ids[PAGE - 1] if len(ids) > PAGE else None,
    )


def holders(uow: UnitOfWork, page: StuckPage) -> dict[int, str]:
    """Return the names of those who hold tasks of cases that stand still."""
    held = {f.officer for case in page.cases for f in case.faults if f.officer is not None}
    with uow.reading() as connection:
        return officer_names(connection, held)


def _shown(uow: UnitOfWork, stuck: Stuck) -> StuckCase:
    case = stuck.loaded.snapshot
    held = [f for f in stuck.faults if f.mend is Mend.HAND_ON]
    with uow.reading() as connection:
        people = {f.task_no: officers_of(connection, f.agency, today=uow.today) for f in held}
    return StuckCase(
        number=case.number,
        subject=str(case.data.get("subject") or "") if may_read(case, uow.powers) else "",
        case=case,
        faults=stuck.faults,
        may_act=case.definition.owner in uow.powers.agencies,
        colleagues={
            no: tuple((p.id, p.name) for p in some if p.role != MembershipRole.AUDITOR)
            for no, some in people.items()
        },
    )


# --- Mending -------------------------------------------------------------------------------------


def mend(uow: UnitOfWork, wanted: Wanted, *, key: str, technical: bool = False) -> Mend:
    """Do what lets a case go on, and look at it again; return what was done.

    `technical` is whoever keeps the installation, who decides nothing about cases. Raise
    `NothingStuck`, `NotAssigned`, or what the act raises.
    """
    found = liveness.look_again(uow, [wanted.number])
    stuck, fault = _wanted_among(found, wanted)
    owner = stuck.loaded.snapshot.definition.owner
    allowed = owner in uow.powers.agencies or (technical and fault.mend in TECHNICAL)
    if not allowed:
        raise NotAssigned(act=mending.MEND, agencies=(owner,), number=wanted.number)
    _MENDS[fault.mend](uow, stuck, fault, wanted, key)
    liveness.look_again(uow, [wanted.number])
    return fault.mend


def _wanted_among(found: Collection[Stuck], wanted: Wanted) -> tuple[Stuck, Fault]:
    for stuck in found:
        for fault in stuck.faults:
            if (fault.kind, fault.task_no) == (wanted.kind, wanted.task_no):
                return stuck, fault
    raise NothingStuck(number=wanted.number)


def _restart(uow: UnitOfWork, _stuck: Stuck, _fault: Fault, wanted: Wanted, key: str) -> None:
    uow.act(wanted.number, lambda case, now: mending.restart(case, wanted.reason, now=now), key=key)


def _reassign(uow: UnitOfWork, _stuck: Stuck, fault: Fault, wanted: Wanted, key: str) -> None:
    tasks.reassign(uow, wanted.number, fault.task_no, fault.heir, wanted.reason, key=key)


def _hand_on(uow: UnitOfWork, _stuck: Stuck, fault: Fault, wanted: Wanted, key: str) -> None:
    officer = wanted.officer
    with uow.reading() as connection:
        known = {p.id for p in officers_of(connection, fault.agency, today=uow.today)}
    if officer is not None and officer not in known:
        raise NotAssigned(agency=fault.agency, officer=officer)
    uow.act(
        wanted.number,
        lambda case, now: mending.hand_on(case, fault.task_no, officer, wanted.reason, now=now),
        key=key,
    )


def _resume(uow: UnitOfWork, _stuck: Stuck, _fault: Fault, wanted: Wanted, key: str) -> None:
    on = wanted.review_on
    if on is None:
        cases.resume(uow, wanted.number, key=key, reason=wanted.reason)
        return
    uow.act(
        wanted.number, lambda case, now: mending.review(case, on, wanted.reason, now=now), key=key
    )


def _take_back(uow: UnitOfWork, _stuck: Stuck, fault: Fault, wanted: Wanted, key: str) -> None:
    uow.act(
        wanted.number, lambda case, now: mending.take_back(case, fault.task_no, now=now), key=key
    )


def _open_child(uow: UnitOfWork, _stuck: Stuck, fault: Fault, wanted: Wanted, key: str) -> None:
    refused = [e for e in children.refusals(uow, wanted.number) if e.body["no"] == fault.task_no]
    if refused:
        children.try_again(uow, wanted.number, refused[-1].seq, key=key)
        return
    uow.act(
        wanted.number,
        lambda case, now: mending.open_child_again(case, fault.task_no, now=now),
        key=key,
    )


def _end_task(uow: UnitOfWork, _stuck: Stuck, fault: Fault, wanted: Wanted, key: str) -> None:
    children.catch_up(uow, wanted.number, fault.other, key=key)


def _retry(uow: UnitOfWork, _stuck: Stuck, fault: Fault, _wanted: Wanted, _key: str) -> None:
    if fault.job is not None:
        clock.retry(uow, fault.job)


def _wake(uow: UnitOfWork, stuck: Stuck, _fault: Fault, wanted: Wanted, _key: str) -> None:
    loaded = stuck.loaded
    at = loaded.wake_at or uow.now
    if loaded.wake_at is None:
        with uow.as_keeper().writing() as connection:
            record_notices(
                connection,
                loaded.case_id,
                revision=loaded.snapshot.revision,
                noticed_until=loaded.snapshot.noticed_until or uow.now,
                wake_at=at,
            )
    clock.wake_case(uow.as_powers(CLOCK_POWERS), DueCase(at, loaded.case_id, wanted.number))


def _employ(_uow: UnitOfWork, stuck: Stuck, fault: Fault, wanted: Wanted, _key: str) -> None:
    owner = stuck.loaded.snapshot.definition.owner
    raise NotAssigned(agency=fault.agency, agencies=(owner,), number=wanted.number)


_MENDS: Mapping[Mend, Callable[[UnitOfWork, Stuck, Fault, Wanted, str], None]] = {
    Mend.RESTART: _restart,
    Mend.REASSIGN: _reassign,
    Mend.HAND_ON: _hand_on,
    Mend.RESUME: _resume,
    Mend.TAKE_BACK: _take_back,
    Mend.OPEN_CHILD: _open_child,
    Mend.END_TASK: _end_task,
    Mend.RETRY: _retry,
    Mend.WAKE: _wake,
    Mend.EMPLOY: _employ,
}
ASKS_REASON: Final = frozenset({Mend.RESTART, Mend.REASSIGN, Mend.HAND_ON, Mend.RESUME})

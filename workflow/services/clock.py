"""What the clock process does: wakes the cases that are due and does the jobs that acts left.

Any number of clocks may run: every act has a key, every notice is issued once, every job is
held under a lease.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from workflow.core.acts.time import wake
from workflow.core.change import JobKind
from workflow.core.errors import CaseMoved
from workflow.services import (
    children,
    distribution,
    feeding,
    import_work,
    inviting,
    leaving,
    notices,
    personal,
    places,
    posting,
    recounting,
    retention,
    tree_heads,
)
from workflow.services.daily import queue_digests
from workflow.services.notices import CLOCK_POWERS, LeaseLost
from workflow.services.posting import Courier
from workflow.services.register_clock import wake_entries
from workflow.services.unit_of_work import TRIES, UnitOfWork, UowFactory
from workflow.services.untold import Aside, Worked, tell_people
from workflow.storage.jobs import PATIENCE, ClaimedJob, claim, complete, fail, try_again
from workflow.storage.queries.counted import count_in
from workflow.storage.queries.due import DueCase, due_cases, last_fired, longest_due, note_fired
from workflow.storage.queries.health import (
    SWEEP,
    Backlog,
    Beat,
    FailedJob,
    backlog,
    beats,
    count_failed,
    failed_jobs,
    forget_beat,
    note_beat,
)

log = logging.getLogger(__name__)

SILENT: Final = timedelta(minutes=1)
"""A clock process that was not heard of for so long is dead, or cut off."""
LATE: Final = timedelta(minutes=5)
"""What is due may wait so long for the clock before somebody should look."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep came to."""

    cases: int = 0
    moved: int = 0
    """Cases in which time did something."""
    notices: int = 0
    failed: int = 0

    def __add__(self, other: Swept) -> Swept:
        return Swept(
            self.cases + other.cases,
            self.moved + other.moved,
            self.notices + other.notices,
            self.failed + other.failed,
        )


# --- Sweeping ------------------------------------------------------------------------------------


def wake_due(
    uow_factory: UowFactory,
    *,
    mails: bool = True,
    limit: int = 10_000,
    mix: Callable[[list[DueCase]], object] | None = None,
) -> Swept:
    """Do in every case what time was to do by now, and issue the warnings it owes.

    Each case is a transaction of its own; one that fails is logged and stops no other. Clocks
    that `mix` what is due, each in its own way, seldom do the same case at once.
    """
    tally = {"cases": 0, "moved": 0, "notices": 0, "failed": 0}
    for due in _due(uow_factory, limit, mix):
        tally["cases"] += 1
        try:
            moved, issued = wake_case(uow_factory(), due, mails=mails)
        except Exception:
            log.exception("case %s could not be woken", due.number)
            tally["failed"] += 1
        else:
            tally["moved"] += moved
            tally["notices"] += issued
    tally["notices"] += wake_entries(uow_factory)
    uow = uow_factory()
    queue_digests(uow)
    with uow.writing() as connection:
        count_in(connection)
        note_fired(connection, SWEEP, uow.now)
    return Swept(**tally)


def _due(
    uow_factory: UowFactory,
    limit: int,
    mix: Callable[[list[DueCase]], object] | None,
    page: int = 100,
) -> Iterator[DueCase]:
    last: DueCase | None = None
    seen = 0
    while seen < limit:
        uow = uow_factory()
        with uow.reading() as connection:
            cases = due_cases(connection, uow.now, after=last, limit=min(page, limit - seen))
        if not cases:
            return
        last = cases[-1]
        seen += len(cases)
        if mix is not None:
            mix(cases)
        yield from cases


def wake_case(uow: UnitOfWork, due: DueCase, *, mails: bool = True) -> tuple[bool, int]:
    """Do what time was to do in one case; say whether it did and how many notices it issued.

    Raise `CaseMoved` if somebody acts on it again and again; the next sweep finds it still due.
    """
    clock = uow.as_powers(CLOCK_POWERS)
    moved = False
    for _ in range(TRIES):
        found = clock.load(due.number)
        if found.wake_at is None or found.wake_at > uow.now:
            return moved, 0  # another clock was here meanwhile
        key = f"{due.number}:wake:{due.wake_at.isoformat()}:{found.snapshot.revision}"
        done = clock.act(due.number, lambda case, now: wake(case, now=now), key=key)
        moved = moved or done.change is not None
        issued = notices.issue_owed(clock, due.number, mails=mails)
        if issued is not None:
            return moved, issued
    raise CaseMoved(number=due.number)


# --- Jobs ----------------------------------------------------------------------------------------


def work(
    uow_factory: UowFactory,
    *,
    owner: str,
    courier: Courier | None = None,
    limit: int = 10,
    aside: Aside | None = None,
) -> Worked:
    """Claim some jobs and do them, and tell people of some acts; what fails is tried again later.

    Without a courier no mail is issued, and what was issued earlier waits for one. Acts that can
    neither be told nor be left to a job are put `aside`, and left out there until their turn.
    """
    put_aside = Aside() if aside is None else aside
    mails = courier is not None
    told = tell_people(uow_factory, mails=mails, limit=limit, aside=put_aside)
    with uow_factory().writing() as connection:
        jobs = claim(connection, owner, limit=limit)
    return sum((_try(uow_factory, job, courier) for job in jobs), told)


def work_off(
    uow_factory: UowFactory,
    *,
    owner: str,
    courier: Courier | None = None,
    aside: Aside | None = None,
) -> Worked:
    """Do jobs until none is left whose turn has come; `aside` is what `work` says."""
    total, put_aside = Worked(), Aside() if aside is None else aside
    while (now := work(uow_factory, owner=owner, courier=courier, aside=put_aside)) != Worked():
        total += now
    return total


def _try(uow_factory: UowFactory, job: ClaimedJob, courier: Courier | None) -> Worked:
    try:
        _do(uow_factory(), job, courier)
    except LeaseLost:
        log.warning("job %s is done by another worker", job.key)
        return Worked()
    except Exception as error:
        log.exception("job %s could not be done", job.key)
        patience = None if job.kind == JobKind.SEND_MAIL else PATIENCE
        with uow_factory().writing() as connection:
            fail(connection, job, error=f"{type(error).__name__}: {error}", patience=patience)
        return Worked(failed=1)
    return Worked(done=1)


def _do(uow: UnitOfWork, job: ClaimedJob, courier: Courier | None) -> None:
    if job.kind in _ALONE:
        _ALONE[job.kind](uow, job)
        return
    match job.kind:
        case JobKind.TELL:
            notices.issue_told(uow, job, mails=courier is not None)
        case JobKind.TELL_PERSON:
            personal.issue_personal(uow, job, mails=courier is not None)
        case JobKind.SEND_MAIL:
            posting.send(uow, job, courier or _Nobody())
        case JobKind.INVITE:
            inviting.send_invitation(uow, job, courier or _Nobody())
        case JobKind.RESET:
            inviting.send_reset(uow, job, courier or _Nobody())
        case JobKind.SEND_HEAD:
            tree_heads.send_head(uow, job, courier or _Nobody())
        case _:
            raise LookupError(f"nobody knows how to do {job.kind}")


def _then_ends(do: Callable[[UnitOfWork, ClaimedJob], None]) -> Callable[..., None]:
    """Return what does a job by acts that have keys of their own, and then ends it."""

    def work_through(uow: UnitOfWork, job: ClaimedJob) -> None:
        do(uow, job)
        with uow.writing() as connection:
            if not complete(connection, job):
                raise LeaseLost(job.key)

    return work_through


class _Nobody:
    def deliver(self, letter: object) -> None:  # noqa: ARG002
        raise posting.NotDelivered("no mail server is set")


_ALONE: Final[Mapping[str, Callable[[UnitOfWork, ClaimedJob], None]]] = {
    JobKind.OPEN_CHILD: _then_ends(children.open_child),
    JobKind.PLACES: _then_ends(places.give_places),
    JobKind.CHILD_CLOSED: _then_ends(children.child_closed),
    JobKind.ERASE: _then_ends(retention.erase_for_job),
    JobKind.KEEP_ENTRY: _then_ends(feeding.keep_entry),
    JobKind.DISTRIBUTE: _then_ends(distribution.give_out),
    JobKind.DISTRIBUTE_FREE: _then_ends(distribution.give_out_free),
    JobKind.RECOUNT: recounting.go_on,
    JobKind.IMPORT: import_work.go_on,
    JobKind.DEPART: leaving.go_on,
}
"""What is done without telling anybody by mail."""


# --- How it is doing ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the clock keeps up, what waits for it and what it gave up."""

    at: datetime
    swept_at: datetime | None
    """None before the first sweep."""
    lag: timedelta
    """For how long the case that waits longest has been due; zero if none is."""
    backlog: Backlog
    processes: tuple[Beat, ...]
    """Clock processes that have not ended, the last heard of first."""
    failed: int
    """Jobs that were given up, the latest of which are told."""
    failures: tuple[FailedJob, ...]

    @property
    def alive(self) -> tuple[Beat, ...]:
        """The clock processes that were heard of a moment ago."""
        return tuple(beat for beat in self.processes if self.at - beat.at < SILENT)

    @property
    def is_late(self) -> bool:
        """Whether anything waits longer for the clock than it should."""
        return max(self.lag, self.backlog.lag) > LATE


def health(uow: UnitOfWork) -> Health:
    """Return whether the clock keeps up, for whoever watches the installation."""
    with uow.as_keeper().reading() as connection:
        oldest = longest_due(connection)
        return Health(
            at=uow.now,
            swept_at=last_fired(connection).get(SWEEP),
            lag=max(uow.now - oldest, timedelta()) if oldest else timedelta(),
            backlog=backlog(connection),
            processes=tuple(beats(connection)),
            failed=count_failed(connection),
            failures=tuple(failed_jobs(connection)),
        )


def beat(uow: UnitOfWork, process: str) -> None:
    """Note that a clock process is alive."""
    with uow.writing() as connection:
        note_beat(connection, process, uow.now)


def leave(uow: UnitOfWork, process: str) -> None:
    """Note that a clock process has ended well, so that nobody misses it."""
    with uow.writing() as connection:
        forget_beat(connection, process)


def retry(uow: UnitOfWork, job_id: int) -> bool:
    """Try once more what was given up; False if there is nothing to be tried."""
    with uow.writing() as connection:
        return try_again(connection, job_id)

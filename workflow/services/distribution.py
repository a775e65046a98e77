"""Giving tasks out by the rule that an agency declares: by the clock, once, to whom it says.

The job that does so is written with the act by which a task comes to the agency. What somebody
has taken meanwhile is left alone, and what is given back later is for people to hand on.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from workflow.core.acts import distributing
from workflow.core.change import JobKind
from workflow.core.distribution import Bench, Candidate, Distribution, Finished
from workflow.core.events import Kind
from workflow.core.network import Agency
from workflow.core.offices import Office
from workflow.services.inbox import week_of
from workflow.services.loads import count_loads
from workflow.services.notices import CLOCK_POWERS, LeaseLost
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import in_turn
from workflow.storage.imports import declare_distribution, raise_version
from workflow.storage.jobs import ClaimedJob, enqueue, extend
from workflow.storage.network import NETWORK_VERSION
from workflow.storage.queries.events import events_of
from workflow.storage.queries.inbox import Cursor, InboxFilter
from workflow.storage.queries.inbox_pages import inbox_page
from workflow.storage.queries.loads import last_given

BITE: Final = 20
"""How many free tasks are given out before the lease is taken anew."""


# --- By whoever administers an agency ------------------------------------------------------------


def declare(uow: UnitOfWork, agency: str, rule: Distribution, *, office: Office) -> bool:
    """Say how an agency gives out the tasks that will come to it; False if it does so already.

    Raise `NotInCharge` or `UnknownAgency`.
    """
    _demand(agency, office)
    with uow.writing() as connection:
        if not declare_distribution(connection, agency, rule.value):
            return False
        raise_version(connection, NETWORK_VERSION)
    return True


def ask_for_free(uow: UnitOfWork, agency: str, *, office: Office, key: str) -> bool:
    """Have the clock give out what nobody of an agency has; False where it does so by hand.

    With the same key it is asked once. Raise `NotInCharge` or `UnknownAgency`.
    """
    if _demand(agency, office).distribution == Distribution.BY_HAND:
        return False
    kind = JobKind.DISTRIBUTE_FREE
    with uow.writing() as connection:
        enqueue(connection, kind, key=f"{kind}:{agency}:{key}", payload={"agency": agency})
    return True


def _demand(agency: str, office: Office) -> Agency:
    found = office.network.agency(agency)
    office.demand(agency)
    return found


# --- By the clock --------------------------------------------------------------------------------


def give_out(uow: UnitOfWork, job: ClaimedJob) -> None:
    """Give out the task that a job names; raise `CaseMoved`."""
    _give_out(uow.as_powers(CLOCK_POWERS), job.payload["number"], job.payload["no"], key=job.key)


def give_out_free(uow: UnitOfWork, job: ClaimedJob) -> None:
    """Give out every task that nobody of an agency has, the most urgent first.

    Stopped anywhere, it goes on from there. Raise `CaseMoved` or `LeaseLost`.
    """
    clock = uow.as_powers(CLOCK_POWERS)
    free = InboxFilter(assignee="nobody", aside=None)
    after: Cursor | None = None
    while True:
        with clock.reading() as connection:
            page = inbox_page(
                connection,
                agency=job.payload["agency"],
                week=week_of(clock),
                narrowed=free,
                after=after,
                limit=BITE,
            )
        for item in page:
            _give_out(clock, item.number, item.no, key=f"{job.key}:{item.number}:{item.no}")
        if len(page) < BITE:
            return
        after = page[-1].cursor
        with clock.writing() as connection:
            if not extend(connection, job):
                raise LeaseLost(job.key)


def _give_out(clock: UnitOfWork, number: str, no: int, *, key: str) -> None:
    loaded = clock.load(number)
    task = next((task for task in loaded.snapshot.tasks if task.no == no), None)
    if task is None or task.assignee is not None:
        return
    # Two clocks that looked at the same queues would both find the same one the shortest.
    with in_turn(clock.installation.engine, f"distribution:{task.agency}"):
        with clock.reading() as connection:
            bench = _bench(connection, clock, task.agency, case_id=loaded.case_id)
        clock.act(
            number, lambda case, now: distributing.give_out(case, no, bench, now=now), key=key
        )


def _bench(connection: Connection, uow: UnitOfWork, agency: str, *, case_id: int) -> Bench:
    """Return the people of an agency as they are now, and what it has done in a case."""
    loads = count_loads(connection, uow, agency).officers
    people = [one for one in loads if one.serves or one.leads]
    given = last_given(connection, {one.officer for one in people})
    by_case = uow.world().network.agency(agency).distribution == Distribution.SAME_OFFICER
    done = events_of(connection, case_id, kinds=[Kind.TASK_COMPLETED]) if by_case else []
    return Bench(
        agency=agency,
        candidates=tuple(
            Candidate(
                officer=one.officer,
                days=one.work.days,
                serves=one.serves,
                absent=one.absent_until is not None,
                given_at=given.get(one.officer),
            )
            for one in people
        ),
        finished=tuple(
            Finished(event.body["task"], tuple(event.body.get("doers", ())))
            for event in reversed(done)
            if event.by.agency == agency
        ),
    )

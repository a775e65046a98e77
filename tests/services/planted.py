"""Faults that keep cases from going on, planted one at a time."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import delete, update

from tests.installation import acting_for, employ
from tests.services.conftest import NOON
from tests.services.errands import ERRAND
from workflow.core.liveness import FaultKind, Mend
from workflow.services import cases, clock, tasks
from workflow.storage.case import Case, TaskRow
from workflow.storage.dialect import database_now
from workflow.storage.imports import raise_version
from workflow.storage.network import NETWORK_VERSION, AgencyRow
from workflow.storage.people import Membership, Officer
from workflow.storage.untold import leave_to_a_job, untold_keys
from workflow.storage.work import JobRow

APART = (
    ERRAND.replace("key: errand", "key: apart")
    .replace(
        """  - {key: done,""",
        """  - key: checking
    title: Em conferência
    tasks:
      - {key: check, title: Conferir, role: doer, outcomes: [completed, refused], not_by: [run]}
  - {key: done,""",
    )
    .replace("target: done, when: any completed", "target: checking, when: any completed")
    .replace(
        "acts:",
        """  - {source: checking, target: done, when: any completed}
  - {source: checking, target: denied, when: any refused}
acts:""",
    )
)
RELEASED = ERRAND.replace("key: errand", "key: released").replace(
    "        deadline:", "        released_by: head\n        deadline:"
)
ELSEWHERE = ERRAND.replace("key: errand", "key: elsewhere").replace("bind: SEF", "bind: SCC")
LATER = timedelta(hours=2)


def change(office, table, *where, **values):
    with office.uow().writing() as connection:
        connection.execute(update(table).where(*where).values(**values))


def case_id(office, number):
    return office.uow().as_powers(clock.CLOCK_POWERS).load(number).case_id


def leave(office, *agencies):
    change(office, Membership, Membership.agency.in_(agencies), valid_to=date(2026, 3, 1))


# --- The faults, each with its name, how it is planted and what mends it -------------------------


def no_task(office):
    number = office.open()
    of_case = TaskRow.case_id == case_id(office, number)
    change(office, TaskRow, of_case, status="cancelled", ended_at=NOON)
    return number


def no_officer(office):
    number = office.open()
    leave(office, "SEF")
    return number


def agency_extinct(office):
    number = office.open()
    change(office, AgencyRow, AgencyRow.code == "SEF", valid_to=date(2026, 3, 1))
    with office.uow().writing() as connection:
        raise_version(connection, NETWORK_VERSION)
    return number


def officer_inactive(office):
    number = office.open()
    office.claim(number)
    change(office, Officer, Officer.id == office.doer, active=False)
    return number


def officer_left(office):
    number = office.open()
    office.claim(number)
    change(office, Membership, Membership.officer_id == office.doer, valid_to=date(2026, 3, 1))
    return number


def nobody_eligible(office):
    change(office, Officer, Officer.id == office.head, active=False)
    number = office.open("apart")
    office.complete(number)
    return number


def no_head(office):
    number = office.open("released")
    office.complete(number)
    change(office, Officer, Officer.id == office.head, active=False)
    return number


def review_passed(office):
    number = office.open()
    opener = acting_for(office.uow(), office.opener, "SEDE")
    review = date(2026, 3, 6)
    cases.suspend(opener, number, "Espera.", review_on=review, key=office.key())
    office.turn(NOON + timedelta(days=5))
    return number


def asked_of_nobody(office):
    number = office.open()
    employ(office.uow(), "rui@example.org", SEE="officer")
    doer = office.as_doer()
    tasks.ask_information(doer, number, 1, "Quanto custa?", of="SEE", key=office.key())
    leave(office, "SEE")
    return number


def child_missing(office):
    number = office.open("household")
    with office.uow().writing() as connection:
        connection.execute(delete(JobRow).where(JobRow.kind == "open_child"))
    return number


def child_ended(office):
    number = office.open("household")
    office.turn()
    child = office.case(number).tasks[0].child
    office.complete(child)
    with office.uow().writing() as connection:
        connection.execute(delete(JobRow).where(JobRow.kind == "child_closed"))
    return number


def step_failed(office):
    number = office.open()
    with office.uow().writing() as connection:
        *_, key = untold_keys(connection, limit=100)
        leave_to_a_job(connection, key, error="broken")
        connection.execute(update(JobRow).values(failed_at=database_now()))
    return number


def not_woken(office):
    number = office.open()
    change(office, Case, Case.number == number, wake_at=NOON - timedelta(hours=3))
    office.now += LATER
    with office.uow().writing() as connection:
        clock.note_fired(connection, clock.SWEEP, office.now)
    return number


PLANTED = {
    FaultKind.NO_TASK: (no_task, Mend.RESTART),
    FaultKind.NO_OFFICER: (no_officer, Mend.REASSIGN),
    FaultKind.AGENCY_EXTINCT: (agency_extinct, Mend.REASSIGN),
    FaultKind.OFFICER_INACTIVE: (officer_inactive, Mend.HAND_ON),
    FaultKind.OFFICER_LEFT: (officer_left, Mend.HAND_ON),
    FaultKind.NOBODY_ELIGIBLE: (nobody_eligible, Mend.REASSIGN),
    FaultKind.NO_HEAD: (no_head, Mend.REASSIGN),
    FaultKind.REVIEW_PASSED: (review_passed, Mend.RESUME),
    FaultKind.ASKED_OF_NOBODY: (asked_of_nobody, Mend.TAKE_BACK),
    FaultKind.CHILD_MISSING: (child_missing, Mend.OPEN_CHILD),
    FaultKind.CHILD_ENDED: (child_ended, Mend.END_TASK),
    FaultKind.STEP_FAILED: (step_failed, Mend.RETRY),
    FaultKind.NOT_WOKEN: (not_woken, Mend.WAKE),
}
"""Thirteen sorts of fault: how each is planted, and what mends it."""

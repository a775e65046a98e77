"""Erasing personal data: what a case tells of persons, and who an officer was who has left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from workflow.core.acts.allowed import demand_reason
from workflow.core.acts.erasing import PersonalPart, erase_personal, personal_parts
from workflow.core.definition import fleeting
from workflow.core.errors import Refusal
from workflow.core.events import By
from workflow.core.offices import NotInCharge, Office
from workflow.core.retelling import retell
from workflow.core.snapshot import CaseSnapshot
from workflow.core.spelling import spell_proposal
from workflow.services.notices import CLOCK_POWERS
from workflow.services.people import UnknownOfficer
from workflow.services.staffing import UnknownPerson
from workflow.services.unit_of_work import Done, UnitOfWork
from workflow.storage import erasing, officers, staff
from workflow.storage.jobs import ClaimedJob
from workflow.storage.queries.events import events_of
from workflow.storage.queries.staff import memberships_listed, person
from workflow.storage.retention import hold_of

NOWHERE: Final = "erased.invalid"
"""The domain of addresses that stand for erased ones (RFC 2606: it never exists)."""


class StillHere(Refusal):
    """The officer still works somewhere, or administers the installation."""


class CaseHeld(Refusal):
    """Somebody said why what the case tells of persons must not go, and has not lifted it."""


@dataclass(frozen=True, slots=True)
class Erasable:
    """What a case still tells of persons, without telling it."""

    case: CaseSnapshot
    parts: tuple[PersonalPart, ...]


# --- Cases -------------------------------------------------------------------------------------


def erasable(uow: UnitOfWork, number: str, *, office: Office | None) -> Erasable:
    """Return what could be erased of a case; no office is the command line.

    Raise `NotInCharge` for others than the coordinator of the network, or `UnknownCase`.
    """
    _demand(office)
    loaded = (uow if office else uow.as_powers(CLOCK_POWERS)).load(number)
    with uow.as_keeper().reading() as connection:
        events = events_of(connection, loaded.case_id)
    return Erasable(loaded.snapshot, personal_parts(loaded.snapshot, events))


def erase(
    uow: UnitOfWork,
    number: str,
    keys: Collection[str] | None,
    *,
    reason: str,
    office: Office | None,
    key: str,
) -> Done:
    """Erase parts of what a case tells of persons, the usual ones where none are named.

    The act and the values go in one write; what was copied beside follows, and follows again
    when this is repeated. Raise `CaseHeld`, or what `erasable` and `acts.erasing.erase_personal`
    raise.
    """
    _demand(office)
    asking = uow if office else uow.as_powers(CLOCK_POWERS)
    loaded = asking.load(number)
    by = By(uow.powers.officer, uow.powers.agency or None)
    with uow.as_keeper().reading() as connection:
        held = hold_of(connection, loaded.case_id)
        if held is not None:
            raise CaseHeld(number=number, reason=held.reason, by=held.name, at=held.at)
        events = events_of(connection, loaded.case_id)
    done = asking.act(
        number,
        lambda case, now: erase_personal(case, events, keys, reason, by=by, now=now),
        key=key,
    )
    with uow.as_keeper().writing() as connection:
        left = events_of(connection, loaded.case_id)
        told = retell(number, loaded.snapshot.definition, left)
        proposals = [(t.task.no, spell_proposal(t.task.proposal)) for t in told.tasks]
        kept = [(no, proposal) for no, proposal in proposals if proposal]
        erasing.erase_beside(connection, loaded.case_id, number, kept)
    return done


def erase_at_end(uow: UnitOfWork, job: ClaimedJob) -> None:
    """Erase the fields that a type wants gone once its case has ended.

    Not while it goes on again, nor while it is held: `retention.lift` has it come back to this.
    """
    number = job.payload["number"]
    loaded = uow.as_powers(CLOCK_POWERS).load(number)
    with uow.reading() as connection:
        held = hold_of(connection, loaded.case_id) is not None
    if loaded.snapshot.is_open or held:
        return
    for field, reason in fleeting(loaded.snapshot.definition).items():
        key = f"{job.key}:{field}"
        erase(uow, number, {f"data.{field}"}, reason=reason, office=None, key=key)


def _demand(office: Office | None) -> None:
    if office is not None and not office.coordinates:
        raise NotInCharge


# --- Officers ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leaver:
    """An officer who could be forgotten."""

    officer_id: int
    name: str
    email: str
    erased: bool


def leaver(uow: UnitOfWork, officer_id: int, *, office: Office | None) -> Leaver:
    """Return an officer who has left; raise `UnknownPerson`, `NotInCharge` or `StillHere`."""
    _demand(office)
    with uow.reading() as connection:
        found = person(connection, officer_id)
        if found is None:
            raise UnknownPerson
        held = memberships_listed(connection, officer_id)
    works = any(row.valid_to is None or row.valid_to >= uow.today for row in held)
    if works or (found.administrator and found.active):
        raise StillHere(name=found.name)
    return Leaver(found.id, found.name, found.email, found.email.endswith(f"@{NOWHERE}"))


def officer_of(uow: UnitOfWork, email: str) -> int:
    """Return who has, or had, the account of an address; raise `UnknownOfficer`."""
    with uow.reading() as connection:
        found = officers.officers_by_email(connection).get(email.strip().lower())
    if found is None:
        raise UnknownOfficer(email=email)
    return int(found["id"])


def erase_officer(
    uow: UnitOfWork, officer_id: int, *, called: str, reason: str, office: Office | None
) -> bool:
    """Forget who an officer was: acts keep the number, and pages say `called` in its place.

    Return whether there was anything to forget. Raise what `leaver` raises, or `ReasonMissing`.
    """
    found = leaver(uow, officer_id, office=office)
    written = demand_reason(reason)
    if found.erased:
        return False
    with uow.as_keeper().writing() as connection:
        erasing.erase_around(connection, officer_id, found.email)
        officers.change_officer(
            connection,
            officer_id,
            name=called,
            email=f"{officer_id}@{NOWHERE}",
            password_hash=None,
            active=False,
        )
        staff.note_staff(
            connection, "erased", officer_id, at=uow.now, by=uow.powers.officer, reason=written
        )
    return True

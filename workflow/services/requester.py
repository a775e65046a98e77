"""What the person behind a request may do with its access code, without an account."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from workflow.core.errors import UnknownCase
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot, Task
from workflow.services.access_codes import is_access_code
from workflow.services.public_view import TOLD, PublicCase, public_view
from workflow.services.throttle import admit, welcome
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.public import public_story, sealed_access_code


@dataclass(frozen=True, slots=True)
class Pass:
    """What a browser holds once the access code of one case was given."""

    number: str
    seal: str
    """Follows from the access code as it is kept, so that a new code ends old passes."""


@dataclass(frozen=True, slots=True)
class Requested:
    """A case as its requester sees it, with the questions to answer."""

    view: PublicCase
    case: CaseSnapshot
    questions: tuple[Task, ...]
    uow: UnitOfWork
    """In whose name the requester acts."""


def give_pass(uow: UnitOfWork, number: str, code: str, *, address: str) -> Pass:
    """Return the pass to a case for its access code.

    Raise `UnknownCase`, the same for a wrong number and a wrong code, or `TooManyAttempts`.
    """
    account = f"access code {number}"
    admit(uow, account, address)
    with uow.as_keeper().reading() as connection:
        kept = sealed_access_code(connection, number)
    right = is_access_code(kept[1] if kept else None, number, code)
    if kept is None or not right:
        raise UnknownCase(number=number)
    with uow.writing() as connection:
        welcome(connection, account, address)
    return Pass(number, _seal(kept[1]))


def as_holder(uow: UnitOfWork, held: Pass) -> UnitOfWork:
    """Return the unit of work in the name of whoever holds a pass; raise `UnknownCase`."""
    with uow.as_keeper().reading() as connection:
        kept = sealed_access_code(connection, held.number)
    if kept is None or not secrets.compare_digest(_seal(kept[1]), held.seal):
        raise UnknownCase(number=held.number)
    return uow.as_powers(Powers(guest="requester", guest_of=held.number))


def requested(uow: UnitOfWork, held: Pass) -> Requested:
    """Return the case of a pass with the questions asked of its requester; raise `UnknownCase`."""
    guest = as_holder(uow, held)
    loaded = guest.load(held.number)
    with guest.reading() as connection:
        tasks, lines = public_story(connection, loaded.case_id, TOLD)
    case = loaded.snapshot
    return Requested(
        view=public_view(case, tasks, lines, today=uow.today, reader=guest.powers),
        case=case,
        questions=tuple(t for t in case.tasks if t.request and t.request.of is None),
        uow=guest,
    )


def _seal(kept: str) -> str:
    return hashlib.sha256(f"pass:{kept}".encode()).hexdigest()[:32]

"""The second step of signing in: after the password, whatever else the officer proves it by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workflow.core.errors import Refusal
from workflow.services.factors import Proofs, check_code, proofs_of
from workflow.services.passkeys import Party, ask_passkey, check_passkey
from workflow.services.sealing import Sealer
from workflow.services.sign_in import Entrance, SignedIn, begin_session
from workflow.services.tokens import digest
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import sessions


class StepOver(Refusal):
    """The second factor was shown already, or too long after the password."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody who knows the password is asked for."""

    proofs: Proofs
    passkey: str
    """What the browser is to ask its keys for; empty where there is none."""


def asked(uow: UnitOfWork, token: str, *, party: Party) -> Asked:
    """Return what the second step asks for; raise `StepOver`."""
    officer_id = _officer(uow, token)
    proofs = proofs_of(uow, officer_id)
    passkey = ask_passkey(uow, token, proofs.passkeys, party=party) if proofs.passkeys else ""
    return Asked(proofs, passkey)


def show_code(
    uow: UnitOfWork, token: str, code: str, *, sealer: Sealer, entrance: Entrance
) -> SignedIn:
    """Begin the session of whoever shows the code of an app, or a recovery code.

    Raise `StepOver`, `TooManyAttempts` or `FactorRefused`.
    """
    return _finish(
        uow,
        token,
        entrance,
        lambda officer: check_code(uow, officer, code, sealer=sealer, address=entrance.address),
    )


def show_passkey(
    uow: UnitOfWork, token: str, answer: str, *, party: Party, entrance: Entrance
) -> SignedIn:
    """Begin the session of whoever holds a passkey; raise as `show_code` does."""
    return _finish(
        uow,
        token,
        entrance,
        lambda officer: check_passkey(
            uow, officer, token, answer, party=party, address=entrance.address
        ),
    )


def _finish(
    uow: UnitOfWork, token: str, entrance: Entrance, check: Callable[[int], None]
) -> SignedIn:
    officer_id = _officer(uow, token)
    check(officer_id)
    with uow.writing() as connection:
        over = sessions.end_halfway(connection, digest(token))
        if over is None:
            raise StepOver
        there = {"issuer": over.issuer, "elsewhere": over.elsewhere}
        return begin_session(connection, uow, officer_id, entrance=entrance, **there)


def _officer(uow: UnitOfWork, token: str) -> int:
    with uow.reading() as connection:
        officer_id = sessions.halfway(connection, digest(token), uow.now)
    if officer_id is None:
        raise StepOver
    return officer_id

"""Leaving with a provider of identity: who left it has left here what began by its word."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from workflow.services.openid.leaving import Farewell
from workflow.services.openid.refusals import ProofRefused
from workflow.services.sealing import Sealer
from workflow.services.throttle import admit_often
from workflow.services.tokens import digest
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import identities, sessions
from workflow.storage.attempts import Key, count_attempt

FAREWELLS: Final = 1_200
"""How often one address may say in a window that somebody left: a government goes home at six."""
WINDOW: Final = timedelta(minutes=10)


def admit_farewell(uow: UnitOfWork, address: str) -> None:
    """Count what is said from an address of people who left; raise `TooManyAttempts`."""
    admit_often(uow, "farewells", digest(address)[:32], most=FAREWELLS, window=WINDOW)


def left(uow: UnitOfWork, farewell: Farewell, *, title: str, sealer: Sealer) -> int:
    """End what began by the word of a provider with somebody who left it; return how many sessions.

    What it says of people whom nobody here knows ends nothing. Raise `ProofRefused` where it has
    said the same before.
    """
    issuer = farewell.issuer
    elsewhere = sessions_elsewhere(issuer, farewell.session, sealer)
    said = Key("farewell", digest(f"{len(issuer)}:{issuer}{farewell.token}")[:32])
    with uow.writing() as connection:
        if count_attempt(connection, said, uow.now).times > 1:
            raise ProofRefused(title, "said before")
        officer_id = None
        if farewell.subject:
            subjects = sealer.marks(farewell.subject, for_what=issuer)
            known = identities.identity(connection, issuer, subjects)
            if known is None:
                return 0
            officer_id = known.officer_id
        return sessions.end_sessions_left(
            connection, issuer, officer_id=officer_id, elsewhere=elsewhere
        )


def sessions_elsewhere(issuer: str, session: str, sealer: Sealer) -> tuple[str, ...]:
    """Return by what a session at a provider is recognised, today first; nothing without a name."""
    return sealer.marks(session, for_what=f"session at {issuer}") if session else ()

"""What officers prove themselves with besides the password: how it is added, checked and lost."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyotp
from sqlalchemy import Connection, Row

from workflow.core.errors import ReasonMissing, Refusal
from workflow.services.passwords import hash_password, matches
from workflow.services.personal import tell_person
from workflow.services.sealing import SealBrokenError, Sealer
from workflow.services.throttle import admit, welcome
from workflow.services.tokens import digest
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import factors as storage
from workflow.storage import officers, sessions, staff
from workflow.storage.factors import PASSKEY, TOTP

STEP: Final = 30
"""Seconds for which an app shows the same code (RFC 6238), and for which it is taken."""
CODES: Final = 8
LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_GROUPS: Final = 7
_OF: Final = 4
_LENGTHS: Final = (_GROUPS * _OF, 3 * _OF)
"""How long a recovery code is, and how long those are that were given before."""
LONGEST_NAME: Final = 60


class FactorRefused(Refusal):
    """The code or the key is not that of the officer, or was used before."""


class UnknownFactor(Refusal):
    """The officer has no such factor."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """What an officer may show besides the password."""

    factors: Sequence[Row[Any]]
    codes_left: int

    @property
    def has_app(self) -> bool:
        """Whether there is an app that shows codes."""
        return any(one.kind == TOTP for one in self.factors)

    @property
    def passkeys(self) -> list[Row[Any]]:
        """The passkeys and security keys."""
        return [one for one in self.factors if one.kind == PASSKEY]


def proofs_of(uow: UnitOfWork, officer_id: int) -> Proofs:
    """Return what an officer may show."""
    with uow.reading() as connection:
        codes = storage.recovery_codes(connection, officer_id)
        return Proofs(storage.factors_of(connection, officer_id), len(codes))


# --- Adding and removing -----------------------------------------------------------------------


def new_secret() -> str:
    """Return what an app and the installation share, as people may type it."""
    return pyotp.random_base32()


def offer_of(sealer: Sealer, secret: str, *, session: str) -> str:
    """Seal a secret for the page on which the app is tried, in one session."""
    return sealer.seal(secret, for_what=f"offer {digest(session)}")


def offered(sealer: Sealer, offer: str, *, session: str) -> str:
    """Return the secret of an offer; raise `FactorRefused` if it was made for nobody here."""
    try:
        return sealer.opened(offer, for_what=f"offer {digest(session)}")
    except SealBrokenError:
        raise FactorRefused from None


def keep_app(
    uow: UnitOfWork, officer_id: int, secret: str, code: str, *, name: str, sealer: Sealer
) -> tuple[str, ...]:
    """Add an app that shows the right code; return recovery codes if it is the first factor.

    Raise `FactorRefused`.
    """
    step = _step_of(uow, secret, code)
    if step is None:
        raise FactorRefused
    sealed = sealer.seal(secret, for_what=_owner(officer_id))
    return add(uow, officer_id, kind=TOTP, name=name, secret=sealed, counter=step)


def add(uow: UnitOfWork, officer_id: int, *, name: str, **values: object) -> tuple[str, ...]:
    """Keep a factor that was tried; return recovery codes if it is the first."""
    codes = recovery_codes()
    hashes = [hash_password(_plain(code)) for code in codes]
    name = " ".join(name.split())[:LONGEST_NAME]
    with uow.writing() as connection:
        first = not storage.has_factor(connection, officer_id)
        added = storage.add_factor(
            connection, officer_id=officer_id, name=name, created_at=uow.now, **values
        )
        if first:
            storage.replace_codes(connection, officer_id, hashes)
        _note(connection, uow, "factor_added", officer_id, key=str(added), name=name)
    return codes if first else ()


def remove(uow: UnitOfWork, officer_id: int, factor_id: int) -> None:
    """Let a factor of one's own prove nothing any more; raise `UnknownFactor`."""
    with uow.writing() as connection:
        gone = storage.drop_factor(connection, factor_id, officer_id=officer_id)
        if gone is None:
            raise UnknownFactor
        if not storage.has_factor(connection, officer_id):
            storage.replace_codes(connection, officer_id, ())
        _note(connection, uow, "factor_removed", officer_id, key=str(factor_id), name=gone.name)


def renew_codes(uow: UnitOfWork, officer_id: int) -> tuple[str, ...]:
    """Return new recovery codes; those before them work no more. Raise `UnknownFactor`."""
    codes = recovery_codes()
    hashes = [hash_password(_plain(code)) for code in codes]
    with uow.writing() as connection:
        if not storage.has_factor(connection, officer_id):
            raise UnknownFactor
        storage.replace_codes(connection, officer_id, hashes)
    return codes


def reset(uow: UnitOfWork, officer_id: int, reason: str) -> None:
    """Take every factor from somebody who lost theirs, and sign them out everywhere.

    Whoever may do so is for the caller to see to. Raise `ReasonMissing` or `UnknownFactor`.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    with uow.writing() as connection:
        if not storage.drop_factors(connection, officer_id):
            raise UnknownFactor
        sessions.end_sessions_of(connection, officer_id)
        by = officers.contact(connection, uow.powers.officer) if uow.powers.officer else None
        facts = {"reason": reason, "name": by.name if by else ""}
        _note(connection, uow, "factor_reset", officer_id, key=uow.now.isoformat(), **facts)


# --- Checking ----------------------------------------------------------------------------------


def check_code(
    uow: UnitOfWork, officer_id: int, code: str, *, sealer: Sealer, address: str
) -> None:
    """Take the code of an app, or a recovery code, once; raise `FactorRefused`.

    Guessing costs as at sign-in: raise `TooManyAttempts`.
    """
    account = attempts_at(officer_id)
    admit(uow, account, address)
    typed = _plain(code)
    if not (_app_shows(uow, officer_id, typed, sealer) or _recovers(uow, officer_id, typed)):
        raise FactorRefused
    with uow.writing() as connection:
        welcome(connection, account, address)


def attempts_at(officer_id: int) -> str:
    """Return under what attempts to show the second factor of an officer count."""
    return f"second factor {officer_id}"


def _app_shows(uow: UnitOfWork, officer_id: int, code: str, sealer: Sealer) -> bool:
    with uow.reading() as connection:
        apps = storage.factors_of(connection, officer_id, kind=TOTP)
    for app in apps:
        try:
            secret = sealer.opened(app.secret, for_what=_owner(officer_id))
        except SealBrokenError:
            continue  # the key of the installation is another: this app proves nothing any more
        step = _step_of(uow, secret, code, after=app.counter)
        if step is not None:
            with uow.writing() as connection:
                _seal_anew(connection, app, secret, sealer)
                return storage.count_on(connection, app, step, at=uow.now)
    return False


def _seal_anew(connection: Connection, app: Row[Any], secret: str, sealer: Sealer) -> bool:
    """Seal the secret of an app by the key of today, if it is not."""
    if sealer.is_as_today(app.secret):
        return False
    storage.seal_anew(connection, app, sealer.seal(secret, for_what=_owner(app.officer_id)))
    return True


@dataclass(frozen=True, slots=True)
class SealedAnew:
    """What became of the secrets of apps."""

    anew: int
    as_before: int
    """How many were sealed by the key of today already."""
    unreadable: int
    """How many no known key opens: those apps prove nothing."""


def seal_all_anew(uow: UnitOfWork, sealer: Sealer) -> SealedAnew:
    """Seal the secrets of all apps by the key of today, so that former keys may be forgotten."""
    anew, unreadable = 0, 0
    with uow.writing() as connection:
        apps = storage.apps(connection)
        for app in apps:
            try:
                secret = sealer.opened(app.secret, for_what=_owner(app.officer_id))
            except SealBrokenError:
                unreadable += 1
                continue
            anew += _seal_anew(connection, app, secret, sealer)
    return SealedAnew(anew, len(apps) - anew - unreadable, unreadable)


def _step_of(uow: UnitOfWork, secret: str, code: str, *, after: int = 0) -> int | None:
    """Return the present step of time if a code is that of it and not yet used."""
    step = int(uow.now.timestamp()) // STEP
    shown = pyotp.TOTP(secret).generate_otp(step).encode()
    right = hmac.compare_digest(shown, code.replace(" ", "").encode())
    return step if right and step > after else None


def _recovers(uow: UnitOfWork, officer_id: int, typed: str) -> bool:
    if len(typed) not in _LENGTHS:
        return False
    with uow.reading() as connection:
        kept = storage.recovery_codes(connection, officer_id)
    found = next((one for one in kept if matches(one.code_hash, typed)), None)
    if found is None:
        return False
    with uow.writing() as connection:
        return storage.use_code(connection, found.id)


def recovery_codes() -> tuple[str, ...]:
    """Return codes to be kept on paper, each of 140 bits."""
    return tuple(_recovery_code() for _ in range(CODES))


def _recovery_code() -> str:
    groups = ("".join(secrets.choice(LETTERS) for _ in range(_OF)) for _ in range(_GROUPS))
    return "-".join(groups)


def _plain(code: str) -> str:
    """Return a code as it counts, however it was typed."""
    return "".join(code.split()).replace("-", "").upper()


def _owner(officer_id: int) -> str:
    return f"app of {officer_id}"


def _note(
    connection: Connection, uow: UnitOfWork, kind: str, officer_id: int, *, key: str, **facts: str
) -> None:
    """Write what was done into the officer's history, and have them told."""
    staff.note_staff(connection, kind, officer_id, at=uow.now, by=uow.powers.officer, **facts)
    tell_person(connection, officer_id, kind, key=f"{kind}:{officer_id}:{key}", params=facts)

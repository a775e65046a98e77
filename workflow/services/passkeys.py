"""Passkeys and security keys as a second factor (Web Authentication Level 2)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from workflow.services.factors import FactorRefused, add, attempts_at
from workflow.services.throttle import admit, welcome
from workflow.services.tokens import digest
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import factors as storage
from workflow.storage import sessions
from workflow.storage.factors import PASSKEY


@dataclass(frozen=True, slots=True)
class Party:
    """The installation as browsers and keys know it: a key answers to no other."""

    host: str
    origin: str
    name: str


def offer_passkey(uow: UnitOfWork, officer_id: int, email: str, *, party: Party, token: str) -> str:
    """Return what a browser needs to make a passkey for an officer, once, in a session."""
    with uow.reading() as connection:
        known = storage.factors_of(connection, officer_id, kind=PASSKEY)
    options = generate_registration_options(
        rp_id=party.host,
        rp_name=party.name,
        user_name=email,
        user_id=digest(f"passkeys of {officer_id} at {party.host}").encode(),
        exclude_credentials=_descriptors(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    _remember(uow, token, options.challenge)
    return options_to_json(options)


def keep_passkey(
    uow: UnitOfWork, officer_id: int, answer: str, *, name: str, party: Party, token: str
) -> tuple[str, ...]:
    """Add the passkey that a browser made; return recovery codes if it is the first factor.

    Raise `FactorRefused`.
    """
    challenge = _expected(uow, token)
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
        )
        return add(
            uow,
            officer_id,
            kind=PASSKEY,
            name=name,
            secret=bytes_to_base64url(made.credential_public_key),
            credential=bytes_to_base64url(made.credential_id),
            counter=made.sign_count,
        )
    except (WebAuthnException, ValueError, TypeError, LookupError, IntegrityError) as error:
        raise FactorRefused from error


def ask_passkey(uow: UnitOfWork, token: str, keys: Sequence[Row[Any]], *, party: Party) -> str:
    """Return what a browser is to ask the keys of an officer for, once."""
    options = generate_authentication_options(
        rp_id=party.host,
        allow_credentials=_descriptors(keys),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    _remember(uow, token, options.challenge)
    return options_to_json(options)


def check_passkey(
    uow: UnitOfWork, officer_id: int, token: str, answer: str, *, party: Party, address: str
) -> None:
    """Take what a key has signed, once; raise `FactorRefused` or `TooManyAttempts`.

    A key that says it has signed no more often than before has been copied, and is refused.
    """
    account = attempts_at(officer_id)
    admit(uow, account, address)
    challenge = _expected(uow, token)
    with uow.reading() as connection:
        keys = storage.factors_of(connection, officer_id, kind=PASSKEY)
    try:
        named = json.loads(answer)["id"]
        key = next(one for one in keys if one.credential == named)
        shown = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=_bytes(key.secret),
            credential_current_sign_count=key.counter,
        )
    except (WebAuthnException, ValueError, TypeError, LookupError, StopIteration) as error:
        raise FactorRefused from error
    with uow.writing() as connection:
        if not storage.count_on(connection, key, shown.new_sign_count, at=uow.now):
            raise FactorRefused
        welcome(connection, account, address)


def _descriptors(keys: Sequence[Row[Any]]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=_bytes(key.credential)) for key in keys]


def _remember(uow: UnitOfWork, token: str, challenge: bytes) -> None:
    with uow.writing() as connection:
        sessions.keep_challenge(connection, digest(token), bytes_to_base64url(challenge))


def _expected(uow: UnitOfWork, token: str) -> bytes:
    """Return what was to be signed, which is not accepted twice; raise `FactorRefused`."""
    with uow.writing() as connection:
        challenge = sessions.take_challenge(connection, digest(token))
    if challenge is None:
        raise FactorRefused
    return _bytes(challenge)


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

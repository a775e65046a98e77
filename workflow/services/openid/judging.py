"""Believes an ID token, or does not (OpenID Connect Core 1.0, 3.1.3.7; RFC 9700)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from math import isfinite
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from workflow.catalogue.providers import Provider
from workflow.services.openid.refusals import ClocksApart, ProofRefused, ProviderAway
from workflow.services.openid.talking import Attempt, Talk

KINDS: Final = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(("ES256", "ES384", "ES512"), "EC"),
    **dict.fromkeys(("EdDSA", "Ed25519"), "OKP"),
}
"""How a token may be signed, each by its kind of key: never by a secret, never not at all."""
LEEWAY: Final = timedelta(seconds=60)
LONGEST: Final = 255
"""Letters of a subject (OpenID Connect Core 1.0, 2)."""


@dataclass(frozen=True, slots=True)
class Proven:
    """Who somebody is, by the word of a provider."""

    issuer: str
    subject: str
    level: str = ""
    strong: bool = False
    """Whether more than a password was shown, as far as the installation believes it."""
    email: str = ""
    """In lower case, and only if the provider has verified it."""
    session: str = ""
    """The session there, where the provider names it, so that it may say when that has ended."""


def prove(
    talk: Talk, code: str, attempt: Attempt, *, now: datetime, since: datetime | None
) -> Proven:
    """Return who somebody is whom the provider gave a code; raise what `judge` raises."""
    given = talk.token_for(code, attempt, now)
    proven = judge(talk, given, nonce=attempt.nonce, now=now, since=since)
    if proven.email or not talk.provider.links_invited:
        return proven
    with suppress(ProviderAway):  # without an address there is still the link
        told = talk.about(str(given.get("access_token", "")), now)
        if told.get("sub") == proven.subject:
            return replace(proven, email=verified_email(told))
    return proven


def demand_issuer(talk: Talk, named: str | None, now: datetime) -> None:
    """Refuse the answer of another provider than was asked (RFC 9207); raise `ProofRefused`."""
    names_itself = talk.metadata(now).get("authorization_response_iss_parameter_supported")
    if named != talk.provider.issuer and (named is not None or names_itself):
        raise ProofRefused(talk.provider.title, "iss")


def judge(
    talk: Talk, given: Mapping[str, Any], *, nonce: str, now: datetime, since: datetime | None
) -> Proven:
    """Return of whom a token speaks; raise `ProofRefused`, `ClocksApart` or `ProviderAway`.

    `since` is when they were asked to prove it afresh, where they were.
    """
    provider = talk.provider
    claims = signed(talk, given["id_token"], now)
    _judge_claims(provider, claims, given, nonce)
    _judge_times(provider, claims, now)
    if since is not None:
        proven_at = claims.get("auth_time")
        if not is_instant(proven_at) or proven_at < (since - LEEWAY).timestamp():
            raise ProofRefused(provider.title, "not afresh")
    level = reduce(_inner, provider.level_claim.split("."), claims)
    methods = claims.get("amr")
    said = {claims.get("acr"), level, *(methods if isinstance(methods, list) else ())}
    return Proven(
        issuer=provider.issuer,
        subject=claims["sub"],
        level=level if isinstance(level, str) else "",
        strong=any(one in provider.second_factor for one in said if isinstance(one, str)),
        email=verified_email(claims),
        session=session_named(claims),
    )


def verified_email(claims: Mapping[str, Any]) -> str:
    """Return the address that a provider has verified, or nothing."""
    address = claims.get("email")
    believed = claims.get("email_verified") in (True, "true")
    return address.strip().lower() if believed and isinstance(address, str) else ""


def session_named(claims: Mapping[str, Any]) -> str:
    """Return the session at the provider of which a token speaks, or nothing."""
    name = claims.get("sid")
    return name if isinstance(name, str) and len(name) <= LONGEST else ""


def signed(talk: Talk, token: str, now: datetime) -> CodeIDToken:
    """Return what a token says, if the provider signed it; raise `ProofRefused`, `ProviderAway`."""
    title = talk.provider.title
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError):
        raise ProofRefused(title, "malformed") from None
    algorithm, name = header.get("alg"), header.get("kid")
    offered = talk.metadata(now).get("id_token_signing_alg_values_supported", ["RS256"])
    if not isinstance(algorithm, str) or algorithm not in KINDS or algorithm not in offered:
        raise ProofRefused(title, "algorithm")
    keys = talk.keys(now, unlike=name if isinstance(name, str) else None)
    fitting = [
        key
        for key in keys
        if key.get("kty") == KINDS[algorithm] and (name is None or key.get("kid") == name)
    ]
    if len(fitting) != 1:
        raise ProofRefused(title, "key")
    try:
        read = jwt.decode(token, import_key(dict(fitting[0])), algorithms=[algorithm])
    except (JoseError, ValueError, TypeError, KeyError):  # a curve that nobody knows: `KeyError`
        raise ProofRefused(title, "signature") from None
    return CodeIDToken(read.claims, dict(read.header))


def _judge_claims(
    provider: Provider, claims: CodeIDToken, given: Mapping[str, Any], nonce: str
) -> None:
    """Refuse a token of another, for another, of another attempt or about nobody."""
    claims.params = {
        "client_id": provider.client_id,
        "nonce": nonce,
        "access_token": given.get("access_token"),
    }
    try:
        for name in ("nonce", "azp", "at_hash", "amr", "auth_time"):
            getattr(claims, f"validate_{name}")()
    except (JoseError, ValueError, TypeError) as error:
        raise ProofRefused(provider.title, "claims") from error
    if claims.get("iss") != provider.issuer:
        raise ProofRefused(provider.title, "issuer")
    # One for others besides us might have been given to one of them.
    if claims.get("aud") not in (provider.client_id, [provider.client_id]):
        raise ProofRefused(provider.title, "audience")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST:
        raise ProofRefused(provider.title, "subject")


def _judge_times(provider: Provider, claims: CodeIDToken, now: datetime) -> None:
    ends, begun, not_before = (claims.get(name) for name in ("exp", "iat", "nbf"))
    if not is_instant(ends) or not is_instant(begun):
        raise ProofRefused(provider.title, "times")
    early = max(begun, not_before if is_instant(not_before) else begun)
    if ends <= (now - LEEWAY).timestamp() or early > (now + LEEWAY).timestamp():
        raise ClocksApart(provider.title)


def is_instant(value: object) -> bool:
    """Say whether a claim is a number of seconds: JSON lets NaN through, which never ends."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _inner(claims: object, name: str) -> object:
    return claims.get(name) if isinstance(claims, Mapping) else None

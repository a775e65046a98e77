"""Believes a provider that somebody has left it (OpenID Connect Back-Channel Logout 1.0, 2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from authlib.oidc.core import CodeIDToken

from workflow.catalogue.providers import Provider
from workflow.services.openid.judging import LEEWAY, LONGEST, is_instant, session_named, signed
from workflow.services.openid.refusals import ClocksApart, ProofRefused
from workflow.services.openid.talking import Talk

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
KINDS: Final = frozenset({"logout+jwt", "application/logout+jwt"})
"""What a token calls itself, in small letters, so that no other is taken for it."""
UNTYPED: Final = "jwt"
"""What a token is called that says no more than that it is one."""
HOLDS: Final = timedelta(minutes=10)
"""How long after it was made a token is believed, whatever end it names itself."""
LARGEST: Final = 16_000
"""Letters of a token that are looked at."""


@dataclass(frozen=True, slots=True)
class Farewell:
    """Somebody who has left a provider, by its word: all their sessions there, or one."""

    issuer: str
    token: str
    """By what the provider names this word, which it says once."""
    subject: str = ""
    session: str = ""


def judge_farewell(talk: Talk, token: str, *, now: datetime) -> Farewell:
    """Return who has left by the word of a provider.

    Raise `ProofRefused`, `ClocksApart` or `ProviderAway`.
    """
    title = talk.provider.title
    if len(token) > LARGEST:
        raise ProofRefused(title, "malformed")
    claims = signed(talk, token, now)
    if not _is_of_its_kind(claims.header.get("typ"), untyped=talk.provider.untyped_farewells):
        raise ProofRefused(title, "kind")
    if claims.get("iss") != talk.provider.issuer:
        raise ProofRefused(title, "issuer")
    if not _is_meant_for_us(talk.provider, claims.get("aud")):
        raise ProofRefused(title, "audience")
    events = claims.get("events")
    # A nonce is of somebody who comes in: with one it might be taken for an ID token, and back.
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict) or "nonce" in claims:
        raise ProofRefused(title, "event")
    _judge_times(talk, claims, now)
    named = {name: claims.get(name) for name in ("jti", "sub", "sid")}
    if any(not _is_name(value) for value in named.values() if value is not None):
        raise ProofRefused(title, "names")
    subject, session = named["sub"] or "", session_named(claims)
    if not named["jti"] or not (subject or session):
        raise ProofRefused(title, "names")
    return Farewell(talk.provider.issuer, named["jti"], subject, session)


def _is_of_its_kind(named: object, *, untyped: bool) -> bool:
    """Say whether a token calls itself a farewell, or no more than a token where that will do."""
    if named is None:
        return untyped
    kind = str(named).lower()
    return kind in KINDS or (untyped and kind == UNTYPED)


def _is_meant_for_us(provider: Provider, audience: object) -> bool:
    """Say whether we are named, and beside us none but those whom the settings trust."""
    named = audience if isinstance(audience, list) else [audience]
    if not all(isinstance(one, str) for one in named):
        return False
    return provider.client_id in named and provider.farewells_also_to >= {*named} - {
        provider.client_id
    }


def _judge_times(talk: Talk, claims: CodeIDToken, now: datetime) -> None:
    made, ends = claims.get("iat"), claims.get("exp")
    if not is_instant(made) or not (ends is None or is_instant(ends)):
        raise ProofRefused(talk.provider.title, "times")
    over = min(made + HOLDS.total_seconds(), made + HOLDS.total_seconds() if ends is None else ends)
    early, late = (now + LEEWAY).timestamp(), (now - LEEWAY).timestamp()
    if made > early or over <= late:
        raise ClocksApart(talk.provider.title)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST

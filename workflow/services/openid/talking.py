"""Talks with a provider of identity: what it is like, its keys, and the code for a token."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from workflow.catalogue.providers import LOOPBACK, Provider
from workflow.services.openid.bounded import WHOLE, bounded
from workflow.services.openid.refusals import ProofRefused, ProviderAway
from workflow.services.tokens import digest

AT_ONCE: Final = 4
"""How many of a process speak to a provider at the same time: the other threads stay free."""
TURN: Final = 1.0
"""Seconds that one waits to be among them."""
KEPT: Final = timedelta(hours=1)
"""How long what a provider is like, and its keys, are believed without asking again."""
ASKED_AGAIN: Final = timedelta(seconds=30)
"""How soon it may be asked again: for a key that is new, or after it did not answer."""
RESTS: Final = timedelta(seconds=5)
"""How long one that did not answer at all is left alone, so that nobody else waits for it."""
BUSY: Final = "away: busy"
WELL_KNOWN: Final = "/.well-known/openid-configuration"
ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL: Final = ("end_session_endpoint", "userinfo_endpoint")


@dataclass(slots=True)
class _Kept:
    """What a provider said, and when."""

    said: Mapping[str, Any]
    at: datetime
    tried_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt is known by, each made of the token that only the browser keeps."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str

    @classmethod
    def of(cls, token: str, redirect_uri: str) -> Attempt:
        """Return what belongs to a token; none of it tells the token, or one of the others."""
        state, nonce, verifier = (digest(f"{one} of {token}") for one in ("state", "nonce", "pkce"))
        return cls(state, nonce, verifier, redirect_uri)


class Talk:
    """All that is said to one provider; one for the process, shared by its threads."""

    def __init__(self, provider: Provider, *, patience: float = WHOLE) -> None:
        self.provider = provider
        self._patience = patience
        self._kept: dict[str, _Kept] = {}
        self._down_since: dict[str, datetime] = {}
        self._noting = threading.Lock()
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    # --- What it is like ---------------------------------------------------------------------

    def metadata(self, now: datetime) -> Mapping[str, Any]:
        """Return what the provider says of itself; raise `ProviderAway`."""
        address = self.provider.issuer.rstrip("/") + WELL_KNOWN
        found = self._get(address, now)
        # OpenID Connect Discovery 1.0, 4.3: another's name here would be a mix-up.
        if found.get("issuer") != self.provider.issuer:
            raise self._away("metadata of another issuer")
        for name in (*ENDPOINTS, *OPTIONAL):
            named = found.get(name)
            if (name in ENDPOINTS or named) and not self._may_ask(named):
                raise self._away(f"no usable {name}")
        if "S256" not in found.get("code_challenge_methods_supported", ["S256"]):
            raise self._away("no S256")
        return found

    def keys(self, now: datetime, *, unlike: str | None = None) -> list[Mapping[str, Any]]:
        """Return the public keys of the provider; raise `ProviderAway`.

        They are asked for again where the key named `unlike` is not among those known.
        """
        address = self.metadata(now)["jwks_uri"]
        found = _listed(self._get(address, now))
        if unlike is not None and all(key.get("kid") != unlike for key in found):
            found = _listed(self._get(address, now, after=ASKED_AGAIN))
        return found

    # --- Going there and coming back -----------------------------------------------------------

    def address_for(self, attempt: Attempt, now: datetime, *, afresh: bool = False) -> str:
        """Return where the browser goes to prove who somebody is, `afresh` with all it takes."""
        asked: dict[str, Any] = {"nonce": attempt.nonce}
        if self.provider.acr_values:
            asked["acr_values"] = " ".join(self.provider.acr_values)
        if afresh:
            asked |= {"prompt": "login", "max_age": 0}
        endpoint = self.metadata(now)["authorization_endpoint"]
        with self._client(attempt, now) as client:
            address, _ = client.create_authorization_url(
                endpoint, state=attempt.state, code_verifier=attempt.verifier, **asked
            )
        return str(address)

    def token_for(self, code: str, attempt: Attempt, now: datetime) -> Mapping[str, Any]:
        """Return what the provider gives for a code; raise `ProviderAway` or `ProofRefused`."""
        endpoint = self.metadata(now)["token_endpoint"]
        try:
            with self._client(attempt, now) as client, self._turn():
                given = bounded(client, whole=self._patience).fetch_token(
                    endpoint,
                    code=code,
                    grant_type="authorization_code",
                    code_verifier=attempt.verifier,
                    allow_redirects=False,
                )
        except AuthlibBaseError as error:
            # Of a code that it does not know, or gave a token for before, it says no more.
            raise ProofRefused(self.provider.title, "code") from error
        except (requests.RequestException, ValueError) as error:
            raise self._away(type(error).__name__) from error
        if not isinstance(given, dict) or not isinstance(given.get("id_token"), str):
            raise ProofRefused(self.provider.title, "no token")
        return given

    def about(self, access_token: str, now: datetime) -> Mapping[str, Any]:
        """Return what the provider tells of the person beside the token, perhaps nothing."""
        address = self.metadata(now).get("userinfo_endpoint")
        if not address or not access_token:
            return {}
        with self._turn():
            return self._ask(address, bearer=access_token)

    def way_out(self, now: datetime, *, back: str) -> str:
        """Return where one leaves the provider itself; empty where it has no such place."""
        address = self.metadata(now).get("end_session_endpoint")
        if not address:
            return ""
        asked = {"client_id": self.provider.client_id, "post_logout_redirect_uri": back}
        return str(requests.Request("GET", address, params=asked).prepare().url)

    def _client(self, attempt: Attempt, now: datetime) -> OAuth2Session:
        known = self.metadata(now).get("token_endpoint_auth_methods_supported")
        basic = not known or "client_secret_basic" in known
        return OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret,
            scope=" ".join(self.provider.scopes),
            redirect_uri=attempt.redirect_uri,
            token_endpoint_auth_method="client_secret_basic" if basic else "client_secret_post",
            code_challenge_method="S256",
        )

    # --- Asking ------------------------------------------------------------------------------

    def _get(self, address: str, now: datetime, *, after: timedelta = KEPT) -> Mapping[str, Any]:
        """Return what stands at an address, as it was said at most `after` ago."""
        with self._noting:
            kept = self._kept.get(address)
            if kept and (now - kept.at < after or now - kept.tried_at < ASKED_AGAIN):
                return kept.said
            if kept is None and now - self._down_since.get(address, now - RESTS) < RESTS:
                raise self._away("resting")
            if kept:
                kept.tried_at = now  # what it said before serves others until it answers again
        try:
            with self._turn():
                said = self._ask(address)
        except ProviderAway as away:
            if kept:
                return kept.said
            if away.why != BUSY:
                self._down_since[address] = now
            raise
        self._kept[address] = _Kept(said, now, now)
        return said

    def _ask(self, address: str, *, bearer: str = "") -> Mapping[str, Any]:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        try:
            with bounded(requests.Session(), whole=self._patience) as session:
                answer = session.get(address, headers=headers, allow_redirects=False)
                found = answer.json() if answer.status_code == 200 else None
        except (requests.RequestException, ValueError) as error:
            raise self._away(type(error).__name__) from error
        if not isinstance(found, dict):
            raise self._away("unreadable answer")
        return found

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Speak while few others do; raise `ProviderAway` where they keep it busy."""
        if not self._turns.acquire(timeout=TURN):
            raise ProviderAway(self.provider.title, BUSY)
        try:
            yield
        finally:
            self._turns.release()

    def _may_ask(self, address: object) -> bool:
        """Say whether an address is safe to be asked: only a provider here needs no TLS."""
        if not isinstance(address, str):
            return False
        here = urlsplit(self.provider.issuer).hostname in LOOPBACK
        parts = urlsplit(address)
        return parts.scheme == "https" or (here and parts.hostname in LOOPBACK)

    def _away(self, why: str) -> ProviderAway:
        return ProviderAway(self.provider.title, f"away: {why}")


def _listed(keys: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = keys.get("keys")
    listed = found if isinstance(found, list) else []
    return [key for key in listed if isinstance(key, dict) and key.get("use", "sig") == "sig"]

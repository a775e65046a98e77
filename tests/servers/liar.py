"""A provider of identity that tells what a test wants, truth or lies, and signs it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.servers.identity import CLIENT, SECRET
from tests.servers.ports import LOOPBACK


def nothing(claims: dict[str, Any]) -> None:
    """Change nothing of what is true."""


@dataclass(slots=True)
class Liar:
    """The provider, what it knows, and how it lies."""

    issuer: str = ""
    keys: list[RSAKey] = field(default_factory=lambda: [_key("first")])
    lie: Callable[[dict[str, Any]], None] = nothing
    """Changes the claims of a token before it is signed."""
    algorithm: str = "RS256"
    metadata: dict[str, Any] = field(default_factory=dict)
    """What it says of itself otherwise than what is true."""
    asked: dict[str, list[str]] = field(default_factory=dict)
    """What it was last asked by the browser."""
    session: str = "the first"
    """What it calls the session that somebody has with it."""
    drips: str = ""
    """In which part of its answers, "header" or "body", it says a byte now and then for ever."""
    padding: int = 0
    """How many bytes of nothing come before what it says."""
    codes: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    """How often each of its addresses was asked."""

    def answer(self, there: str, **otherwise: str) -> dict[str, str]:
        """Take where somebody is sent; return what they bring back, or something else."""
        self.asked = parse_qs(urlsplit(there).query)
        code = f"code {len(self.counts)} {time.monotonic_ns()}"
        self.codes.add(code)
        true = {"code": code, "state": self.asked["state"][0], "iss": self.issuer}
        return {k: v for k, v in {**true, **otherwise}.items() if v}

    def described(self) -> dict[str, Any]:
        """Return what it says of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            **self.metadata,
        }

    def token(self, form: dict[str, list[str]], secret: str) -> tuple[int, dict[str, Any]]:
        """Return what it gives for a code: once, and to who began the attempt."""
        verifier = form.get("code_verifier", [""])[0]
        challenge = _spelled(hashlib.sha256(verifier.encode()).digest())
        code = form.get("code", [""])[0]
        if code not in self.codes or challenge != self.asked["code_challenge"][0]:
            return 400, {"error": "invalid_grant"}
        if secret != f"{CLIENT}:{SECRET}":
            return 401, {"error": "invalid_client"}
        self.codes.remove(code)
        return 200, {"access_token": "any", "token_type": "Bearer", "id_token": self._signed()}

    def _signed(self) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "helena", "iat": now, "exp": now + 300}
        claims |= {"nonce": self.asked["nonce"][0], "acr": "gold", "sid": self.session}
        return self._sealed(claims)

    def farewell(self, kind: str | None = "logout+jwt") -> str:
        """Return its word that somebody has left it, true but for the lie; None names no kind."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120}
        claims |= {"jti": secrets.token_hex(8), "sub": "helena", "sid": self.session}
        claims |= {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}
        return self._sealed(claims, typ=kind) if kind else self._sealed(claims)

    def _sealed(self, claims: dict[str, Any], **named: str) -> str:
        self.lie(claims)
        key = self.keys[-1]
        header = {"alg": self.algorithm, "kid": key.kid, **named}
        if self.algorithm == "RS256":
            return jwt.encode(header, claims, key, default_type=None)
        signed = ".".join(_spelled(json.dumps(part).encode()) for part in (header, claims))
        # The oldest trick: the public key, which everybody has, taken for a secret.
        public = key.as_pem(private=False)
        mark = hmac.digest(public, signed.encode(), "sha256") if self.algorithm != "none" else b""
        return f"{signed}.{_spelled(mark)}"


def _drip(listener: BufferedIOBase) -> None:
    with suppress(OSError):
        for _ in range(400):
            listener.write(b" ")
            time.sleep(0.05)


def _spelled(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, parameters={"kid": name, "use": "sig"}, private=True)


def new_key(name: str) -> RSAKey:
    """Make a key by which a provider may sign next."""
    return _key(name)


@contextmanager
def liar() -> Iterator[Liar]:
    """Run one on this machine while the block runs."""
    told = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/keys":
                self._say(200, {"keys": [key.as_dict(private=False) for key in told.keys]})
            else:
                self._say(200, told.described())

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            form = parse_qs(self.rfile.read(length).decode())
            basic = self.headers.get("Authorization", "Basic ").partition(" ")[2]
            self._say(*told.token(form, base64.b64decode(basic).decode()))

        def _say(self, status: int, said: dict[str, Any]) -> None:
            told.counts[self.path] = told.counts.get(self.path, 0) + 1
            body = b" " * told.padding + json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if told.drips == "header":
                self.send_header("X-Long", "")
                self.flush_headers()
            else:
                self.end_headers()
            _drip(self.wfile) if told.drips else self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing among the tests."""

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        server.daemon_threads = True
        told.issuer = f"http://{LOOPBACK}:{server.server_address[1]}"
        running = threading.Thread(target=server.serve_forever, args=(0.02,))
        running.start()
        try:
            yield told
        finally:
            server.shutdown()
            running.join()

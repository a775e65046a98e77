"""A security key in software, which signs as a browser's would, and lies when told to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url as b64

USER_PRESENT, HAS_KEY = 0x01, 0x40
ES256, EC2, P256 = -7, 2, 1


@dataclass(slots=True)
class SecurityKey:
    """One key that answers to one origin."""

    host: str = "localhost"
    origin: str = "http://localhost"
    counter: int = 0
    id: bytes = b"a key of the tests"
    _private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: str) -> str:
        """Answer what a browser is asked for to make a key."""
        data = self._data(USER_PRESENT | HAS_KEY) + bytes(16) + len(self.id).to_bytes(2)
        attested = {"fmt": "none", "attStmt": {}, "authData": data + self.id + self._public()}
        return self._answer("create", options, attestationObject=cbor2.dumps(attested))

    def sign(self, options: str) -> str:
        """Answer what a browser is asked for to sign in."""
        self.counter += 1
        data, client = self._data(USER_PRESENT), self._client("get", options)
        signed = self._private.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer("get", options, authenticatorData=data, signature=signed)

    def _data(self, flags: int) -> bytes:
        return sha256(self.host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4)

    def _public(self) -> bytes:
        point = self._private.public_key().public_numbers()
        x, y = point.x.to_bytes(32), point.y.to_bytes(32)
        return cbor2.dumps({1: EC2, 3: ES256, -1: P256, -2: x, -3: y})

    def _client(self, how: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        said = {"type": f"webauthn.{how}", "challenge": challenge, "origin": self.origin}
        return json.dumps(said).encode()

    def _answer(self, how: str, options: str, **parts: bytes) -> str:
        client = self._client(how, options)
        response = {name: b64(part) for name, part in {**parts, "clientDataJSON": client}.items()}
        named = {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key"}
        return json.dumps({**named, "response": response, "clientExtensionResults": {}})

"""Salts of personal values, drawn from one seed so that deciding an act stays pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from workflow.core.canonical import commitment
from workflow.core.events import Private
from workflow.core.fields import Field


class Salt:
    """Puts personal values aside and leaves in history what stands for them."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._used = 0

    def commit(self, value: object, private: dict[str, Private]) -> dict[str, str]:
        """Put a personal value aside and return what stands for it in history."""
        self._used += 1
        salt = hashlib.sha256(self._seed + self._used.to_bytes(4, "big")).hexdigest()[:32]
        sealed = commitment(salt, value)
        private[sealed] = Private(salt, value)
        return {"commitment": sealed}

    def protect(
        self, values: Mapping[str, Any], fields: Mapping[str, Field], private: dict[str, Private]
    ) -> dict[str, Any]:
        """Return field values as history may keep them, the personal ones put aside."""
        body: dict[str, Any] = {}
        for key, value in values.items():
            field = fields.get(key)
            personal = field is not None and field.personal and value is not None
            body[key] = self.commit(value, private) if personal else value
        return body

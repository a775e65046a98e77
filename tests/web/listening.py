"""Hears what this process logs, as an installation writes it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from web.watch.lines import JsonLines


class Heard(io.StringIO):
    """The lines that were logged."""

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def said(self, what: str) -> list[dict]:
        return [line for line in self.lines if line["said"] == what]


@contextmanager
def heard() -> Iterator[Heard]:
    """Listen to everything that is logged while the block lasts."""
    found, root = Heard(), logging.getLogger()
    handler, level = logging.StreamHandler(found), root.level
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield found
    finally:
        root.removeHandler(handler)
        root.setLevel(level)

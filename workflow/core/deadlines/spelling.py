"""A counting rule as plain JSON values and back, for storage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import time
from typing import Any

from workflow.core.deadlines.rules import (
    Ground,
    OutageEffect,
    PauseMode,
    Roll,
    Rule,
    StartMoves,
    StartsOn,
)
from workflow.core.terms import Term, parse_term


def _grounds(written: list[str]) -> frozenset[Ground]:
    return frozenset(map(Ground, written))


def _term(written: str | None) -> Term | None:
    return parse_term(written) if written else None


_READERS: dict[str, Callable[[Any], object]] = {
    "term": _term,
    "longest_extension": _term,
    "starts_on": StartsOn,
    "start_moves": StartMoves,
    "roll": Roll,
    "roll_before": Roll,
    "outage": OutageEffect,
    "pause_mode": PauseMode,
    "suspended_by": _grounds,
    "interrupted_by": _grounds,
    "due_time": time.fromisoformat,
}


_LEFT_OUT = ("roll_before", "clear_days", "least_outage_minutes", "resumption_counts")
"""Written only where they differ from the default, so that rules kept before still compare."""


def spell_rule(rule: Rule) -> dict[str, Any]:
    """Write a rule as JSON values."""
    written = {part.name: getattr(rule, part.name) for part in fields(rule)}
    usual = {part.name: part.default for part in fields(rule) if part.name in _LEFT_OUT}
    return {
        name: _spell(value)
        for name, value in written.items()
        if name not in usual or value != usual[name]
    }


def _spell(value: Any) -> Any:  # noqa: ANN401 - any part of a rule
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, time):
        return value.isoformat()
    return str(value) if isinstance(value, Term | str) else value


def read_rule(body: Mapping[str, Any]) -> Rule:
    """Read a rule back."""
    read: dict[str, Any] = {
        key: _READERS[key](value) if key in _READERS else value for key, value in body.items()
    }
    return Rule(**read)

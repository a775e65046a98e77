"""The parts of a snapshot as plain JSON values and back, for history and for storage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from workflow.core.altering import made
from workflow.core.canonical import spelled
from workflow.core.deadlines.rules import Ground
from workflow.core.snapshot import (
    Clock,
    ClockExtension,
    ClockPause,
    ClockStatus,
    InformationRequest,
    Proposal,
    StartMoved,
    Suspension,
)

Json = dict[str, Any]

GROUNDS = {"information": Ground.INFORMATION, "suspension": Ground.SUSPENSION}
"""The legal ground of each sort of rest, where nothing else is said."""


_STATUS = {one.value: one for one in ClockStatus}

read_day = lru_cache(maxsize=4096)(date.fromisoformat)
"""Reads a day as it is written; most come again and again."""
_read_instant = lru_cache(maxsize=4096)(datetime.fromisoformat)


def spell_clock(clock: Clock | None) -> Json | None:
    """Write a clock as JSON values."""
    if clock is None:
        return None
    pauses, longer = clock.pauses, clock.extensions
    body: Json = {
        "key": clock.key,
        "rule": clock.rule,
        "agency": clock.agency,
        "term": clock.term,
        "start": spelled(clock.start),
        "due_on": spelled(clock.due_on),
        "due_at": spelled(clock.due_at),
        "pauses": [_spell_parts(pause) for pause in pauses] if pauses else [],
        "extensions": [_spell_parts(extension) for extension in longer] if longer else [],
    }
    if clock.start_moved:
        body["start_moved"] = _spell_parts(clock.start_moved)
    body["status"] = str(clock.status)
    body["generation"] = clock.generation
    body["provisional"] = clock.provisional
    body["calendar_version"] = clock.calendar_version
    return body


def read_clock(body: Mapping[str, Any] | None) -> Clock | None:
    """Read a clock back."""
    if body is None:
        return None
    moved, pauses, longer = body.get("start_moved"), body["pauses"], body["extensions"]
    return made(
        Clock,
        {
            "key": body["key"],
            "rule": body["rule"],
            "agency": body["agency"],
            "term": body["term"],
            "start": _read_start(body["start"]),
            "due_on": read_day(body["due_on"]),
            "due_at": _read_instant(body["due_at"]),
            "pauses": tuple(map(_read_pause, pauses)) if pauses else (),
            "extensions": tuple(map(_read_extension, longer)) if longer else (),
            "start_moved": StartMoved(**_read_parts(moved)) if moved else None,
            "status": _STATUS[body["status"]],
            "generation": body["generation"],
            "provisional": body["provisional"],
            "calendar_version": body["calendar_version"],
        },
    )


def spell_suspension(suspension: Suspension | None) -> Json | None:
    """Write a suspension as JSON values."""
    return _spell_parts(suspension) if suspension else None


def read_suspension(body: Mapping[str, Any] | None) -> Suspension | None:
    """Read a suspension back."""
    return Suspension(**_read_parts(body)) if body else None


def _spell_parts(value: ClockPause | ClockExtension | StartMoved | Suspension) -> Json:
    """Write what is known of a part of a clock, leaving out what is not."""
    known = ((part.name, getattr(value, part.name)) for part in fields(value))
    return {name: _spell(held) for name, held in known if held or name == "note"}


def _spell(value: Any) -> Any:  # noqa: ANN401 - any part of a clock
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


_DAYS = frozenset(
    {"first", "last", "recorded_on", "end_recorded_on", "review_on", "granted_on", "was", "since"}
)


def _read_parts(body: Mapping[str, Any]) -> Json:
    read = dict(body)
    for name in _DAYS & read.keys():
        read[name] = _read_start(read[name])
    if "ground" in read:
        read["ground"] = Ground(read["ground"])
    if "ended_by" in read:
        read["ended_by"] = tuple(read["ended_by"])
    return read


def _read_pause(body: Mapping[str, Any] | list[Any]) -> ClockPause:
    """Read a pause; one written as a mere list of days and reason has the ground of its reason."""
    if isinstance(body, list):
        first, last, reason = body
        ends = date.fromisoformat(last) if last else None
        return ClockPause(date.fromisoformat(first), ends, reason, GROUNDS.get(reason))
    return ClockPause(**{"last": None, **_read_parts(body)})


def _read_extension(body: Mapping[str, Any] | str) -> ClockExtension:
    """Read an extension; one written as a mere term says nothing more."""
    return ClockExtension(body) if isinstance(body, str) else ClockExtension(**_read_parts(body))


def _read_start(written: str) -> date:
    """Read a day, or the instant from which a clock counts hours."""
    return _read_instant(written) if "T" in written else read_day(written)


def spell_proposal(proposal: Proposal | None) -> Json | None:
    """Write a proposal as JSON values."""
    if proposal is None:
        return None
    return {
        "outcome": proposal.outcome,
        "answers": dict(proposal.answers),
        "by": proposal.by,
        "for": proposal.on_behalf_of,
        "reason": proposal.reason,
        "at": proposal.at.isoformat(),
    }


def read_proposal(body: Mapping[str, Any] | None) -> Proposal | None:
    """Read a proposal back."""
    if body is None:
        return None
    return Proposal(
        body["outcome"],
        body["answers"],
        body["by"],
        body["for"],
        body["reason"],
        datetime.fromisoformat(body["at"]),
    )


def spell_request(request: InformationRequest | None) -> Json | None:
    """Write an information request as JSON values."""
    if request is None:
        return None
    return {
        "no": request.no,
        "question": request.question,
        "of": request.of,
        "asked_by": request.asked_by,
        "asked_at": request.asked_at.isoformat(),
        "fields": list(request.fields),
        **({"clock": spell_clock(request.clock)} if request.clock else {}),
    }


def read_request(body: Mapping[str, Any] | None) -> InformationRequest | None:
    """Read an information request back."""
    if body is None:
        return None
    return InformationRequest(
        body["no"],
        body["question"],
        body["of"],
        body["asked_by"],
        datetime.fromisoformat(body["asked_at"]),
        tuple(body["fields"]),
        read_clock(body.get("clock")),
    )

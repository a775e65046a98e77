"""The parts of a snapshot as plain JSON values and back, for history and for storage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from workflow.core.snapshot import (
    Clock,
    ClockPause,
    ClockStatus,
    InformationRequest,
    Proposal,
    Suspension,
)

Json = dict[str, Any]


def spell_clock(clock: Clock | None) -> Json | None:
    """Write a clock as JSON values."""
    if clock is None:
        return None
    return {
        "key": clock.key,
        "rule": clock.rule,
        "agency": clock.agency,
        "term": clock.term,
        "start": clock.start.isoformat(),
        "due_on": clock.due_on.isoformat(),
        "due_at": clock.due_at.isoformat(),
        "pauses": [
            [p.first.isoformat(), p.last.isoformat() if p.last else None, p.reason]
            for p in clock.pauses
        ],
        "extensions": list(clock.extensions),
        "status": clock.status.value,
        "generation": clock.generation,
        "provisional": clock.provisional,
        "calendar_version": clock.calendar_version,
    }


def read_clock(body: Mapping[str, Any] | None) -> Clock | None:
    """Read a clock back."""
    if body is None:
        return None
    return Clock(
        key=body["key"],
        rule=body["rule"],
        agency=body["agency"],
        term=body["term"],
        start=_read_start(body["start"]),
        due_on=date.fromisoformat(body["due_on"]),
        due_at=datetime.fromisoformat(body["due_at"]),
        pauses=tuple(
            ClockPause(date.fromisoformat(first), date.fromisoformat(last) if last else None, why)
            for first, last, why in body["pauses"]
        ),
        extensions=tuple(body["extensions"]),
        status=ClockStatus(body["status"]),
        generation=body["generation"],
        provisional=body["provisional"],
        calendar_version=body["calendar_version"],
    )


def _read_start(written: str) -> date:
    """Read the day a clock runs from, or the instant when it counts hours."""
    return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)


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
    )


def spell_suspension(suspension: Suspension | None) -> Json | None:
    """Write a suspension as JSON values."""
    if suspension is None:
        return None
    return {
        "reason": suspension.reason,
        "since": suspension.since.isoformat(),
        "review_on": suspension.review_on.isoformat(),
        "by": suspension.by,
    }


def read_suspension(body: Mapping[str, Any] | None) -> Suspension | None:
    """Read a suspension back."""
    if body is None:
        return None
    return Suspension(
        body["reason"],
        date.fromisoformat(body["since"]),
        date.fromisoformat(body["review_on"]),
        body["by"],
    )

"""History as people read it: each act with what followed from it, without what is not theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from workflow.core.access import has_part, may_read_field, reads_inside
from workflow.core.events import CLOCK, Event, Kind
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot

DOCUMENTS = frozenset({Kind.DOCUMENT_ATTACHED, Kind.DOCUMENT_WITHDRAWN})
COMMENTS = frozenset(
    {
        Kind.COMMENT_ADDED,
        Kind.INFORMATION_ASKED,
        Kind.INFORMATION_ANSWERED,
        Kind.INFORMATION_WITHDRAWN,
        Kind.INFORMATION_REDIRECTED,
    }
)
ADVICE = frozenset({*COMMENTS, Kind.DATA_CORRECTED, Kind.ACCESS_GRANTED, Kind.ACCESS_REVOKED})
"""Lines that only the agencies of the case read."""

BOOKKEEPING = frozenset(
    {
        Kind.DEADLINE_STARTED,
        Kind.DEADLINE_STOPPED,
        Kind.DEADLINE_MOVED,
        Kind.ROLE_BOUND,
        Kind.TASK_CANCELLED,
        Kind.TASK_RECEIVED,
        Kind.TASK_REVIEWED,
    }
)
"""Lines that follow from others and matter only to whoever reads the whole record."""


class Readers(StrEnum):
    """Who may read a comment, besides auditors."""

    AGENCIES = "agencies"
    """The agencies of the case."""
    OWN = "own"
    """Only those who act for the agency that wrote it."""
    REQUESTER = "requester"
    """The agencies of the case and the requester."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing somebody did, or time did, with what followed from it at the same instant."""

    head: Event
    followed: tuple[Event, ...] = ()


def visible(event: Event, case: CaseSnapshot, powers: Powers) -> bool:
    """Say whether a person may read a line of a case that they may read.

    Until the head releases it, an outcome is the business of its own agency.
    """
    if powers.auditor:
        return True
    if event.kind in (Kind.OUTCOME_PROPOSED, Kind.PROPOSAL_RETURNED):
        return event.by.agency in powers.agencies
    if event.kind is Kind.COMMENT_ADDED:
        readers = Readers(event.body["readers"])
        return may_read_comment(case, powers, readers=readers, agency=event.by.agency)
    return event.kind not in ADVICE or reads_inside(case, powers)


def may_read_comment(
    case: CaseSnapshot, powers: Powers, *, readers: Readers, agency: str | None
) -> bool:
    """Say whether a person may read a comment that was left for some readers by an agency."""
    if powers.auditor:
        return True
    if readers is Readers.OWN:
        return agency in powers.agencies
    if powers.guest:
        return readers is Readers.REQUESTER and has_part(case, powers)
    return reads_inside(case, powers)


def without_withheld(event: Event, case: CaseSnapshot, powers: Powers) -> Event:
    """Return a line of history without the name of a document that a person may not read."""
    document = event.body.get("document")
    if event.kind not in DOCUMENTS or not document:
        return event
    field = case.definition.data.get(event.body["field"])
    if field is not None and may_read_field(case, field, powers):
        return event
    kept = {"version": document.get("version")}
    return replace(event, body={**event.body, "document": kept})


def may_read_reasons(case: CaseSnapshot, powers: Powers) -> bool:
    """Say whether a person may read why agencies did what they did, and what they ask."""
    return reads_inside(case, powers)


def written_in(event: Event) -> Any:  # noqa: ANN401 - JSON
    """Return the text of an act as history keeps it: in clear, as a commitment, or nothing."""
    body = event.body
    inside = _INSIDE.get(event.kind)
    if inside:
        part, name = inside
        return body[part][name]
    return body.get("text") or body.get("answer") or body.get("reason")


_INSIDE: Final = {
    Kind.INFORMATION_ASKED: ("request", "question"),
    Kind.CASE_SUSPENDED: ("suspension", "reason"),
    Kind.OUTCOME_PROPOSED: ("proposal", "reason"),
}
"""Where those kinds have the text that stands in a part of their line."""


def story(events: Sequence[Event]) -> list[Entry]:
    """Lay together the events of each act, the latest act first.

    The events of an act share their instant; the first of them is what was done.
    """
    acts: list[list[Event]] = []
    for event in events:
        if acts and acts[-1][0].at == event.at and _follows(acts[-1][0], event):
            acts[-1].append(event)
        else:
            acts.append([event])
    return [Entry(act[0], tuple(act[1:])) for act in reversed(acts)]


def _follows(head: Event, event: Event) -> bool:
    """Say whether an event belongs to the act that another began."""
    return event.by in (CLOCK, head.by)


def is_bookkeeping(event: Event) -> bool:
    """Say whether a line only keeps the books."""
    if "start_was" in event.body:
        return False  # somebody corrected the day a deadline counts from
    return event.kind in BOOKKEEPING or bool(event.body.get("computed"))


def told(entry: Entry) -> Entry | None:
    """Return an act without its bookkeeping, or None if there was nothing else to it."""
    lines = [e for e in (entry.head, *entry.followed) if not is_bookkeeping(e)]
    return Entry(lines[0], tuple(lines[1:])) if lines else None


def headline(entry: Entry) -> Entry:
    """Return an act told by what matters most in it: an ending before the papers it came with."""
    lines = (entry.head, *entry.followed)
    best = next((e for e in lines if e.kind in _HEADLINES), None)
    if best is None or best is entry.head:
        return entry
    return Entry(best, tuple(e for e in lines if e is not best))


_HEADLINES = frozenset({Kind.TASK_COMPLETED, Kind.INFORMATION_ANSWERED, Kind.OUTCOME_PROPOSED})

"""The lines of history: what happened, appended, never edited, each sealed to the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from workflow.core.canonical import digest, spelled


class Kind(StrEnum):
    """Everything that can happen to a case."""

    CASE_OPENED = "case_opened"
    CASE_IMPORTED = "case_imported"
    STATE_ENTERED = "state_entered"
    CASE_CLOSED = "case_closed"
    CASE_REOPENED = "case_reopened"
    TASK_SCHEDULED = "task_scheduled"
    TASK_OPENED = "task_opened"
    TASK_RECEIVED = "task_received"
    TASK_CLAIMED = "task_claimed"
    TASK_RELEASED = "task_released"
    TASK_ASSIGNED = "task_assigned"
    TASK_REASSIGNED = "task_reassigned"
    TASK_COMPLETED = "task_completed"
    TASK_LAPSED = "task_lapsed"
    TASK_CANCELLED = "task_cancelled"
    TASK_REOPENED = "task_reopened"
    TASK_REVIEWED = "task_reviewed"
    TASK_PRIORITISED = "task_prioritised"
    REMINDER_SENT = "reminder_sent"
    OUTCOME_PROPOSED = "outcome_proposed"
    PROPOSAL_RETURNED = "proposal_returned"
    DATA_CHANGED = "data_changed"
    DATA_CORRECTED = "data_corrected"
    ROLE_BOUND = "role_bound"
    DOCUMENT_ATTACHED = "document_attached"
    DOCUMENT_WITHDRAWN = "document_withdrawn"
    DEADLINE_STARTED = "deadline_started"
    DEADLINE_MOVED = "deadline_moved"
    DEADLINE_STOPPED = "deadline_stopped"
    DEADLINE_RECOUNTED = "deadline_recounted"
    INFORMATION_ASKED = "information_asked"
    INFORMATION_ANSWERED = "information_answered"
    INFORMATION_WITHDRAWN = "information_withdrawn"
    INFORMATION_REDIRECTED = "information_redirected"
    CASE_SUSPENDED = "case_suspended"
    CASE_RESUMED = "case_resumed"
    DEADLINE_EXTENDED = "deadline_extended"
    AGENCY_ADDED = "agency_added"
    AGENCY_REMOVED = "agency_removed"
    CASE_RELATED = "case_related"
    CHILD_OPENED = "child_opened"
    CHILD_REFUSED = "child_refused"
    COMMITMENTS_RECORDED = "commitments_recorded"
    CHILD_ASKED_AGAIN = "child_asked_again"
    ACCESS_CHANGED = "access_changed"
    ACCESS_GRANTED = "access_granted"
    ACCESS_REVOKED = "access_revoked"
    CASE_ANNOUNCED = "case_announced"
    NUMBER_RECORDED = "number_recorded"
    COMMENT_ADDED = "comment_added"
    CASE_WITHDRAWN = "case_withdrawn"
    CASE_CANCELLED = "case_cancelled"
    CASE_SENT_BACK = "case_sent_back"
    CASE_TERMINATED = "case_terminated"
    ACT_UNDONE = "act_undone"
    IMPORT_UNDONE = "import_undone"
    PERSONAL_ERASED = "personal_erased"

    __hash__ = str.__hash__  # that of `Enum` is slow, and kinds are looked up at every step


class By(NamedTuple):
    """Who acted: an officer (for an agency, perhaps in another's name), a guest, or time."""

    officer: int | None = None
    agency: str | None = None
    on_behalf_of: int | None = None
    guest: str | None = None
    """`requester`, or the slot of an outside party."""

    def as_body(self) -> dict[str, Any]:
        """Spell it for the hash and for storage; nothing at all is the clock."""
        body: dict[str, Any] = {}
        if self.officer is not None:
            body["officer"] = self.officer
        if self.agency is not None:
            body["agency"] = self.agency
        if self.on_behalf_of is not None:
            body["for"] = self.on_behalf_of
        if self.guest is not None:
            body["guest"] = self.guest
        return body


CLOCK = By()
"""Time itself."""


@dataclass(frozen=True, slots=True)
class Private:
    """A personal value kept beside the history, where it can be erased."""

    salt: str
    value: Any


@dataclass(frozen=True)
class Event:
    """One line of history."""

    seq: int
    kind: Kind
    at: datetime
    by: By
    body: Mapping[str, Any]
    hash: str
    private: Mapping[str, Private] = field(default_factory=dict)
    """By commitment: the values that `body` only commits to."""


def seal(number: str, previous: str, event: Event) -> str:
    """Return the hash that binds a line of history to its case and to the line before."""
    return sealed(number, previous, event.seq, event.kind, event.at, event.by, event.body)


def sealed(  # noqa: PLR0917 - the parts of a line, in their order
    number: str,
    previous: str,
    seq: int,
    kind: Kind,
    at: datetime,
    by: By,
    body: Mapping[str, Any],
) -> str:
    """Return what `seal` returns, for a line that is yet to be made of these parts."""
    return digest(
        {
            "case": number,
            "seq": seq,
            "kind": kind,
            "at": spelled(at),
            "by": by.as_body(),
            "body": body,
            "previous": previous,
        }
    )

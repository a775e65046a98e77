"""How each of those who were asked answered: themselves, by another, not at all, or not yet."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from workflow.core.events import Event
from workflow.core.quorum import APART
from workflow.core.snapshot import TaskStatus
from workflow.core.track import TaskLine

DECLINES: Final = frozenset({APART, "not_ours"})
"""The outcomes by which an agency says that the matter does not concern it."""


class Standing(StrEnum):
    """What became of one question put to one agency, in the order in which it is told."""

    ANSWERED = "answered"
    BY_SUBSTITUTE = "by_substitute"
    """By whoever answers for an absent officer."""
    BY_GUEST = "by_guest"
    """By an outside party, let in with a code."""
    RECORDED = "recorded"
    """By an outside party on paper, typed in by an officer."""
    NOT_CONCERNED = "not_concerned"
    SILENT = "silent"
    """Time itself answered."""
    WAITING = "waiting"
    NOT_YET = "not_yet"
    """Its day or turn has not come."""
    SPARED = "spared"
    """Its answer was not needed any more."""


def standing_of(task: TaskLine, end: Event | None) -> Standing:
    """Return what became of a task; `end` is the line that tells how it ended."""
    match task.status:
        case TaskStatus.OPEN | TaskStatus.CLAIMED:
            return Standing.WAITING
        case TaskStatus.CANCELLED:
            return Standing.SPARED
        case TaskStatus.LAPSED:
            return Standing.SILENT
        case TaskStatus.COMPLETED:
            return _answered(task, end)


def _answered(task: TaskLine, end: Event | None) -> Standing:
    if task.outcome in DECLINES:
        return Standing.NOT_CONCERNED
    if end is not None and end.by.guest is not None:
        return Standing.BY_GUEST
    if task.slot.startswith("row:"):
        return Standing.RECORDED
    on_behalf = end is not None and end.by.on_behalf_of is not None
    return Standing.BY_SUBSTITUTE if on_behalf else Standing.ANSWERED

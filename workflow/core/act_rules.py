"""The common acts, and how a request type limits them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workflow.core.terms import Term


class ActName(StrEnum):
    """The common acts that a definition may limit; the first five move the case."""

    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    SEND_BACK = "send_back"
    TERMINATE = "terminate"
    REOPEN = "reopen"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"
    REASSIGN = "reassign"
    ASK_INFORMATION = "ask_information"
    ASK_OPINION = "ask_opinion"
    ADD_AGENCY = "add_agency"
    REMOVE_AGENCY = "remove_agency"
    CHANGE_ACCESS = "change_access"
    CORRECT_DATA = "correct_data"
    ANNOUNCE = "announce"

    __hash__ = str.__hash__  # that of `Enum` is slow, and pages ask of every act


MOVING_ACTS = frozenset(
    {ActName.WITHDRAW, ActName.CANCEL, ActName.SEND_BACK, ActName.TERMINATE, ActName.REOPEN}
)


@dataclass(frozen=True, slots=True)
class ActRule:
    """Who may do a common act in this type, when, and where it leads."""

    act: ActName
    by: tuple[str, ...] = ()
    """Roles; empty means the agency that owns the type."""
    states: tuple[str, ...] = ()
    """States it may be done in; empty means any open one."""
    before_entering: str | None = None
    to: tuple[str, ...] = ()
    asks_reason: bool = True
    review_within: Term | None = None
    times: int = 1
    within: Term | None = None
    allowed: bool = True

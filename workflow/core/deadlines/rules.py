"""What a counting rule is: how one norm, or the house, counts its terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum

from workflow.core.terms import Term


class Roll(StrEnum):
    """Where a term goes that would end on a closed day."""

    NEXT = "next"
    PREVIOUS = "previous"
    NONE = "none"


class StartMoves(StrEnum):
    """What becomes of the start when the day after it is closed."""

    NONE = "none"
    NEXT_OPEN_FIRST_DAY = "next_open_first_day"
    INTERNET_PUBLICATION = "internet_publication"
    """The start is the first open day after publication, itself excluded."""


class OutageEffect(StrEnum):
    """What a certified outage of the electronic system on the due day does."""

    NONE = "none"
    AFTER_RESOLUTION = "after_resolution"
    NEXT_OPEN_DAY = "next_open_day"


class PauseMode(StrEnum):
    """What a pause does to the days it covers."""

    REMAINING = "remaining"
    """They are not counted; the rest is counted after it."""
    REMAINING_FROM_OPEN_DAY = "remaining_from_open_day"
    """The same, and the count goes on at the first open day."""
    TO_FIRST_OPEN_DAY = "to_first_open_day"
    """They are counted; only what starts or ends within moves past it."""


class Ground(StrEnum):
    """Why a clock stands still; a rule says which grounds it admits."""

    DECREE = "decree"
    FORCE_MAJEURE = "force_majeure"
    INFORMATION = "information"
    SUSPENSION = "suspension"
    OUTSIDE_PARTY = "outside_party"


class StartsOn(StrEnum):
    """The fact from which a term runs."""

    OPENING = "opening"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of counting, named and versioned, with the norm it comes from."""

    key: str
    version: int = 1
    title: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None
    """The norm, as it is cited; none means a house rule, which cites nothing."""
    settled: bool = True
    """False where the sources leave something open and a default was chosen; see `note`."""
    note: Mapping[str, str] = field(default_factory=dict)
    term: Term | None = None
    """The term the norm gives, where it gives one; what a form proposes."""
    starts_on: StartsOn = StartsOn.OPENING
    first_day_excluded: bool = True
    start_moves: StartMoves = StartMoves.NONE
    roll: Roll = Roll.NEXT
    roll_before: Roll = Roll.PREVIOUS
    """Where a term counted back from an event goes, if `roll` lets terms move at all."""
    clear_days: bool = False
    """Whether so many whole days must lie between an act and the event it comes before."""
    pf_closes: bool = True
    """Whether a ponto facultativo counts as a day without office hours."""
    early_close_rolls: bool = True
    """Whether a last day on which the office closed early is no last day."""
    due_time: time = time(23, 59, 59)
    outage: OutageEffect = OutageEffect.NONE
    least_outage_minutes: int = 0
    """How long a certified outage must have lasted to matter."""
    suspended_by: frozenset[Ground] = frozenset(Ground)
    interrupted_by: frozenset[Ground] = frozenset()
    """Grounds after which the whole term is counted again."""
    pause_mode: PauseMode = PauseMode.REMAINING
    resumption_counts: bool = True
    """Whether a term that starts within a pause counts the day on which its clock resumes."""
    extensions: int | None = None
    """How often a term may be extended; none means as often as there is reason."""
    longest_extension: Term | None = None
    extension_within_term: bool = False
    """Whether an extension may not be longer than the term itself."""
    extension_from_original: bool = True
    """Whether an extended term is counted whole from its start, or on from the rolled due day."""

    @property
    def house(self) -> bool:
        """Say whether no norm stands behind the rule."""
        return self.source is None

    def stops_for(self, ground: Ground | None) -> bool:
        """Say whether a clock under this rule stands still, or begins anew, on a ground."""
        return ground is None or ground in self.suspended_by | self.interrupted_by


HOUSE = Rule("house")
"""What counts where no rule was named: running days, next open day."""

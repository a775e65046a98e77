"""What time owes those who keep a register entry: warnings of the days on which it runs out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from workflow.core.ladder import Rung, warnings_of
from workflow.core.registers.entries import Entry, Status
from workflow.core.registers.types import EntryType
from workflow.core.world import World


class About(StrEnum):
    """What an entry is warned of."""

    DUE = "entry_due"
    """Nobody has confirmed it lately, or soon it will be so."""
    ENDS = "entry_ends"
    """Its last day is near."""
    AWAITS = "entry_awaits"
    """What it waits for, as an answer, is owed."""


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning that an entry owes whoever keeps it."""

    about: About
    day: date
    """The day it warns of."""
    rung: Rung

    @property
    def key(self) -> str:
        """What makes it be given once."""
        return f"{self.about}:{self.day}:{self.rung.name}:{self.rung.occurrence}"


def owed(
    entry_type: EntryType, entry: Entry, world: World, *, since: datetime, until: datetime
) -> list[Warned]:
    """Return the warnings between two instants; of each day, the last.

    While an open case writes an entry, it is the case that warns of its end and of what it waits
    for; of its confirmation, where the register says so.
    """
    last = {
        one.about: one
        for one in _warnings(entry_type, entry, world)
        if since < one.rung.at <= until and not _is_of_case(entry_type, entry, one.about)
    }
    return list(last.values())


def asks_to_confirm(entry_type: EntryType, entry: Entry) -> bool:
    """Say whether keepers confirm an entry here, and not in a case that is still open."""
    return not _is_of_case(entry_type, entry, About.DUE)


def _is_of_case(entry_type: EntryType, entry: Entry, about: About) -> bool:
    renewal = entry_type.renewal
    confirms = about is About.DUE and renewal is not None and renewal.case_confirms
    return entry.fed and (about is not About.DUE or confirms)


def next_look(
    entry_type: EntryType, entry: Entry, world: World, *, after: datetime
) -> datetime | None:
    """Return when the next warning may be owed, or None."""
    if entry.status is not Status.CURRENT:
        return None
    instants = (one.rung.at for one in _warnings(entry_type, entry, world))
    return min((at for at in instants if at > after), default=None)


def warned_until(
    entry_type: EntryType, before: Entry | None, after: Entry, *, at: datetime, known: datetime
) -> datetime:
    """Return up to when warnings have been given once somebody has acted on an entry.

    Whoever gave it another last day knows what that means today.
    """
    same = before is not None and _days(entry_type, before) == _days(entry_type, after)
    return known if same else at


def _days(entry_type: EntryType, entry: Entry) -> tuple[date | None, ...]:
    return entry.due_on, entry.ends_on, entry_type.awaited_on(entry.values)


def _warnings(entry_type: EntryType, entry: Entry, world: World) -> Iterator[Warned]:
    calendar = world.calendar(entry.holder)
    if entry_type.renewal is not None and entry.due_on is not None:
        for rung in warnings_of(entry_type.renewal.remind, entry.due_on, calendar, world.zone):
            yield Warned(About.DUE, entry.due_on, rung)
    if entry.ends_on is not None:
        for rung in warnings_of(entry_type.warn, entry.ends_on, calendar, world.zone):
            yield Warned(About.ENDS, entry.ends_on, rung)
    awaited = entry_type.awaited_on(entry.values)
    if entry_type.expects is not None and awaited is not None:
        for rung in warnings_of(entry_type.expects.remind, awaited, calendar, world.zone):
            yield Warned(About.AWAITS, awaited, rung)

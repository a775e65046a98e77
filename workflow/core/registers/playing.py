"""Plays stories of one entry of a register by the very acts that serve pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Final, TypeAlias

from workflow.core.acts.circumstances import Circumstances
from workflow.core.errors import Refusal
from workflow.core.playing import Unmet, powers_of
from workflow.core.registers import acts
from workflow.core.registers.acts import NewEntry
from workflow.core.registers.entries import Entry, EntryEvent
from workflow.core.registers.entries import Step as Done
from workflow.core.registers.types import EntryType
from workflow.core.world import World

NOON: Final = time(15, tzinfo=UTC)
LOOK: Final = "look"
"""What a step does that only says how the entry stands on a day."""
CREATE: Final = "create"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that an agency does with an entry on a day, and how the entry stands then."""

    on: date
    agency: str
    act: str
    values: Mapping[str, Any] = field(default_factory=dict)
    to: str = ""
    reason: str = ""
    refused: str | None = None
    """Name of the refusal that is expected."""
    expect: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """The life of one entry, as it should go."""

    register: str
    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A story after it was played: its entry, what happened to it, what did not hold."""

    entry: Entry | None
    events: tuple[EntryEvent, ...]
    unmet: tuple[Unmet, ...]


def play(story: Story, entry_type: EntryType, world: World) -> Told:
    """Play a story to its end, or to the first step that could not be done."""
    entry: Entry | None = None
    events: list[EntryEvent] = []
    unmet: list[Unmet] = []
    for step in story.steps:
        try:
            done = _perform(step, entry_type, entry, world)
        except Refusal as refusal:
            if type(refusal).__name__ != step.refused:
                unmet.append(Unmet(step.line, f"refused with {type(refusal).__name__}"))
                break
            done = None
        else:
            if step.refused:
                unmet.append(Unmet(step.line, f"should have been refused with {step.refused}"))
        if done is not None:
            entry = done.after
            events.append(done.event)
        if entry is None:
            unmet.append(Unmet(step.line, "there is no entry yet"))
            break
        unmet += [Unmet(step.line, what) for what in _disappointments(step, entry)]
    return Told(entry, tuple(events), tuple(unmet))


Act: TypeAlias = Callable[[EntryType, Entry, Step, Circumstances], Done]

ACTS: Final[Mapping[str, Act]] = {
    "change": lambda kind, entry, step, now: acts.change(kind, entry, step.values, now=now),
    "renew": lambda kind, entry, step, now: acts.renew(kind, entry, step.values, now=now),
    "transfer": lambda kind, entry, step, now: acts.transfer(
        kind, entry, step.to, now=now, reason=step.reason
    ),
    "end": lambda kind, entry, step, now: acts.end(kind, entry, step.reason, now=now),
    "resume": lambda kind, entry, step, now: acts.resume(kind, entry, now=now, reason=step.reason),
}


def _perform(step: Step, entry_type: EntryType, entry: Entry | None, world: World) -> Done | None:
    at = datetime.combine(step.on, NOON)
    now = Circumstances(powers_of(step.agency), at, world, b"story")
    if step.act == CREATE:
        number = f"{entry_type.prefix}-000001"
        return acts.create(entry_type, number, NewEntry(step.values), now=now)
    if step.act == LOOK or entry is None:
        return None
    return ACTS[step.act](entry_type, entry, step, now)


def _disappointments(step: Step, entry: Entry) -> Iterator[str]:
    """Say what of an entry is not as a step expects."""
    found: dict[str, Any] = {
        "standing": entry.standing(step.on).value,
        "holder": entry.holder,
        "due_on": entry.due_on.isoformat() if entry.due_on else None,
        "ends_on": entry.ends_on.isoformat() if entry.ends_on else None,
        "values": {key: entry.values.get(key) for key in step.expect.get("values", {})},
    }
    for key, wanted in step.expect.items():
        if found[key] != wanted:
            yield f"{key} is {found[key]}, not {wanted}"

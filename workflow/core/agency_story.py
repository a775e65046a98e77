"""What became of an agency: its beginning, its names, whose work it took over, its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from workflow.core.network import Network
from workflow.core.reform import Create, End, Move, Reform, Step

_DAY = timedelta(days=1)


class Turn(StrEnum):
    """What happened to an agency."""

    BEGAN = "began"
    RENAMED = "renamed"
    TOOK_OVER = "took_over"
    SHARED = "shared"
    """Part of the work of another came, which somebody else succeeds."""
    MOVED = "moved"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Enacted:
    """A reform that holds, and the act behind it."""

    reform: Reform
    act: str
    parents: Mapping[str, str | None] = field(default_factory=dict)
    """By agency that it moved: what that was part of before."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """One thing that happened to an agency, and on which day."""

    on: date
    turn: Turn
    was: str = ""
    """The name before."""
    name: str = ""
    """The name from then on, or that of the other agency."""
    other: str = ""
    """The code of the agency whose work came, or to which it went."""
    act: str = ""


def story_of(network: Network, code: str, reforms: Iterable[Enacted] = ()) -> list[Milestone]:
    """Return what happened to an agency, the latest first."""
    enacted = list(reforms)
    found = [*_milestones(network, code, _acts(enacted)), *_passages(network, code, enacted)]
    return sorted(found, key=lambda one: one.on, reverse=True)


def _acts(enacted: Iterable[Enacted]) -> dict[tuple[type[Step], str, date], str]:
    """Return the acts by which agencies were made and ended, by the first day that it held."""
    return {
        (type(step), step.agency, one.reform.day): one.act
        for one in enacted
        for step in one.reform.steps
    }


def _passages(network: Network, code: str, enacted: Iterable[Enacted]) -> Iterator[Milestone]:
    """Go through what only reforms tell: other places, and work that was shared out."""
    for one in enacted:
        for step in one.reform.steps:
            if isinstance(step, Move) and step.agency == code and step.parent:
                was = one.parents.get(code) or ""
                yield Milestone(one.reform.day, Turn.MOVED, was, other=step.parent, act=one.act)
            if isinstance(step, End) and code in step.heirs - {step.heir}:
                name = network.name_on(step.agency, one.reform.day - _DAY)
                yield Milestone(
                    one.reform.day, Turn.SHARED, name=name, other=step.agency, act=one.act
                )


def _milestones(
    network: Network, code: str, acts: Mapping[tuple[type[Step], str, date], str]
) -> Iterator[Milestone]:
    agency = network.agency(code)
    names = network.former_names(code)
    if agency.valid_from:
        first = network.name_on(code, agency.valid_from)
        act = acts.get((Create, code, agency.valid_from), "")
        yield Milestone(agency.valid_from, Turn.BEGAN, name=first, act=act)
    following = [*(one.name for one in names), agency.name][1:]
    for former, name in zip(names, following, strict=True):
        yield Milestone(former.valid_to + _DAY, Turn.RENAMED, former.name, name, act=former.act)
    for before in network:
        if before.successor == code and before.valid_to:
            on = before.valid_to + _DAY
            name = network.name_on(before.code, before.valid_to)
            act = acts.get((End, before.code, on), "")
            yield Milestone(on, Turn.TOOK_OVER, name=name, other=before.code, act=act)
    if agency.valid_to:
        heir = agency.successor or ""
        after = agency.valid_to + _DAY
        name = network.name_on(heir, after) if heir else ""
        act = acts.get((End, code, after), "")
        yield Milestone(agency.valid_to, Turn.ENDED, name=name, other=heir, act=act)

"""What became of an agency: its beginning, its names, whose work it took over, its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workflow.core.network import Network

_DAY = timedelta(days=1)


class Turn(StrEnum):
    """What happened to an agency."""

    BEGAN = "began"
    RENAMED = "renamed"
    TOOK_OVER = "took_over"
    ENDED = "ended"


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


def story_of(network: Network, code: str) -> list[Milestone]:
    """Return what happened to an agency, the latest first."""
    return sorted(_milestones(network, code), key=lambda one: one.on, reverse=True)


def _milestones(network: Network, code: str) -> Iterator[Milestone]:
    agency = network.agency(code)
    names = network.former_names(code)
    if agency.valid_from:
        first = network.name_on(code, agency.valid_from)
        yield Milestone(agency.valid_from, Turn.BEGAN, name=first)
    following = [*(one.name for one in names), agency.name][1:]
    for former, name in zip(names, following, strict=True):
        yield Milestone(former.valid_to + _DAY, Turn.RENAMED, former.name, name, act=former.act)
    for before in network:
        if before.successor == code and before.valid_to:
            on = before.valid_to + _DAY
            name = network.name_on(before.code, before.valid_to)
            yield Milestone(on, Turn.TOOK_OVER, name=name, other=before.code)
    if agency.valid_to:
        heir = agency.successor or ""
        name = network.name_on(heir, agency.valid_to + _DAY) if heir else ""
        yield Milestone(agency.valid_to, Turn.ENDED, name=name, other=heir)

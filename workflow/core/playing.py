"""Plays scenarios in memory with the functions that move real cases; says what did not hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.opening import open_case
from workflow.core.acts.time import wake
from workflow.core.change import Change
from workflow.core.definition import Definition
from workflow.core.errors import Refusal
from workflow.core.expectations import disappointments
from workflow.core.numbers import case_number
from workflow.core.powers import Powers, Standing
from workflow.core.scenario import Scenario, Step, answers_of, decide
from workflow.core.snapshot import CaseSnapshot
from workflow.core.timers import timers
from workflow.core.world import World

_MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Unmet:
    """Something a scenario says that turned out otherwise."""

    line: int
    what: str


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """A scenario after it was played: every change in order, and what did not hold."""

    scenario: Scenario
    changes: tuple[Change, ...]
    unmet: tuple[Unmet, ...]

    @property
    def case(self) -> CaseSnapshot | None:
        """The case as the scenario left it, if it got as far as opening one."""
        return self.changes[-1].after if self.changes else None


def play(scenario: Scenario, definition: Definition, world: World) -> Played:
    """Play a scenario to its end, or to the first step that could not be done."""
    changes: list[Change] = []
    unmet: list[Unmet] = []
    for step in (scenario.opening, *scenario.steps):
        done = len(changes)
        try:
            _perform(step, definition, world, changes)
        except Refusal as refusal:
            if type(refusal).__name__ != step.refused:
                unmet.append(Unmet(step.line, _refused(refusal)))
                break
        else:
            if step.refused:
                unmet.append(Unmet(step.line, f"should have been refused with {step.refused}"))
        jobs = [job for change in changes[done:] for job in change.jobs]
        unmet += [
            Unmet(step.line, what)
            for what in disappointments(step, changes[-1].after, world, jobs=jobs)
        ]
    return Played(scenario, tuple(changes), tuple(unmet))


def _perform(step: Step, definition: Definition, world: World, changes: list[Change]) -> None:
    """Let time pass up to a step, then do it; add to the changes so far."""
    if not changes:
        opened = open_case(
            definition,
            case_number(step.at.year, 1),
            opener=step.agency,
            answers=answers_of(step, stand_in),
            now=_now(step, world),
        )
        changes.append(opened)
        return
    changes.extend(pass_time(changes[-1].after, until=step.at, world=world))
    if step.act or step.task:
        decided = decide(step, changes[-1].after, _now(step, world), stand_in)
        changes.extend([decided] if decided else [])


def pass_time(case: CaseSnapshot, *, until: datetime, world: World) -> Iterator[Change]:
    """Let the clock act at each instant at which it has something to do."""
    while due := [t.at for t in timers(case, world) if t.at <= until]:
        now = Circumstances(Powers(), due[0], world, seed=due[0].isoformat().encode())
        change = wake(case, now=now)
        if change is None or case.suspension:
            return
        case = change.after
        yield change


def _now(step: Step, world: World) -> Circumstances:
    seed = f"{step.at.isoformat()}{step.line}".encode()
    return Circumstances(powers_of(step.agency, step.officer), step.at, world, seed)


def powers_of(agency: str, officer: str = "first") -> Powers:
    """Return the powers of a made-up person of an agency; the first one is its head."""
    number = int(hashlib.sha256(f"{agency}/{officer}".encode()).hexdigest()[:7], 16)
    own = frozenset({agency})
    heads = own if officer == "first" else frozenset()
    return Powers(officer=number, agency=agency, own=Standing(own, heads))


def stand_in(name: str) -> Mapping[str, Any]:
    """Return a document that stands for a file of that name."""
    ending = name.rpartition(".")[2]
    return {
        "sha256": hashlib.sha256(name.encode()).hexdigest(),
        "name": name,
        "media_type": _MEDIA_TYPES.get(ending, "application/octet-stream"),
        "size": len(name),
    }


def _refused(refusal: Refusal) -> str:
    about = ", ".join(f"{key}={value}" for key, value in refusal.particulars.items())
    return f"was refused: {type(refusal).__name__}({about or refusal})"

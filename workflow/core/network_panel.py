"""What the coordinator of the network looks at: how much was done, who owes, how plans stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from workflow.core.fields import Text
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot


@dataclass(frozen=True, slots=True)
class Counter:
    """Something that happens in cases of a type, or entries of a register, counted by year."""

    key: str
    title: Text
    filled: str
    """The field that has a value once it has happened."""
    on: str
    """The date by which it falls into a year."""
    sum: str = ""
    """The field whose values are added up; without it, cases or entries are counted."""
    type: str = ""
    register: str = ""
    """The register whose entries count, where no type is named."""
    after: str = ""
    """The state that a case must have entered to count; any will do without it."""

    def counts(self, case: CaseSnapshot) -> bool:
        """Say whether a case is one of those that may count."""
        here = case.definition.key == self.type
        return here and (not self.after or self.after in case.entered)

    def value(self, data: Mapping[str, Any], year: int) -> int | None:
        """Return what a case or an entry adds in a year; None where it has not happened then.

        `data` is what the reader may read of it.
        """
        if data.get(self.filled) is None:
            return None
        on = data.get(self.on)
        if not on or date.fromisoformat(on[:10]).year != year:
            return None
        return round(Decimal(str(data.get(self.sum) or 0))) if self.sum else 1


@dataclass(frozen=True, slots=True)
class Missing:
    """A task that every unit is asked to do."""

    key: str
    title: Text
    type: str
    task: str


@dataclass(frozen=True, slots=True)
class Plans:
    """The plan that every unit of a kind should have."""

    type: str
    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class Lights:
    """The cycles in which projects are told of, each with a light."""

    type: str
    project: str
    light: str


@dataclass(frozen=True, slots=True)
class NetworkPanel:
    """All that the panel looks at."""

    coordinated_by: str
    counters: tuple[Counter, ...]
    targets: str
    """The register of what is meant to be reached in a year."""
    missing: tuple[Missing, ...]
    plans: Plans
    lights: Lights

    @property
    def types(self) -> frozenset[str]:
        """The types whose cases are read whole."""
        counted = {counter.type for counter in self.counters if counter.type}
        return frozenset({*counted, self.plans.type, self.lights.type})

    @property
    def registers(self) -> frozenset[str]:
        """The registers whose entries are read."""
        return frozenset(counter.register for counter in self.counters if counter.register)

    def is_for(self, powers: Powers, root: str) -> bool:
        """Say whether a person looks at it: who acts for the agency, coordinates, or audits."""
        coordinates = root in powers.coordinates
        return coordinates or powers.auditor or self.coordinated_by in powers.agencies


class Owing(StrEnum):
    """How an answer that has not come stands."""

    IN_TIME = "in_time"
    LATE = "late"
    SILENT = "silent"
    """The term ended without it, and the case went on."""


@dataclass(frozen=True, slots=True)
class Light:
    """A project with the light of the last cycle that was told."""

    project: str
    case: CaseSnapshot
    """The cycle that the light is of, or the last one where none was told."""
    light: str
    """Empty where no cycle was told."""
    outdated: bool
    """Whether a later cycle was not told."""


def plan_of_each(plans: Plans, cases: Iterable[CaseSnapshot]) -> dict[str, CaseSnapshot]:
    """Return the latest plan of each agency; `cases` as they were opened."""
    found: dict[str, CaseSnapshot] = {}
    for case in cases:
        if case.definition.key == plans.type:
            found |= dict.fromkeys(case.participants.get(plans.role, ()), case)
    return found


def light_of_each(
    lights: Lights, cases: Iterable[tuple[CaseSnapshot, Mapping[str, Any]]]
) -> list[Light]:
    """Return the light of each project; `cases` as they were opened, with what may be read."""
    found: dict[str, Light] = {}
    for case, data in cases:
        project = data.get(lights.project)
        if case.definition.key != lights.type or not project:
            continue
        name, told = " ".join(str(project).casefold().split()), data.get(lights.light) or ""
        known = found.get(name)
        if told or known is None:
            found[name] = Light(str(project), case, told, outdated=False)
        elif known.light:
            outdated = known.outdated or _untold(case)
            found[name] = Light(known.project, known.case, known.light, outdated=outdated)
    return sorted(found.values(), key=lambda one: one.project.casefold())


def _untold(case: CaseSnapshot) -> bool:
    """Say whether a cycle without a light has ended so, rather than being told just now."""
    return not case.is_open

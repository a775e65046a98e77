"""What the coordinator of the network looks at: how much was done, who owes, how plans stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflow.core.definition import Definition
from workflow.core.fields import Text
from workflow.core.powers import Powers


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
    whole: bool = False
    """Whether the number counts what its reader may not read, too: it names nobody."""

    @property
    def fields(self) -> frozenset[str]:
        """The fields that are looked at."""
        return frozenset(filter(None, (self.filled, self.on, self.sum)))


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


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A case as the panel tells of it."""

    id: int
    number: str
    subject: str
    opener: str
    definition: Definition
    state: str
    opened_at: datetime
    entered_at: datetime | None
    is_open: bool
    sealed: bool
    """Whether only few may know of it."""
    participants: Mapping[str, Sequence[str]]
    said: Mapping[str, str | None]
    """By key: the fields that were asked for."""


@dataclass(frozen=True, slots=True)
class Light:
    """A project with the light of the last cycle that was told."""

    project: str
    case: Told
    """The cycle that the light is of, or the last one where none was told."""
    light: str
    """Empty where no cycle was told."""
    outdated: bool
    """Whether a later cycle was not told."""


def plan_of_each(plans: Plans, cases: Iterable[Told]) -> dict[str, Told]:
    """Return the latest plan of each agency; `cases` as they were opened."""
    found: dict[str, Told] = {}
    for case in cases:
        found |= dict.fromkeys(case.participants.get(plans.role, ()), case)
    return found


def light_of_each(lights: Lights, cases: Iterable[Told]) -> list[Light]:
    """Return the light of each project; `cases` as they were opened."""
    found: dict[str, Light] = {}
    for case in cases:
        project = case.said.get(lights.project)
        if not project:
            continue
        name, told = " ".join(project.casefold().split()), case.said.get(lights.light) or ""
        known = found.get(name)
        if told or known is None:
            found[name] = Light(project, case, told, outdated=False)
        elif known.light:
            outdated = known.outdated or not case.is_open
            found[name] = Light(known.project, known.case, known.light, outdated=outdated)
    return sorted(found.values(), key=lambda one: one.project.casefold())

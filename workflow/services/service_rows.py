"""A service of the network with what serves it here: request types, and how long they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.catalogue.loader import load_definition
from workflow.catalogue.register_stories import read_story
from workflow.catalogue.registers import shipped_registers
from workflow.catalogue.scenarios import read_scenario
from workflow.catalogue.shipped import shipped
from workflow.core.definition import Definition
from workflow.core.playing import Unmet, play
from workflow.core.registers.playing import play as play_entry
from workflow.core.service_rows import REGISTERS, Measured, ServiceRow, measured
from workflow.core.world import World
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.deployed import layout_of
from workflow.storage.queries.lengths import lengths_of

_A_DAY = 24 * 3600


@dataclass(frozen=True, slots=True, eq=False)
class Serving:
    """A deployed request type that serves a service."""

    definition: Definition
    layout: Mapping[str, Any] | None
    """Its map, if it was deployed with one."""
    measured: Measured | None
    """None where too few cases have ended."""


def serving(uow: UnitOfWork, service: ServiceRow) -> list[Serving]:
    """Return the request types of this installation that serve a service, in its order."""
    deployed = uow.installation.latest()
    chosen = [deployed[key] for key in service.types if key in deployed]
    with uow.as_keeper().reading() as connection:
        return [
            Serving(
                definition,
                layout_of(connection, definition.key, definition.version),
                measured(
                    [
                        (closed - opened).total_seconds() / _A_DAY
                        for opened, closed in lengths_of(connection, definition.key)
                    ]
                ),
            )
            for definition in chosen
        ]


@dataclass(frozen=True, slots=True)
class Walked:
    """What became of the story of a service."""

    served_by: str
    """The request type or register that the story is of."""
    result: str
    """How the case ended, or how the entry stands; empty if it never did."""
    unmet: tuple[Unmet, ...]

    @property
    def holds(self) -> bool:
        """Whether all came true that the story says, to its end."""
        return bool(self.result) and not self.unmet


def walk(service: ServiceRow, world: World) -> Walked:
    """Play the story of a service as it was shipped; raise `Refused` where a file is missing."""
    path = shipped(f"{service.scenario}.yaml")
    if service.scenario.startswith(REGISTERS):
        story = read_story(path)
        told = play_entry(story, shipped_registers()[story.register], world)
        standing = told.entry.standing(story.steps[-1].on).value if told.entry else ""
        return Walked(f"{REGISTERS}{story.register}", standing, told.unmet)
    scenario = read_scenario(path, zone=world.zone)
    definition = load_definition(shipped(f"{scenario.definition}.yaml")).definition
    played = play(scenario, definition, world)
    result = played.case.result if played.case else None
    return Walked(scenario.definition, result or "", played.unmet)

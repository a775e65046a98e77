"""The installation as it is shipped, in memory: its network, its calendars and its rules."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from workflow.catalogue.calendars import read_calendars
from workflow.catalogue.loader import Loaded, load_definition
from workflow.catalogue.network import read_network
from workflow.catalogue.registers import shipped_registers
from workflow.catalogue.rules import read_rules
from workflow.catalogue.shipped import definition_files
from workflow.core.deadlines.values import LEGAL_ZONE
from workflow.core.network import Network
from workflow.core.soundness.verdict import Facts
from workflow.core.world import World
from workflow.services.checking import writable

DEFINITIONS = Path(__file__).parents[1] / "definitions"
TODAY = date(2026, 3, 2)


@cache
def world() -> World:
    """Give the world of the data that is shipped with the program."""
    calendars = read_calendars(DEFINITIONS / "calendars")
    agencies = read_network(DEFINITIONS / "network" / "agencies.csv", calendars=calendars.keys)
    return World(
        network=Network(agencies),
        calendars=calendars,
        rules=read_rules(DEFINITIONS / "rules.yaml"),
        zone=LEGAL_ZONE,
    )


def shipped() -> list[Path]:
    """Give the files of the request types that are shipped."""
    return sorted(definition_files([DEFINITIONS]))


@cache
def loaded(path: Path) -> Loaded:
    """Read a definition with the agencies and rules of the world."""
    codes = frozenset(agency.code for agency in world().network)
    return load_definition(path, agencies=codes, rules=frozenset(world().rules))


@cache
def facts() -> Facts:
    """Give what a proof may know of the world, with the shipped types as the others."""
    types = [loaded(path).definition for path in shipped()]
    return Facts(
        world(),
        TODAY,
        types={definition.key: definition for definition in types},
        registers=writable(shipped_registers()),
    )
